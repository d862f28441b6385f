import type { CollectedFamily } from '../model/collected.js';
import type { FamilyShape } from '../model/shape.js';
import { loadFamily } from '../registry/collected-family.js';
import { widthOf } from '../registry/family-shape.js';
import { exemplarsOf } from '../registry/snapshot.js';
import type { FamilyView } from '../store/family-view.js';
import { readNative } from '../store/native-chains.js';
import { counted } from './ledger.js';
import type { MergeTarget, Source } from './source.js';

/** Families that somebody has computed when he was asked, as he gave them last. */
export class CollectedSource implements Source {
  readonly origin: string;
  private readonly views: readonly FamilyView[];

  constructor(origin: string, views: readonly FamilyView[]) {
    this.origin = origin;
    this.views = views;
  }

  /** @throws TallystickError for a family that breaks a rule */
  static of(origin: string, families: readonly CollectedFamily[]): CollectedSource {
    return new CollectedSource(origin, families.map((family) => loadFamily(family, 'utf8')));
  }

  /** What stays of it when whoever gave it is gone. */
  counted(): CollectedSource {
    return new CollectedSource(this.origin, this.views.filter(({ descriptor }) => counted.includes(descriptor.type)));
  }

  contribute(merger: MergeTarget): void {
    for (const view of this.views) contributeView(merger, view, this.origin);
  }
}

function contributeView(merger: MergeTarget, view: FamilyView, origin: string): void {
  const known = merger.families.get(view.descriptor.name);
  // One without series does not know its labels.
  const shape = view.table.size === 0 && known !== undefined ? known.shape : shapeOf(view);
  const target = merger.family(shape, origin);
  if (target === undefined) return;
  const { labelNames } = view.descriptor;
  const cursor = view.cursor();
  while (cursor.next()) {
    for (let place = 0; place < labelNames.length; place++) target.table.wanted[place] = merger.labels.intern(cursor.labelText(place));
    const row = target.row();
    target.addRaw(row, cursor.cells, cursor.cellBase, shape.places);
    if (view.native !== undefined) target.addNative(row, readNative(cursor.cells, cursor.cellBase + view.native.cell, view.native.blocks));
    const exemplars = exemplarsOf(view, cursor.row);
    if (exemplars.length > 0) target.addExemplars(row, { slots: Array.from({ length: view.descriptor.bounds.length + 1 }, (_, slot) => view.exemplars?.at(cursor.row, slot)), spread: view.exemplars?.spread(cursor.row) ?? [] });
  }
}

function shapeOf({ descriptor, table, createdCell, timestampCell, native }: FamilyView): FamilyShape {
  return {
    descriptor,
    kind: 'collected',
    settings: {},
    aggregator: 'sum',
    places: { stride: table.cells.stride, width: widthOf(descriptor), created: createdCell, ...(timestampCell < 0 ? {} : { timestamp: timestampCell }), native: native?.cell ?? -1, setAt: -1, window: undefined },
  };
}
