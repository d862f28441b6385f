/** A name in snake_case: a word begins where an upper-case letter follows a lower-case one or a digit, or ends a row of upper-case letters. */
export function snakeCase(name: string): string {
  return name
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
    .toLowerCase();
}

/** The words of a name in lower case; what stands before a leading `_` is an empty word. */
export function wordsOf(name: string): string[] {
  return name.toLowerCase().split(/[^a-z0-9]+/);
}

/** A word of a name that a rule looks for. */
export interface FoundWord {
  readonly word: string;
  /** The name with another word in its place, wherever it stands; it is left out where that is empty. */
  readonly without: (other: string) => string;
}

/**
 * The words of a name that are wanted, each once: as the name is spelt or, where there are none, as it would be in snake_case.
 *
 * @param wanted is also told whether the word stands in the name as it is spelt
 * @param from the place of the first word that counts
 */
export function findWords(name: string, wanted: (word: string, asSpelt: boolean) => boolean, from = 0): FoundWord[] {
  for (const spelling of new Set([name, snakeCase(name)])) {
    const found = new Map<string, FoundWord>();
    for (const word of wordsOf(spelling).slice(from)) {
      if (!found.has(word) && wanted(word, spelling === name)) found.set(word, { word, without: (other) => replaceWord(spelling, word, other, from) });
    }
    if (found.size > 0) return [...found.values()];
  }
  return [];
}

function replaceWord(name: string, word: string, other: string, from: number): string {
  const words = name.split(/[^a-zA-Z0-9]+/).map((one, place) => (place >= from && one.toLowerCase() === word ? other : one));
  // A unit that then stands there twice is said once: `kilobytes_bytes`.
  return words.filter((one, place) => place === 0 || (one !== '' && one !== words[place - 1])).join('_');
}

/** A name with a suffix less, or `undefined` where that would leave nothing. */
export function withoutSuffix(name: string, suffix: string): string | undefined {
  return name.endsWith(suffix) && name.length > suffix.length ? name.slice(0, -suffix.length) : undefined;
}
