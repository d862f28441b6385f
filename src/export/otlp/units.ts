/** Unit words of Prometheus and what UCUM calls them. */
const words: Readonly<Record<string, string>> = {
  // Time
  years: 'a', months: 'mo', weeks: 'wk', days: 'd', hours: 'h', minutes: 'min', seconds: 's', milliseconds: 'ms', microseconds: 'us', nanoseconds: 'ns',
  // Bytes
  bytes: 'By', kibibytes: 'KiBy', mebibytes: 'MiBy', gibibytes: 'GiBy', tebibytes: 'TiBy', kilobytes: 'kBy', megabytes: 'MBy', gigabytes: 'GBy', terabytes: 'TBy', bits: 'bit',
  // SI and others
  meters: 'm', volts: 'V', amperes: 'A', joules: 'J', watts: 'W', grams: 'g', kilograms: 'kg', celsius: 'Cel', kelvin: 'K', hertz: 'Hz', percent: '%', ratio: '1',
};

/** What comes after `_per_`, in the singular. */
const singular: Readonly<Record<string, string>> = { year: 'a', month: 'mo', week: 'wk', day: 'd', hour: 'h', minute: 'min', second: 's', millisecond: 'ms', byte: 'By', meter: 'm', gram: 'g' };

/**
 * A unit as OpenTelemetry spells it, in UCUM: `seconds` is `s`, `ratio` is `1`, `bytes_per_second` is `By/s`; what has no such spelling stays as it is.
 *
 * Source: OpenTelemetry, "Prometheus and OpenMetrics Compatibility", "Metric Metadata".
 */
export function ucumUnit(unit: string): string {
  const per = unit.indexOf('_per_');
  if (per <= 0) return own(words, unit);
  const below = unit.slice(per + '_per_'.length);
  return `${own(words, unit.slice(0, per))}/${Object.hasOwn(singular, below) ? singular[below]! : own(words, below)}`;
}

function own(table: Readonly<Record<string, string>>, word: string): string {
  return Object.hasOwn(table, word) ? table[word]! : word;
}
