import { ByteBuffer, encodeUtf8 } from '../../platform/byte-buffer.js';
import type { Payload } from '../backend.js';

/** Lines in packets. Which of them have been sent is kept here, so that none is sent twice when an attempt fails half-way. */
export interface StatsdPayload extends Payload {
  /** Where each packet ends; the next one begins there. */
  readonly ends: readonly number[];
  /** How many packets have been sent. */
  sent: number;
}

/** The bytes of a packet by its place. */
export function packetOf({ bytes, ends }: StatsdPayload, place: number): Uint8Array<ArrayBuffer> {
  return bytes.subarray(place === 0 ? 0 : ends[place - 1], ends[place]);
}

/** Puts lines into as few packets as their limit allows, joined by line feeds. */
export class Packer {
  private readonly limit: number;
  private readonly out: ByteBuffer;
  private ends: number[];
  /** Where the present packet begins. */
  private from: number;
  /** Lines that wait to be taken. */
  lines: number;

  constructor(limit: number) {
    this.limit = limit;
    this.out = new ByteBuffer(4096);
    this.ends = [];
    this.from = 0;
    this.lines = 0;
  }

  /**
   * Adds a line, or several that must not be torn apart.
   *
   * @returns false when they fit into no packet, and were left out
   */
  add(text: string): boolean {
    const bytes = encodeUtf8(text);
    if (bytes.length > this.limit) return false;
    const { out } = this;
    if (out.length > this.from && out.length - this.from + 1 + bytes.length > this.limit) this.close();
    if (out.length > this.from) out.append(lineFeed);
    out.append(bytes);
    this.lines += 1;
    return true;
  }

  /** What was added since the last time. */
  take(): StatsdPayload {
    if (this.out.length > this.from) this.close();
    const payload = { bytes: this.out.take(), items: this.lines, ends: this.ends, sent: 0 };
    this.ends = [];
    this.from = 0;
    this.lines = 0;
    return payload;
  }

  private close(): void {
    this.from = this.out.length;
    this.ends.push(this.from);
  }
}

const lineFeed = /* @__PURE__ */ new Uint8Array([10]);
