import type { MergedFamily } from '../merged-family.js';
import type { MergeTarget, Source } from '../source.js';
import { counted } from '../ledger.js';
import { DamageError } from './damage.js';
import { type LogFamily, absent, unresolved } from './log-family.js';
import { LogReader } from './log-reader.js';
import type { SparseValue } from './sparse-codec.js';
import { type FamilyCells, type Values, checkAgainst, decodeValues } from './values-reader.js';

/** What another process has told: its shape log from some place on, and the values that go with the whole of it. */
export interface MemberUpdate {
  /** Where in the log the bytes begin; 0 where they are the whole. */
  readonly logFrom: number;
  readonly log: Uint8Array;
  readonly values: Uint8Array;
}

/** What another process has, as it has told it last. */
export class MemberSource implements Source {
  readonly origin: string;
  /** Whether only what stays is contributed: the process is over, and its gauges say nothing any more. */
  isOver: boolean;
  private readonly id: string | undefined;
  private log: LogReader | undefined;
  private values: Values | undefined;

  /** @param id whose it is to be; of a ledger it is not known before */
  constructor(origin: string, id?: string) {
    this.origin = origin;
    this.id = id;
    this.isOver = false;
    this.log = undefined;
    this.values = undefined;
  }

  /** What is known of the log: its epoch and how much of it; zeros for nothing. */
  get known(): { readonly epoch: number; readonly bytes: number } {
    return { epoch: this.log?.header.epoch ?? 0, bytes: this.log?.length ?? 0 };
  }

  /** The number of the values that are contributed; -Infinity for none. */
  get sequence(): number {
    return this.values?.header.sequence ?? -Infinity;
  }

  /** Whose counts a ledger has. */
  get contains(): ReadonlySet<string> {
    return this.log?.contains ?? nobody;
  }

  /** Where the member listens, if not beside its other files. */
  get socketPath(): string | undefined {
    return this.log?.socketPath;
  }

  /**
   * Takes in what a member has told. From then on that is contributed.
   *
   * @throws VersionError, DamageError; what was known before stands, but for the rare case of a log whose every byte is as it was written and
   *   says what cannot be: then nothing is known any more, and everything has to be told anew
   */
  take({ logFrom, log: bytes, values: valueBytes }: MemberUpdate): void {
    const values = decodeValues(valueBytes);
    if (this.id !== undefined && values.header.id !== this.id) throw new DamageError('the values are of another member');
    if (logFrom === 0) {
      const log = new LogReader(bytes);
      checkAgainst(values, log);
      this.log = log;
    } else {
      const { log } = this;
      if (log === undefined || log.length !== logFrom || values.header.epoch !== log.header.epoch) throw new DamageError(`the log from ${logFrom} on does not follow what is known`);
      const before = log.length;
      try {
        log.append(bytes);
        checkAgainst(values, log);
      } catch (error) {
        if (log.length !== before) this.drop();
        throw error;
      }
    }
    this.values = values;
  }

  contribute(merger: MergeTarget): void {
    const { log, values } = this;
    if (log === undefined || values === undefined) return;
    const taken = new Set<number>();
    for (const [number, cells] of values.families) {
      const family = log.families.get(number)!;
      if (this.isOver && !counted.includes(family.shape.descriptor.type)) continue;
      const target = merger.family(family.shape, this.origin);
      if (target === undefined) continue;
      taken.add(number);
      this.contributeFamily(family, cells, target, merger, log);
    }
    for (const { family: number, row, value } of values.sparse) {
      const family = log.families.get(number)!;
      if (taken.has(number) && family.targets[row]! > 0) addSparse(family.target!, family.targets[row]! - 1, value);
    }
  }

  forget(): void {
    for (const family of this.log?.families.values() ?? []) family.target = undefined;
  }

  private contributeFamily(family: LogFamily, { rows, cells }: FamilyCells, target: MergedFamily, merger: MergeTarget, log: LogReader): void {
    const targets = family.aim(target, rows);
    // Where those of the merged family may stand elsewhere.
    const { stride, timestamp } = family.shape.places;
    for (let row = 0; row < rows; row++) {
      let there = targets[row]!;
      if (there === unresolved) targets[row] = there = this.resolve(family, row, target, merger, log);
      if (there > 0) target.addMerged(there - 1, cells, row * stride, timestamp);
    }
  }

  private resolve(family: LogFamily, row: number, target: MergedFamily, merger: MergeTarget, log: LogReader): number {
    if (!family.has(row)) return absent;
    for (let place = 0; place < family.labelCount; place++) target.table.wanted[place] = log.intern(merger.labels, family.labelAt(row, place));
    return target.row() + 1;
  }

  private drop(): void {
    this.log = undefined;
    this.values = undefined;
  }
}

const nobody: ReadonlySet<string> = new Set();

function addSparse(target: MergedFamily, row: number, value: SparseValue): void {
  switch (value.kind) {
    case 'sketch':
      return target.addSketch(row, value.sketch);
    case 'samples':
      return target.addSamples(row, value.samples);
    case 'native':
      return target.addNative(row, value.native);
    case 'exemplars':
      return target.addExemplars(row, value.exemplars);
  }
}
