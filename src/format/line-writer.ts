import type { ByteBuffer } from '../platform/byte-buffer.js';
import { encodeUtf8 } from '../platform/byte-buffer.js';
import type { FamilyView, SeriesCursor } from '../store/family-view.js';
import type { FamilyWriter } from './format.js';
import { LabelRun } from './label-run.js';
import { longestNumber, writeAscii, writeNumber } from './numbers.js';
import { Piece } from './piece.js';
import { escapeLabelValue, quoteLabelName, sampleHead } from './escape.js';

const lineFeed = 0x0a;
/** What words that spill over may take beyond the end. */
const slack = 8;

/** A line that every series of a family has, as the bytes before and behind its labels. */
export class Line {
  readonly head: Piece;
  /** Ends with the space before the value. */
  readonly tail: Piece;
  /** Bytes beside the labels of the series, when the value is the longest there is. */
  readonly room: number;

  /** @param last a label that the line has beside those of the series */
  constructor(name: string, hasLabels: boolean, last?: readonly [name: string, value: string]) {
    const own = last === undefined ? '' : `${quoteLabelName(last[0])}="${escapeLabelValue(last[1])}"`;
    const any = hasLabels || own !== '';
    this.head = new Piece(sampleHead(name, any));
    this.tail = new Piece(`${hasLabels && own !== '' ? ',' : ''}${own}${any ? '}' : ''} `);
    this.room = this.head.length + this.tail.length + longestNumber + 1 + slack;
  }
}

/** What the writers of lines have in common: walking over the series, and writing a line of one. */
export abstract class LineWriter implements FamilyWriter {
  protected readonly view: FamilyView;
  protected readonly cursor: SeriesCursor;
  private readonly out: ByteBuffer;
  private readonly run: LabelRun;

  protected constructor(view: FamilyView, out: ByteBuffer) {
    this.view = view;
    this.out = out;
    this.cursor = view.cursor();
    this.run = new LabelRun(view.descriptor, view.table.labels);
  }

  write(bytes: number): boolean {
    const { cursor, out, run } = this;
    let whole = out.length;
    run.forget();
    try {
      while (cursor.next()) {
        run.render(cursor);
        this.writeSeries();
        whole = out.length;
        if (whole >= bytes) return true;
      }
    } catch (error) {
      // Half a series would make the whole exposition one that no reader takes.
      out.length = whole;
      throw error;
    }
    return false;
  }

  /** Writes the lines of the series that the cursor points at. */
  protected abstract writeSeries(): void;

  /** Writes a line that ends with its value. The hot half of an exposition: copies bytes, makes no string and no object. */
  protected writeLine({ head, tail, room }: Line, value: number): void {
    const { out, run } = this;
    out.reserve(room + run.length);
    const { view } = out;
    const at = writeNumber(out.bytes, tail.copyTo(view, run.copyTo(view, head.copyTo(view, out.length))), value);
    out.bytes[at] = lineFeed;
    out.length = at + 1;
  }

  /** Writes the head of a line and its labels, up to where its value begins; {@link endLine} ends it. */
  protected beginLine({ head, tail, room }: Line): void {
    const { out, run } = this;
    out.reserve(room + run.length);
    out.length = tail.copyTo(out.view, run.copyTo(out.view, head.copyTo(out.view, out.length)));
  }

  /** Writes a number after what was written last. */
  protected writeValue(value: number): void {
    const { out } = this;
    out.reserve(longestNumber);
    out.length = writeNumber(out.bytes, out.length, value);
  }

  /** Writes text of ASCII characters. */
  protected writeText(text: string): void {
    const { out } = this;
    out.reserve(text.length);
    out.length = writeAscii(out.bytes, out.length, text);
  }

  /** Writes any text. */
  protected writeUtf8(text: string): void {
    this.out.append(encodeUtf8(text));
  }

  protected endLine(): void {
    const { out } = this;
    out.reserve(1);
    out.bytes[out.length] = lineFeed;
    out.length += 1;
  }
}
