import { writeVarint } from '../format/protobuf-wire.js';

/** Bits of the table of places: 16 384 of them, 64 KiB, stay in a core's nearest caches. */
const tableBits = 14;
/** The farthest a copy of two bytes reaches back. */
const farthest = 0xffff;
/** A copy with an offset of one byte and three bits. */
const nearCopy = 1;
const nearReach = 2047;
const longestNear = 11;
/** A copy with an offset of two bytes. */
const farCopy = 2;
const longestCopy = 64;
const shortestCopy = 4;
/** Literals up to this length have it in their tag. */
const shortLiteral = 60;
/** After so many places without a match the next steps are one byte longer: what does not compress costs little time. */
const patience = 32;

/**
 * Compresses bytes to a Snappy block, as remote write wants them: literals, and copies of at least four bytes from up to 64 KiB before, which
 * a table of hashes over four bytes finds. Places are not forgotten every 64 KiB, as the format lets a copy reach across.
 *
 * Source: Snappy, "compressed format description".
 */
export function encodeSnappy(input: Uint8Array): Uint8Array<ArrayBuffer> {
  // A literal begins with at most five bytes, and there is at least a copy between two of them.
  const output = new Uint8Array(16 + input.length + Math.ceil(input.length / 6));
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  // The place after the last one with this hash; 0 for none.
  const places = new Int32Array(1 << tableBits);
  const last = input.length - shortestCopy;
  let out = writeVarint(output, 0, input.length);
  let unwritten = 0;
  let at = 0;
  while (at <= last) {
    const word = view.getInt32(at, true);
    const hash = Math.imul(word, 0x9e3779b1) >>> (32 - tableBits);
    const candidate = places[hash]! - 1;
    places[hash] = at + 1;
    if (candidate < 0 || at - candidate > farthest || view.getInt32(candidate, true) !== word) {
      at += 1 + (((at - unwritten) / patience) | 0);
      continue;
    }
    out = writeLiteral(input, unwritten, at, output, out);
    const end = matchEnd(input, view, candidate + shortestCopy, at + shortestCopy);
    out = writeCopies(output, out, at - candidate, end - at);
    at = end;
    unwritten = end;
    // What ends here is likely to be followed by what followed it before.
    if (at <= last) places[Math.imul(view.getInt32(at - 1, true), 0x9e3779b1) >>> (32 - tableBits)] = at;
  }
  return output.slice(0, writeLiteral(input, unwritten, input.length, output, out));
}

/** Where the bytes from `at` on cease to be those from `before` on. */
function matchEnd(input: Uint8Array, view: DataView, before: number, at: number): number {
  let from = before;
  let end = at;
  for (; end + 4 <= input.length && view.getInt32(end, true) === view.getInt32(from, true); end += 4) from += 4;
  for (; end < input.length && input[end] === input[from]; end++) from += 1;
  return end;
}

function writeLiteral(input: Uint8Array, from: number, to: number, output: Uint8Array, at: number): number {
  const length = to - from;
  if (length === 0) return at;
  let out = at + 1;
  if (length <= shortLiteral) {
    output[at] = (length - 1) << 2;
  } else {
    // Longer ones have it in one to four bytes behind the tag, lowest first.
    for (let rest = length - 1; rest > 0; rest = Math.floor(rest / 256)) output[out++] = rest & 0xff;
    output[at] = (shortLiteral - 2 + out - at) << 2;
  }
  // A call costs as much as some 30 bytes by hand.
  if (length < 32) for (let i = 0; i < length; i++) output[out + i] = input[from + i]!;
  else output.set(input.subarray(from, to), out);
  return out + length;
}

function writeCopies(output: Uint8Array, at: number, offset: number, length: number): number {
  let out = at;
  let rest = length;
  while (rest > 0) {
    // What is left over must not be shorter than what a near copy takes.
    const some = rest <= longestCopy ? rest : Math.min(longestCopy, rest - shortestCopy);
    if (some >= shortestCopy && some <= longestNear && offset <= nearReach) {
      output[out] = nearCopy | ((some - shortestCopy) << 2) | ((offset >>> 8) << 5);
      output[out + 1] = offset & 0xff;
      out += 2;
    } else {
      output[out] = farCopy | ((some - 1) << 2);
      output[out + 1] = offset & 0xff;
      output[out + 2] = offset >>> 8;
      out += 3;
    }
    rest -= some;
  }
  return out;
}
