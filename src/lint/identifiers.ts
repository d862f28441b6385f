/** What the value of a label looks like that has no end: one after the other, there are always new ones. */
export type IdentifierKind = 'UUIDs' | 'e-mail addresses' | 'URLs' | 'IP addresses' | 'times' | 'numbers' | 'hashes' | 'paths with identifiers';

/** Every pattern is linear in its input: no part of it can match what the next one matches. */
const patterns: readonly (readonly [kind: IdentifierKind, pattern: RegExp])[] = [
  ['UUIDs', /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i],
  ['URLs', /^[a-z][a-z\d+.-]*:\/\//i],
  ['e-mail addresses', /^[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+$/],
  ['IP addresses', /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?$/],
  ['times', /^(?:1\d{9}(?:\d{3})?(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*)$/],
  ['numbers', /^\d{5,}$/],
  ['hashes', /^(?=\D*\d)[\da-f]{16,}$/i],
];

/** A path's part that is an identifier by itself. */
const partOfPath = /^(?:\d+|[\da-f]{8}-[\da-f-]{27}|(?=\D*\d)[\da-f]{16,})$/i;
/** Longer ones are a finding of their own. */
const longestLooked = 2048;

/** What a label value looks like; `undefined` for what does not look like an identifier. */
export function identifierKind(value: string): IdentifierKind | undefined {
  if (value.length > longestLooked) return undefined;
  for (const [kind, pattern] of patterns) if (pattern.test(value)) return kind;
  if (!value.startsWith('/')) return undefined;
  const [path = '', query] = value.split('?', 2);
  return query !== undefined || path.split('/').some((part) => partOfPath.test(part)) ? 'paths with identifiers' : undefined;
}
