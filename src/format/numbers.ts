/** Characters the longest number takes: `-0.0000012345678901234567`. */
export const longestNumber = 25;

const zero = 0x30;
const minus = 0x2d;
const billion = 1e9;

/**
 * A bound or quantile as a label value, as Go's `%g` writes it: shortest digits that read back as the same double, an exponent of at least
 * two digits below 1e-4 and from 1e+06 on. So `0.005`, `1`, `100000`, `1e+06`, `1e-05`, `+Inf`; `1e+06` is how every other client spells
 * it, and a series under another spelling would be another series.
 */
export function boundText(bound: number): string {
  if (bound === Infinity) return '+Inf';
  const [digits, exponent] = bound.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  // JavaScript switches to an exponent only below 1e-6, so these are written in full.
  if (power >= -4 && power < 6) return String(bound);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** As {@link boundText}, as OpenMetrics 1.0 wants it: `1.0` for a whole number without exponent ("Canonical numbers"). */
export function canonicalBoundText(bound: number): string {
  const text = boundText(bound);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/**
 * The shortest text that reads back as the same double, as JavaScript and Go's `ParseFloat` both understand it: whole numbers without point
 * up to 21 digits, `NaN`, `+Inf`, `-Inf`. -0 is written as 0.
 */
export function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

/** Writes {@link numberText} to a buffer that has room for {@link longestNumber} bytes, and returns where it ends. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  // Most samples are counts; digits by hand are four times as fast as a string (`npm run bench`, case `exposition`).
  if (value >= 0 && value < billion && value === (value | 0)) return writeWhole(bytes, at, value | 0);
  if (Number.isSafeInteger(value)) return writeLarge(bytes, at, value);
  return writeAscii(bytes, at, numberText(value));
}

/** A whole number in two parts, each of which the digits of a small one can be taken from. */
function writeLarge(bytes: Uint8Array, at: number, value: number): number {
  let start = at;
  if (value < 0) bytes[start++] = minus;
  const size = Math.abs(value);
  const upper = Math.floor(size / billion);
  const lower = size - upper * billion;
  if (upper === 0) return writeWhole(bytes, start, lower);
  let end = writeWhole(bytes, start, upper) + 9;
  const after = end;
  for (let digit = 0, rest = lower; digit < 9; digit++) {
    const tenth = Math.floor(rest / 10);
    bytes[--end] = zero + rest - tenth * 10;
    rest = tenth;
  }
  return after;
}

function writeWhole(bytes: Uint8Array, at: number, value: number): number {
  let end = at + digitsOf(value);
  const after = end;
  let rest = value;
  do {
    const tenth = (rest / 10) | 0;
    bytes[--end] = zero + rest - tenth * 10;
    rest = tenth;
  } while (rest > 0);
  return after;
}

function digitsOf(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10_000) return 4;
  if (value < 100_000) return 5;
  if (value < 1_000_000) return 6;
  if (value < 10_000_000) return 7;
  return value < 100_000_000 ? 8 : 9;
}

/** Writes a string of ASCII characters to a buffer that has room for it, and returns where it ends. */
export function writeAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
