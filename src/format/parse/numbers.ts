import { blank, lineFeed, lowerE, minus, nine, plus, point, tab, upperE, zero } from './characters.js';
import { wordEnd } from './checks.js';
import type { Source } from './source.js';

/** Powers of ten that a double holds exactly. */
const powers = /* @__PURE__ */ Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** So many digits make a whole number that a double holds exactly. */
const exactDigits = 15;
const largestInteger = 2n ** 63n - 1n;

/**
 * A number as a sample has it. The text formats: decimal digits as Go's `ParseFloat` takes them, `NaN`, `+Inf` and `-Inf`, as their page
 * spells them; neither hexadecimal nor with underscores, which Prometheus itself refuses. OpenMetrics: as its ABNF says, so `inf`, `infinity`
 * and `nan` in any case.
 */
export function readNumber(source: Source): number {
  const start = source.at;
  const value = readDecimal(source);
  return source.at > start ? value : readWord(source);
}

/** The number of a sample, and that it ends where it should; `source.at` is then at a blank or at the end of the line. */
export function readValue(source: Source): number {
  const start = source.at;
  const value = readNumber(source);
  const next = source.bytes[source.at]!;
  if (next === blank || next === lineFeed || (next === tab && source.dialect.loose)) return value;
  if (next < blank) throw source.error(source.at, 'a blank or the end of the line after the value');
  throw source.errorIn(start, wordEnd(source, start), 'a number');
}

/** A number without NaN and infinities. @param what how an error calls it */
export function readReal(source: Source, what: string): number {
  const start = source.at;
  const value = readDecimal(source);
  if (source.at === start) throw source.errorIn(start, endOfWord(source, start), what);
  return value;
}

/** Decimal digits; leaves `source.at` where it is if there are none. */
function readDecimal(source: Source): number {
  const { bytes } = source;
  const start = source.at;
  let at = start;
  let byte = bytes[at]!;
  const negative = byte === minus;
  if (negative || byte === plus) byte = bytes[++at]!;
  let first = at;
  let mantissa = 0;
  let exponent = 0;
  for (; byte >= zero && byte <= nine; byte = bytes[++at]!) mantissa = mantissa * 10 + (byte - zero);
  let digits = at - first;
  if (byte === point) {
    first = at + 1;
    byte = bytes[++at]!;
    for (; byte >= zero && byte <= nine; byte = bytes[++at]!) mantissa = mantissa * 10 + (byte - zero);
    exponent = first - at;
    digits -= exponent;
  }
  if (digits === 0) return NaN;
  if (byte === lowerE || byte === upperE) {
    let next = at + 1;
    const down = bytes[next] === minus;
    if (down || bytes[next] === plus) next++;
    first = next;
    let power = 0;
    // No double needs more, and a million digits must not overflow.
    for (byte = bytes[next]!; byte >= zero && byte <= nine; byte = bytes[++next]!) if (power < 100_000) power = power * 10 + (byte - zero);
    if (next === first) throw source.error(next, 'the digits of an exponent');
    exponent += down ? -power : power;
    at = next;
  }
  source.at = at;
  // Both operands are exact, so the one operation rounds right (Clinger 1990); three times as fast as making a string of it.
  if (digits <= exactDigits && exponent >= -22 && exponent <= 22) {
    const value = exponent < 0 ? mantissa / powers[-exponent]! : mantissa * powers[exponent]!;
    return negative ? -value : value;
  }
  const value = Number(source.ascii(start, at));
  if (!Number.isFinite(value)) throw source.errorIn(start, at, 'a number that 64-bit floating point can hold');
  return value;
}

function readWord(source: Source): number {
  const { dialect, at } = source;
  const end = endOfWord(source, at);
  const word = end - at > 9 ? '' : source.ascii(at, end);
  source.at = end;
  switch (dialect.loose ? word : word.toLowerCase()) {
    case 'NaN':
    case 'nan':
      if (!dialect.loose || word === 'NaN') return NaN;
      break;
    case '+Inf':
    case '-Inf':
      return word === '+Inf' ? Infinity : -Infinity;
    case 'inf':
    case '+inf':
    case 'infinity':
    case '+infinity':
      if (!dialect.loose) return Infinity;
      break;
    case '-inf':
    case '-infinity':
      if (!dialect.loose) return -Infinity;
      break;
  }
  throw source.errorIn(at, end, 'a number');
}

/** Where what cannot be read ends: at a blank, at the end of the line, or at a sign that separates values. */
function endOfWord(source: Source, start: number): number {
  const { bytes } = source;
  let at = start;
  while (bytes[at]! > 0x20 && !separators.includes(bytes[at]!)) at++;
  return at;
}

/** `"`, `,`, `:`, `]`, `}` */
const separators: readonly number[] = [0x22, 0x2c, 0x3a, 0x5d, 0x7d];

/** Milliseconds of the text formats, in seconds: a whole number of 64 bits. */
export function readMilliseconds(source: Source): number {
  const { bytes } = source;
  const start = source.at;
  let at = start;
  if (bytes[at] === minus || bytes[at] === plus) at++;
  const first = at;
  let value = 0;
  for (let byte = bytes[at]!; byte >= zero && byte <= nine; byte = bytes[++at]!) value = value * 10 + (byte - zero);
  const next = bytes[at]!;
  if (at === first || (next > 0x20 && next !== lineFeed)) throw source.errorIn(start, endOfWord(source, start), 'a timestamp in whole milliseconds');
  source.at = at;
  const negative = bytes[start] === minus;
  if (value > Number.MAX_SAFE_INTEGER) {
    let significant = first;
    while (bytes[significant] === zero) significant++;
    const digits = at - significant > 19 ? '' : source.ascii(significant, at);
    if (digits === '' || BigInt(digits) > largestInteger + (negative ? 1n : 0n)) throw source.errorIn(start, at, 'a timestamp of 64 bits');
    value = Number(digits);
  }
  return (negative ? -value : value) / 1000;
}

/** The last second of the year 9999, where timestamps end (google.protobuf.Timestamp, which OpenMetrics refers to). */
const lastSecond = 253_402_300_799;

/** A time of OpenMetrics, in seconds since the Unix epoch. */
export function readSeconds(source: Source): number {
  const start = source.at;
  const seconds = readReal(source, 'a timestamp in seconds');
  checkSeconds(source, start, seconds);
  return seconds;
}

/** Refuses what is no time in seconds, as milliseconds are not. @param start where it stands */
export function checkSeconds(source: Source, start: number, seconds: number): void {
  if (!(Math.abs(seconds) <= lastSecond)) throw source.errorIn(start, endOfWord(source, start), 'a time in seconds since the Unix epoch, no later than the year 9999');
}
