/** The base unit of each unit that is spelt out; base units are their own. What promtool knows is among them. */
const units: Readonly<Record<string, string>> = {
  seconds: 'seconds', minutes: 'seconds', hours: 'seconds', days: 'seconds', weeks: 'seconds', months: 'seconds', years: 'seconds',
  bytes: 'bytes', bits: 'bytes', octets: 'bytes',
  celsius: 'celsius', kelvin: 'kelvin', kelvins: 'kelvin', fahrenheit: 'celsius', rankine: 'celsius',
  meters: 'meters', metres: 'metres', inches: 'meters', feet: 'meters', yards: 'meters', miles: 'meters',
  grams: 'grams', pounds: 'grams', ounces: 'grams', tonnes: 'grams',
  joules: 'joules', calories: 'joules',
  volts: 'volts', amperes: 'amperes',
  ratio: 'ratio', percent: 'ratio', percents: 'ratio', percentage: 'ratio', permille: 'ratio',
};

/** "mibi" and "gibi" are no prefixes of anything but of names that promtool has to find. */
const prefixes: readonly string[] = [
  'pico', 'nano', 'micro', 'milli', 'centi', 'deci', 'deca', 'hecto', 'kilo', 'kibi', 'mega', 'mebi', 'mibi', 'giga', 'gibi', 'tera', 'tebi', 'peta', 'pebi', 'exa', 'exbi',
];

/** What abbreviations stand for; several where that is not certain. */
const abbreviations: Readonly<Record<string, readonly string[]>> = {
  s: ['seconds'], ms: ['seconds'], us: ['seconds'], ns: ['seconds'], sec: ['seconds'], secs: ['seconds'], msec: ['seconds'], msecs: ['seconds'], usec: ['seconds'], nsec: ['seconds'],
  millis: ['seconds'], micros: ['seconds'], nanos: ['seconds'], mins: ['seconds'], h: ['seconds'], hrs: ['seconds'], d: ['seconds'],
  b: ['bytes'], kb: ['bytes'], mb: ['bytes'], gb: ['bytes'], tb: ['bytes'], pb: ['bytes'], kib: ['bytes'], mib: ['bytes'], gib: ['bytes'], tib: ['bytes'],
  m: ['seconds', 'meters'], km: ['meters'], kg: ['grams'], kwh: ['joules'], mv: ['volts'], pct: ['ratio'],
};

/** Units in the singular, where the word hardly stands for anything else. */
const singulars: Readonly<Record<string, string>> = {
  second: 'seconds', millisecond: 'seconds', microsecond: 'seconds', nanosecond: 'seconds', byte: 'bytes', kilobyte: 'bytes', megabyte: 'bytes', joule: 'joules', volt: 'volts', ampere: 'amperes',
};

/** The base unit to use instead of a unit, or of one with a prefix; `undefined` for a base unit and for what is no unit. */
export function baseUnitFor(word: string): string | undefined {
  const base = baseUnitOf(word);
  return base === word ? undefined : base;
}

/** Whether a word is a unit, a base unit or another. */
export function isUnit(word: string): boolean {
  return baseUnitOf(word) !== undefined;
}

/** Whether a word is a base unit. */
export function isBaseUnit(word: string): boolean {
  return baseUnitOf(word) === word;
}

function baseUnitOf(word: string): string | undefined {
  if (Object.hasOwn(units, word)) return units[word];
  for (const prefix of prefixes) {
    const rest = word.startsWith(prefix) ? word.slice(prefix.length) : '';
    if (Object.hasOwn(units, rest)) return units[rest];
  }
  return undefined;
}

/** What an abbreviated unit may mean, in base units; `undefined` for what is none. */
export function unitsAbbreviated(word: string): readonly string[] | undefined {
  return Object.hasOwn(abbreviations, word) ? abbreviations[word] : undefined;
}

/** The base unit in the plural for a unit in the singular; `undefined` for what is none. */
export function pluralUnitFor(word: string): string | undefined {
  return Object.hasOwn(singulars, word) ? singulars[word] : undefined;
}
