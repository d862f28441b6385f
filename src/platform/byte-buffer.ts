const encoder = /* @__PURE__ */ new TextEncoder();
/** Keeps a leading U+FEFF, which is a character of a label value like any other. */
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 bytes of a string; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The string of UTF-8 bytes, on shared memory or not; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  // TextDecoder refuses shared memory in browsers, and Node decodes a copy faster than it checks.
  return decoder.decode(bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes));
}

/** The string as UTF-8 can hold it: a lone surrogate becomes U+FFFD. */
export function wellFormed(text: string): string {
  return decodeUtf8(encodeUtf8(text));
}

/** Whether this machine keeps the lowest byte of a word first. */
export const littleEndian: boolean = /* @__PURE__ */ (() => new Uint8Array(new Int32Array([1]).buffer)[0] === 1)();

/** What {@link ByteBuffer.reserve} keeps free beyond what was asked for: a word written whole may be up to seven bytes too long. */
const slack = 8;

/**
 * A growing run of bytes. Writers reserve what they need, write to `bytes` or `view` from `length` on by themselves, and then set `length`:
 * a method call a byte would cost more than the byte. Copying by words through `view`, at whatever byte, is three times as fast as by
 * bytes (`npm run bench`, case `scrape-again`); the last word may spill over, and is written over by what comes next.
 */
export class ByteBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  length: number;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
    this.length = 0;
  }

  /** Makes room for `count` more bytes and a word that spills over; `bytes` and `view` may be others afterwards. */
  reserve(count: number): void {
    const needed = this.length + count + slack;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  /** Appends bytes. */
  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Exchanges memory and content with another buffer. */
  exchange(other: ByteBuffer): void {
    const { bytes, view, length } = this;
    this.bytes = other.bytes;
    this.view = other.view;
    this.length = other.length;
    other.bytes = bytes;
    other.view = view;
    other.length = length;
  }

  /** What was written, in memory of its own, and empties the buffer. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  /** What was written, as a view of this buffer's memory. */
  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}
