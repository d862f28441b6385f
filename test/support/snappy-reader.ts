/** Reads a Snappy block as its description has it, and refuses whatever is not exactly that. */
export function decodeSnappy(block: Uint8Array): Uint8Array {
  let at = 0;
  const byte = (): number => {
    const value = block[at++];
    if (value === undefined) throw new Error('the block is cut off');
    return value;
  };
  const little = (bytes: number): number => {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += byte() * 256 ** i;
    return value;
  };
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const part = byte();
    length += (part & 0x7f) * 2 ** shift;
    if (shift > 0 && part === 0) throw new Error('the length is longer than it need be');
    if (part < 0x80) break;
  }
  if (length >= 2 ** 32) throw new Error(`a length of ${length}`);
  const output = new Uint8Array(length);
  let end = 0;
  const copy = (offset: number, count: number): void => {
    if (offset === 0 || offset > end) throw new Error(`a copy from ${offset} before byte ${end}`);
    if (end + count > length) throw new Error('a copy beyond the end');
    for (let i = 0; i < count; i++, end++) output[end] = output[end - offset]!;
  };
  while (at < block.length) {
    const tag = byte();
    const upper = tag >>> 2;
    switch (tag & 3) {
      case 0: {
        const count = (upper < 60 ? upper : little(upper - 59)) + 1;
        if (at + count > block.length || end + count > length) throw new Error('a literal beyond the end');
        output.set(block.subarray(at, at + count), end);
        at += count;
        end += count;
        break;
      }
      case 1:
        copy(((upper >>> 3) << 8) + byte(), (upper & 7) + 4);
        break;
      case 2:
        copy(little(2), upper + 1);
        break;
      default:
        copy(little(4), upper + 1);
    }
  }
  if (end !== length) throw new Error(`${end} bytes where ${length} were said`);
  return output;
}
