import type { Descriptor } from '../model/descriptor.js';
import { littleEndian } from '../platform/byte-buffer.js';
import type { SeriesCursor } from '../store/family-view.js';
import type { LabelTable } from '../store/label-table.js';
import { escapeLabelValue, quoteLabelName } from './escape.js';
import { Piece } from './piece.js';

const quote = 0x22;
/** The quote that ends the run, and a word of zeros behind it. */
const slack = 9;
const firstBytes = 512;

/**
 * The labels of one series as they stand in each of its lines: `method="GET",route="/"`, constant labels first, without braces. Written once
 * for a series and copied to every line. Series that follow each other mostly share their first labels, as they were created in turn; what
 * is the same as in the series before stays. A line of a counter of three labels takes 85 ns so instead of 120, one of 17 lines of a
 * histogram 60 instead of 140 (`npm run bench`, cases `scrape-again` and `scrape-histograms`, Node 20).
 */
export class LabelRun {
  /** Bytes of the run. */
  length: number;
  /** The run in words of eight bytes, as which it is copied; the last one is filled up. */
  words: Float64Array<ArrayBuffer>;
  private bytes: Uint8Array<ArrayBuffer>;
  private view: DataView<ArrayBuffer>;
  private readonly labels: LabelTable;
  /** What stands before each label value. */
  private readonly before: readonly Piece[];
  private readonly fixedLength: number;
  /** Integers of the label values that the run has now; -1 for none. */
  private readonly known: Int32Array;
  /** Where what stands before each label value begins. */
  private readonly starts: Int32Array;

  constructor(descriptor: Descriptor, labels: LabelTable) {
    const constants = descriptor.constLabels.map(([name, value]) => `${quoteLabelName(name)}="${escapeLabelValue(value)}"`).join(',');
    const fixed = new Piece(constants);
    const separators = descriptor.labelNames.map((_, place) => (place > 0 ? '",' : constants === '' ? '' : ','));
    this.length = fixed.length;
    this.bytes = new Uint8Array(Math.max(firstBytes, (fixed.length + slack + 7) & ~7));
    this.view = new DataView(this.bytes.buffer);
    this.words = new Float64Array(this.bytes.buffer);
    this.labels = labels;
    this.before = descriptor.labelNames.map((name, place) => new Piece(`${separators[place]}${quoteLabelName(name)}="`));
    this.fixedLength = this.before.reduce((sum, { length }) => sum + length, fixed.length);
    this.known = new Int32Array(descriptor.labelNames.length).fill(-1);
    this.starts = new Int32Array(descriptor.labelNames.length + 1).fill(fixed.length);
    fixed.copyTo(this.view, 0);
  }

  /** To be called when time has passed: the integer of a label value may stand for another one now. */
  forget(): void {
    this.known.fill(-1);
  }

  /** Turns to the cursor's series. */
  render({ labelIds, labelBase }: SeriesCursor): void {
    const { before, known, starts, labels } = this;
    let place = 0;
    while (place < before.length && known[place] === labelIds[labelBase + place]) place += 1;
    if (place === before.length) return;
    // Room for the longest values there are: asking each for its length would be a look-up more.
    this.reserve(this.fixedLength + before.length * labels.longest + slack);
    const { view } = this;
    let at = starts[place]!;
    for (; place < before.length; place++) {
      const id = labelIds[labelBase + place]!;
      known[place] = id;
      starts[place] = at;
      at = labels.copyTo(id, view, before[place]!.copyTo(view, at));
    }
    this.bytes[at] = quote;
    // What words have spilled, and what was longer before, must not become part of the last word: it might be a NaN then.
    view.setFloat64(at + 1, 0);
    this.length = at + 1;
  }

  /** Copies the run to `target` from `at` on, and returns where it ends; up to seven bytes beyond may be written, too. */
  copyTo(target: DataView, at: number): number {
    const { words, length } = this;
    // No UTF-8 text that a little-endian machine reads as doubles has the bits of a NaN, so doubles carry the bytes unchanged.
    for (let i = 0, from = 0; from < length; i++, from += 8) target.setFloat64(at + from, words[i]!, littleEndian);
    return at + length;
  }

  private reserve(needed: number): void {
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array((needed * 2 + 7) & ~7);
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
    this.words = new Float64Array(grown.buffer);
  }
}
