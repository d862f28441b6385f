import type { NativeBuckets } from '../model/native.js';
import type { FamilyShape } from '../model/shape.js';
import { pageOf, slotOf } from '../store/pages.js';
import { LabelMap } from './label-map.js';
import type { MergedFamily } from './merged-family.js';
import { type MergeFault, Merger } from './merger.js';
import type { MergeTarget, Source } from './source.js';

/** Types of which something stays when those who counted are gone. */
export const counted: readonly string[] = ['counter', 'histogram', 'summary'];

/**
 * What those have counted who are gone: nothing that was counted ever goes down. Gauges say nothing any more, and what summaries remember for
 * their quantiles has passed.
 */
export class Ledger implements Source {
  readonly origin: string;
  private readonly merger: Merger;
  private readonly itself: Source;

  constructor(onFault: MergeFault) {
    this.origin = 'what has ended';
    this.merger = new Merger(onFault);
    this.itself = { origin: this.origin, contribute: () => this.contribute(this.merger) };
  }

  get isEmpty(): boolean {
    return this.merger.families.size === 0;
  }

  /** The merger for which sources that are to be absorbed are made. */
  get target(): Merger {
    return this.merger;
  }

  /** Takes over what sources have counted. They were made for {@link target}, and are of no further use. */
  absorb(sources: Iterable<Source>): void {
    this.merger.run([this.itself, ...sources]);
  }

  contribute(merger: MergeTarget): void {
    for (const family of this.merger.families.values()) {
      if (!counted.includes(family.shape.descriptor.type)) continue;
      const target = merger.family(family.shape, this.origin);
      if (target !== undefined) addFamily(target, family, merger);
    }
  }

  /** What there is, for another thread to keep. What stands there stays as it is until the absorption after the next. */
  news(): LedgerNews {
    const families = [...this.merger.families.values()];
    return { families: families.map(newsOf), labelValues: [...this.merger.labels.values.pages], labelBytes: [...this.merger.labels.blocks.pages], natives: families.flatMap(nativesOf) };
  }

  /** Takes over what a ledger had that is no more. */
  restore(news: LedgerNews): void {
    this.absorb([new KeptLedger(news, this.origin)]);
  }
}

/** A ledger as a thread can keep it for another: pages on shared memory, and what does not stand in pages. */
export interface LedgerNews {
  readonly families: readonly KeptFamily[];
  readonly labelValues: readonly Int32Array[];
  readonly labelBytes: readonly Uint8Array[];
  readonly natives: readonly { readonly family: string; readonly row: number; readonly native: NativeBuckets }[];
}

interface KeptFamily {
  readonly shape: FamilyShape;
  /** Rows that there were: none of them ever goes, and what stands after them came later. */
  readonly rows: number;
  readonly ids: readonly Int32Array[];
  readonly cells: readonly Float64Array[];
}

/** What a ledger had that is no more. */
class KeptLedger implements Source {
  readonly origin: string;
  private readonly news: LedgerNews;

  constructor(news: LedgerNews, origin: string) {
    this.news = news;
    this.origin = origin;
  }

  contribute(merger: MergeTarget): void {
    const { families, labelValues, labelBytes, natives } = this.news;
    const labels = new LabelMap(labelValues, labelBytes.map((page) => new Int32Array(page.buffer)), merger.labels);
    for (const { shape, rows, ids, cells } of families) {
      const target = merger.family(shape, this.origin);
      if (target === undefined) continue;
      const { labelCount } = target.table;
      const { stride } = shape.places;
      const buckets = new Map(natives.filter(({ family }) => family === shape.descriptor.name).map(({ row, native }) => [row, native]));
      for (let from = 0; from < rows; from++) {
        const page = pageOf(from);
        const slot = slotOf(from);
        for (let place = 0; place < labelCount; place++) target.table.wanted[place] = labels.idOf(ids[page]![slot * labelCount + place]!);
        const row = target.row();
        target.addMerged(row, cells[page]!, slot * stride, shape.places.timestamp);
        const native = buckets.get(from);
        if (native !== undefined) target.addNative(row, native);
      }
    }
    labels.close();
  }
}

function newsOf({ shape, table }: MergedFamily): KeptFamily {
  return { shape, rows: table.size, ids: [...table.labelIds.pages], cells: [...table.cells.pages] };
}

function nativesOf(family: MergedFamily): LedgerNews['natives'] {
  const natives: { family: string; row: number; native: NativeBuckets }[] = [];
  if (!family.isSparse) return natives;
  family.table.forEachRow((row) => {
    const native = family.nativeAt(row);
    if (native !== undefined) natives.push({ family: family.shape.descriptor.name, row, native });
  });
  return natives;
}

/** Adds the rows of a merged family to another one, which may be the same. */
function addFamily(target: MergedFamily, family: MergedFamily, merger: MergeTarget): void {
  const { table } = family;
  const isSame = target === family;
  table.forEachRow((row) => {
    let there = row;
    if (!isSame) {
      for (let place = 0; place < table.labelCount; place++) target.table.wanted[place] = merger.labels.intern(table.labelText(row, place));
      there = target.row();
    }
    target.addMerged(there, table.cells.page(row), table.cells.base(row), family.shape.places.timestamp);
    const native = family.nativeAt(row);
    if (native !== undefined) target.addNative(there, native);
  });
}
