/** Bytes that mean something in the formats made of lines. */
export const tab = 0x09;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;
export const blank = 0x20;
export const quote = 0x22;
export const hash = 0x23;
export const plus = 0x2b;
export const comma = 0x2c;
export const minus = 0x2d;
export const point = 0x2e;
export const zero = 0x30;
export const nine = 0x39;
export const colon = 0x3a;
export const equals = 0x3d;
export const upperE = 0x45;
export const openBracket = 0x5b;
export const backslash = 0x5c;
export const closeBracket = 0x5d;
export const lowerE = 0x65;
export const lowerN = 0x6e;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;

/** May begin a label name; with {@link digit}: may go on with it. */
export const letter = 1;
export const digit = 2;
/** The colon, which only metric names may have. */
export const metricOnly = 4;

/** What a byte is in a name: {@link letter}, {@link digit}, {@link metricOnly}, or 0. */
export const nameBytes: Uint8Array = /* @__PURE__ */ (() => {
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 26; byte++) table[0x41 + byte] = table[0x61 + byte] = letter;
  for (let byte = zero; byte <= nine; byte++) table[byte] = digit;
  table[0x5f] = letter;
  table[colon] = metricOnly;
  return table;
})();
