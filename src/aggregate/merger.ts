import type { FamilyShape } from '../model/shape.js';
import { differences } from '../registry/same-shape.js';
import type { FamilyView } from '../store/family-view.js';
import { LabelTable } from '../store/label-table.js';
import { TallystickError } from '../model/errors.js';
import { subjectOf } from '../model/descriptor.js';
import { MergedFamily } from './merged-family.js';
import { mergedShape } from './merged-shape.js';
import type { MergeTarget, Source } from './source.js';

/** Told of what cannot be merged: the metric or source it is about, and why. */
export type MergeFault = (where: string, error: unknown) => void;

/** Puts together what several sources have, metric by metric and series by series. */
export class Merger implements MergeTarget {
  readonly labels: LabelTable;
  readonly families: ReadonlyMap<string, MergedFamily>;
  private readonly all: Map<string, MergedFamily>;
  private readonly onFault: MergeFault;
  private pass: number;

  constructor(onFault: MergeFault) {
    this.labels = new LabelTable();
    this.all = new Map();
    this.families = this.all;
    this.onFault = onFault;
    this.pass = 0;
  }

  family(shape: FamilyShape, origin: string): MergedFamily | undefined {
    const { name } = shape.descriptor;
    let family = this.all.get(name);
    // What collectors yield may have other labels or bounds each time. Instruments keep theirs, or those who have counted and are gone would be left out.
    if (family !== undefined && isCollected(family.shape) && isCollected(shape) && !family.isTouched && this.unlike(family, shape).length > 0) family = undefined;
    if (family === undefined) {
      this.all.set(name, (family = new MergedFamily(shape, origin, this.labels)));
      family.begin(this.pass);
    } else if (!this.fits(family, shape, origin)) return undefined;
    family.lastPass = this.pass;
    return family;
  }

  /** One pass: every source adds what it has, rows that nobody added to go, and what views show is exchanged at once. */
  run(sources: Iterable<Source>): void {
    const able = new Set(sources);
    // One that throws in the middle may have added half of what it has: the pass is made anew without it.
    while (!this.attempt(able)) {}
    for (const [name, family] of this.all) {
      if (family.lastPass === this.pass) family.end();
      else this.all.delete(name);
    }
  }

  /** The families as all writers of formats take them. */
  views(): FamilyView[] {
    return [...this.all.values()].map((family) => family.view());
  }

  private attempt(sources: Set<Source>): boolean {
    this.pass += 1;
    for (const family of this.all.values()) family.begin(this.pass);
    for (const source of sources) {
      try {
        source.contribute(this);
      } catch (error) {
        sources.delete(source);
        source.forget?.();
        this.onFault(source.origin, error);
        return false;
      }
    }
    return true;
  }

  private fits(family: MergedFamily, shape: FamilyShape, origin: string): boolean {
    const unlike = this.unlike(family, shape);
    if (unlike.length === 0) return true;
    const { kind, descriptor } = mergedShape(shape);
    // By the metric alone, so that a fault is noted once however many threads come and go.
    this.onFault(descriptor.name, new TallystickError('SHAPE_MISMATCH', `${subjectOf(kind, descriptor.name)}: ${origin} has another shape than ${family.origin}: ${unlike.join('; ')}. Its numbers are left out; give both the same shape`));
    return false;
  }

  /** How a shape differs from that of a merged family. */
  private unlike({ shape: known }: MergedFamily, shape: FamilyShape): string[] {
    const asked = mergedShape(shape);
    const unlike = known.kind === asked.kind ? differences(known, asked) : [`it is a ${known.kind}, asked for was a ${asked.kind}`];
    if (known.aggregator !== asked.aggregator) unlike.push(`aggregator ${known.aggregator}, asked for was ${asked.aggregator}`);
    if (known.places.created !== asked.places.created) unlike.push('created times are kept by one of them only');
    return unlike;
  }
}

function isCollected({ kind }: FamilyShape): boolean {
  return kind === 'collected';
}
