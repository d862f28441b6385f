/** Numbers with units, as flags give them and as reports show them. */

const number = '(\\d{1,15}(?:\\.\\d{1,15})?(?:e\\d{1,2})?)';
const wholeForm = new RegExp(`^${number}$`);
const bytesForm = new RegExp(`^${number} ?(B|[kKMG]B|[KMG]iB)$`);
const timeForm = new RegExp(`^${number} ?(us|ms|s|min)$`);

const bytesOf: Readonly<Record<string, number>> = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const millisecondsOf: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1e3, min: 6e4 };

/** A whole number, `1e6` included; `undefined` when the text is none or lies outside. */
export function parseWhole(text: string, least: number, most: number): number | undefined {
  const value = wholeForm.test(text) ? Number(text) : NaN;
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

/** Bytes above 0, for instance `512MB`; `undefined` when the text is none. */
export function parseBytes(text: string): number | undefined {
  return parseWith(bytesForm, bytesOf, text);
}

/** Milliseconds above 0, for instance of `1s`; `undefined` when the text is no time. */
export function parseMilliseconds(text: string): number | undefined {
  return parseWith(timeForm, millisecondsOf, text);
}

function parseWith(form: RegExp, units: Readonly<Record<string, number>>, text: string): number | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const value = Number(found[1]) * units[found[2]!]!;
  return value > 0 && Number.isFinite(value) ? value : undefined;
}

/** A number as people read it: `1 000 000`, `12.3`, `0.05`; a dash for what is no number. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  const text = value.toFixed(size === 0 || size >= 99.95 || Number.isInteger(value) ? 0 : size >= 0.995 ? 1 : size >= 0.00995 ? 2 : 4);
  // Only whole numbers reach a thousand.
  return text.includes('.') ? text : text.replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Bytes with a unit: `89.1 MB`. */
export function shownBytes(bytes: number): string {
  if (bytes >= 1e9) return `${shown(bytes / 1e9)} GB`;
  if (bytes >= 1e6) return `${shown(bytes / 1e6)} MB`;
  return bytes >= 1e3 ? `${shown(bytes / 1e3)} kB` : `${shown(bytes)} B`;
}

/** Milliseconds with a unit: `1.2 s`. */
export function shownMilliseconds(milliseconds: number): string {
  if (milliseconds >= 1000) return `${shown(milliseconds / 1000)} s`;
  return milliseconds >= 0.1 ? `${shown(milliseconds)} ms` : `${shown(milliseconds * 1000)} us`;
}

/** Three figures that count and no more, for what was interpolated: 123 456 becomes 123 000. */
export function rounded(value: number): number {
  return value < 1000 ? Math.floor(value) : Math.floor(Number(value.toPrecision(3)));
}
