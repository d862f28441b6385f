import type { Scraped } from './scraped.js';

/** How Grafana calls the units that words in names stand for. */
const byWord: Readonly<Record<string, string>> = {
  seconds: 's', second: 's', milliseconds: 'ms', millisecond: 'ms', ms: 'ms', microseconds: 'µs', us: 'µs', nanoseconds: 'ns', ns: 'ns', minutes: 'm', hours: 'h', days: 'd',
  bytes: 'bytes', byte: 'bytes', bits: 'bits', kibibytes: 'kbytes', mebibytes: 'mbytes', gibibytes: 'gbytes', kilobytes: 'deckbytes', megabytes: 'decmbytes', gigabytes: 'decgbytes',
  ratio: 'percentunit', percent: 'percent', percents: 'percent', percentage: 'percent', pct: 'percent',
  celsius: 'celsius', fahrenheit: 'fahrenheit', kelvin: 'kelvin', kelvins: 'kelvin', volts: 'volt', amperes: 'amp', watts: 'watt', joules: 'joule', hertz: 'hertz', meters: 'lengthm', metres: 'lengthm', grams: 'massg',
};

/** The words of a name, in lower case. */
export function wordsIn(name: string): readonly string[] {
  return name.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '');
}

/** Whether one of the words is in the name. */
export function speaksOf({ name }: Scraped, words: readonly string[]): boolean {
  return wordsIn(name).some((word) => words.includes(word));
}

/** The unit of a family's values as Grafana calls it: by its unit, else the last unit in its name, else the range that its help names. `short` for a mere number. */
export function unitOf({ name, unit, help }: Scraped): string {
  const word = [unit.toLowerCase(), ...[...wordsIn(name)].reverse()].find((each) => Object.hasOwn(byWord, each));
  if (word !== undefined) return byWord[word]!;
  if (/\b(?:percent|from 0 to 100)\b/i.test(help)) return 'percent';
  return /\bfrom 0 to 1\b/i.test(help) ? 'percentunit' : 'short';
}

/** The unit of how fast a counter rises. */
export function rateUnitOf(family: Scraped): string {
  switch (unitOf(family)) {
    case 'bytes':
      return 'Bps';
    case 'bits':
      return 'bps';
    // Seconds a second: a share.
    case 's':
      return 'percentunit';
    default:
      return eventRateUnitOf(family);
  }
}

/** The unit of how often something happens. */
export function eventRateUnitOf(family: Scraped): string {
  return speaksOf(family, ['request', 'requests']) ? 'reqps' : 'cps';
}

/** Whether values are points in time, in seconds since the Unix epoch. */
export function isTimestamp({ name }: Scraped): boolean {
  return /_timestamp_seconds$/.test(name);
}
