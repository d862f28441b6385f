import type { CollectedFamily } from '../../model/collected.js';
import { ByteBuffer } from '../../platform/byte-buffer.js';
import { lineFeed } from './characters.js';
import type { Dialect } from './dialect.js';
import type { FamilyLimits, FamilyParser } from './family-parser.js';
import { SampleScanner } from './sample-scanner.js';
import { Source } from './source.js';

/**
 * Cuts a document into lines, and has each read by what the formats made of lines fill in. A line that ends in a later piece is copied; all
 * others are read where they stand.
 */
export abstract class LineParser implements FamilyParser {
  readonly families: CollectedFamily[];
  protected readonly source: Source;
  protected readonly scanner: SampleScanner;
  /** Names that no other family may take. */
  protected readonly taken: Set<string>;
  private readonly limits: FamilyLimits;
  /** The beginning of a line whose end is not there yet. */
  private readonly rest: ByteBuffer;
  /** Bytes of the present family in pieces before this one. */
  private familyBytes: number;
  /** Where the present family begins in this piece. */
  private familyStart: number;
  private familyCount: number;

  constructor(dialect: Dialect, limits: FamilyLimits) {
    this.families = [];
    this.source = new Source(dialect);
    this.scanner = new SampleScanner(this.source);
    this.taken = new Set();
    this.limits = limits;
    this.rest = new ByteBuffer(256);
    this.familyBytes = 0;
    this.familyStart = 0;
    this.familyCount = 0;
  }

  /** Reads one line, from `source.at` to behind its line feed. */
  protected abstract readLine(): void;

  /** Completes the family that was being read, if any. */
  protected abstract endFamily(): void;

  /** Says that the document has ended. */
  protected abstract end(): void;

  feed(piece: Uint8Array): void {
    let from = 0;
    if (this.rest.length > 0) {
      from = piece.indexOf(lineFeed) + 1;
      this.keep(from === 0 ? piece : piece.subarray(0, from));
      if (from === 0) return;
      const line = this.rest.written();
      this.rest.length = 0;
      this.read(line, 0, line.length);
    }
    const end = piece.lastIndexOf(lineFeed) + 1;
    if (end > from) this.read(piece, from, end);
    this.keep(piece.subarray(Math.max(from, end)));
  }

  finish(): void {
    if (this.rest.length > 0) this.readUnended();
    this.end();
    this.endFamily();
  }

  /** A family begins on the present line. */
  protected countFamily(): void {
    const { maxFamilies } = this.limits;
    this.familyCount += 1;
    if (this.familyCount > maxFamilies) throw this.source.error(this.source.lineStart, `no more than ${maxFamilies} families (maxFamilies)`, 'another family');
    this.familyBytes = 0;
    this.familyStart = this.source.lineStart;
  }

  /** The last line has no line feed; where it needs none, it is read with one. */
  private readUnended(): void {
    const { source, rest } = this;
    rest.append(new Uint8Array([lineFeed]));
    source.unended = true;
    this.read(rest.written(), 0, rest.length);
  }

  private read(bytes: Uint8Array, start: number, end: number): void {
    const { source } = this;
    const { maxFamilyBytes } = this.limits;
    source.bytes = bytes;
    source.at = start;
    this.scanner.forget();
    this.familyStart = start;
    while (source.at < end) {
      source.lineStart = source.at;
      source.line += 1;
      this.readLine();
      if (source.at - this.familyStart + this.familyBytes > maxFamilyBytes) throw this.tooLong();
    }
    this.familyBytes += end - this.familyStart;
  }

  private keep(piece: Uint8Array): void {
    if (this.rest.length + piece.length > this.limits.maxFamilyBytes) {
      this.source.line += 1;
      throw this.tooLong();
    }
    this.rest.append(piece);
  }

  private tooLong(): Error {
    const { source, limits } = this;
    return source.error(source.lineStart, `no more than ${limits.maxFamilyBytes} bytes for a family (maxFamilyBytes)`, 'a longer one');
  }
}
