import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson } from '../../src/config/json-reader.js';
import { type Located, UnreadableText, plain } from '../../src/config/located.js';

/** Every value of a tree, and the keys of its objects. */
function places(node: Located): { readonly at: number; readonly begins: string }[] {
  const own = { at: node.at, begins: node.items !== undefined ? '[' : node.entries !== undefined ? '{' : JSON.stringify(node.scalar) };
  return [own, ...(node.items ?? []).flatMap(places), ...(node.entries ?? []).flatMap(({ key, at, value }) => [{ at, begins: JSON.stringify(key) }, ...places(value)])];
}

describe('Reading JSON with places', () => {
  test('It gives what JSON.parse gives, and everything begins where it says.', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1, 4, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const node = readJson(text);
        expect(JSON.stringify(plain(node))).toBe(JSON.stringify(JSON.parse(text)));
        for (const { at, begins } of places(node)) expect(text.slice(at, at + begins.length)).toBe(begins);
      }),
    );
  });

  test('It takes and refuses the same texts as JSON.parse.', () => {
    const taken = (read: () => unknown): boolean => {
      try {
        read();
        return true;
      } catch (error) {
        if (!(error instanceof SyntaxError || error instanceof UnreadableText)) throw error;
        return false;
      }
    };
    const piece = fc.constantFrom('{', '}', '[', ']', ':', ',', '"', 'a', '\\', '\\u00e9', '1', '0', '-', '.', 'e', '+', 'true', 'null', ' ', '\n', '"a"', '\u2028');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')), (text) => {
        expect(taken(() => readJson(text))).toBe(taken(() => JSON.parse(text)));
      }),
      { numRuns: 2000 },
    );
  });
});
