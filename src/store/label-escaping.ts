const quote = 0x22;
const backslash = 0x5c;
const lineFeed = 0x0a;

/** `\`, `"` and line feed escaped, as in all text formats (exposition formats, "Comments, help text, and type information"). */
export function escapeValue(raw: Uint8Array): Uint8Array {
  let escapes = 0;
  for (let i = 0; i < raw.length; i++) if (raw[i] === quote || raw[i] === backslash || raw[i] === lineFeed) escapes += 1;
  if (escapes === 0) return raw;
  const escaped = new Uint8Array(raw.length + escapes);
  let at = 0;
  for (let i = 0; i < raw.length; i++) {
    const byte = raw[i]!;
    if (byte === quote || byte === backslash || byte === lineFeed) {
      escaped[at++] = backslash;
      escaped[at++] = byte === lineFeed ? 0x6e : byte;
    } else {
      escaped[at++] = byte;
    }
  }
  return escaped;
}

/** Copies escaped bytes as they were, to `target` from `at` on, and returns where they end. */
export function unescapeTo(bytes: Uint8Array, from: number, length: number, target: DataView, at: number): number {
  let end = at;
  for (let i = from; i < from + length; i++) {
    let byte = bytes[i]!;
    // No byte of a character beyond ASCII looks like a backslash.
    if (byte === backslash && (byte = bytes[++i]!) === 0x6e) byte = lineFeed;
    target.setUint8(end++, byte);
  }
  return end;
}

/** What {@link escapeValue} was given, as a string. */
export function unescapeValue(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
