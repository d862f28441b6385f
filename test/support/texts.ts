import fc from 'fast-check';

/** Strings that have broken a writer, a parser or a key somewhere. */
export const hostileTexts: readonly string[] = [
  '', '"', '\\', '\n', '\\n', '\\\\n', '\\\n', '\\"', '"\\', 'a\\', '\r\n', '\t', ' ', ' a ', '\0', 'a\0b', '\uFEFF', '\uFEFFa', 'a\uFEFF', '\u2028', '\u0085',
  'é', 'e\u0301', '😀', '👩‍👩‍👧', '\uFFFD', '\uD800', '\uDFFF', '\uDFFF\uD800', 'a\uD83D', '\uDE00a', 'a|', '|a', 'a,b', '{', '}', '="', '"} 1\n# HELP x', '# TYPE', 'NaN', '+Inf', '__proto__', 'constructor',
];

const characters = fc.constantFrom('"', '\\', '\n', '\r', 'n', 'a', 'b', '\uFEFF', '\0', '😀', '\uD800', '\uDC00', '\uFFFD', 'é', ' ', '}', ',', '=');
const short = fc.array(characters, { maxLength: 20 }).map((all) => all.join(''));
const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes));
const long = fc.record({ piece: fc.constantFrom('a', '"', 'é', '😀', 'ab\n'), count: fc.integer({ min: 10, max: 400 }) }).map(({ piece, count }) => piece.repeat(count));

/** Any string, hostile ones above all; lone surrogates among them. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 4, arbitrary: short },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 2, arbitrary: units },
  { weight: 1, arbitrary: long },
);

/** The string as UTF-8 can carry it: every lone surrogate replaced by U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** The string as every format can carry it: every carriage return replaced, too. */
export function storable(text: string): string {
  return wellFormed(text).replaceAll('\r', '\uFFFD');
}
