import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelTable } from '../../src/store/label-table.js';
import type { TextReader } from '../../src/store/text-reader.js';
import { seededRandom } from '../support/random.js';
import { anyText, hostileTexts, storable } from '../support/texts.js';

function escapedBytes(table: LabelTable, id: number): Uint8Array {
  const length = table.byteLength(id);
  const bytes = new Uint8Array(length + 5).fill(0xaa);
  expect(table.copyTo(id, new DataView(bytes.buffer), 1)).toBe(1 + length);
  // Nothing is touched before its own bytes, nor beyond the rest of the last word.
  expect([bytes[0], bytes.at(-1)]).toEqual([0xaa, 0xaa]);
  return bytes.subarray(1, 1 + length);
}

/** The escapes of the exposition formats, written by another hand. */
function escapedByHand(text: string): Uint8Array {
  return new TextEncoder().encode(text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n'));
}

/** Does the same to a label table and to a Map of counts. */
class Twin {
  readonly table = new LabelTable();
  readonly counts = new Map<string, number>();
  readonly ids = new Map<string, number>();

  retain(text: string): void {
    const id = this.table.intern(text);
    const key = storable(text);
    const known = this.ids.get(key);
    if (known !== undefined) expect(id).toBe(known);
    else expect([...this.ids.values()].includes(id)).toBe(false);
    this.table.retain(id);
    this.ids.set(key, id);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  release(text: string): void {
    const key = storable(text);
    const id = this.ids.get(key);
    if (id === undefined) return;
    this.table.release(id);
    const left = this.counts.get(key)! - 1;
    if (left > 0) this.counts.set(key, left);
    else {
      this.counts.delete(key);
      this.ids.delete(key);
    }
  }

  find(text: string): void {
    expect(this.table.find(text)).toBe(this.ids.get(storable(text)) ?? -1);
  }

  check(): void {
    expect(this.table.size).toBe(this.ids.size);
    for (const [text, id] of this.ids) {
      expect(this.table.find(text)).toBe(id);
      expect(this.table.text(id)).toBe(text);
    }
  }
}

describe('a label table', () => {
  it('behaves as a Map from well-formed strings to integers under random commands', () => {
    const command = fc.record({ text: anyText, action: fc.constantFrom('retain', 'retain', 'release', 'release', 'find') } as const);
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200, size: '+2' }), (commands) => {
        const twin = new Twin();
        for (const { text, action } of commands) {
          twin[action](text);
          twin.find(text);
        }
        twin.check();
        for (const { text } of commands) twin.find(text);
      }),
      { numRuns: 200 },
    );
  });

  it('gives back every value as the well-formed string it is, and writes it escaped', () => {
    fc.assert(
      fc.property(anyText, anyText, (text, neighbour) => {
        const table = new LabelTable();
        const id = table.intern(text);
        table.intern(neighbour);
        expect(table.text(id)).toBe(storable(text));
        expect(escapedBytes(table, id)).toEqual(escapedByHand(storable(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes two different values as different bytes, and bytes that no quote or line feed ends early', () => {
    const near = fc.tuple(anyText, fc.constantFrom(['\n', '\\n'], ['"', '\\"'], ['\\', '\\\\'], ['\\\n', '\\\\n'], ['\uFEFF', ''])).map(([text, [one, other]]) => [text + one, text + other] as const);
    fc.assert(
      fc.property(fc.oneof(near, fc.tuple(anyText, anyText)), ([one, other]) => {
        const table = new LabelTable();
        const [first, second] = [one, other].map((text) => Buffer.from(escapedBytes(table, table.intern(text))).toString('latin1')) as [string, string];
        expect(first === second).toBe(storable(one) === storable(other));
        expect(first).toMatch(/^(?:[^"\\\n]|\\["\\n])*$/);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(hostileTexts.map((text) => [JSON.stringify(text), text]))('forgets %s with its last series, also for who has just looked it up', (_, text) => {
    const table = new LabelTable();
    const id = table.intern(text);
    table.retain(id);
    table.retain(id);
    expect(table.find(text)).toBe(id);
    table.release(id);
    expect(table.find(text)).toBe(id);
    table.release(id);
    expect(table.find(text)).toBe(-1);
    const other = table.intern('another');
    table.retain(other);
    expect(table.find(text)).toBe(-1);
    expect(table.size).toBe(1);
  });

  it.each([65_535, 65_536, 65_537, 200_000])('keeps values of %i characters beside short ones, and uses their room again', (length) => {
    const table = new LabelTable();
    const texts = ['short', 'a'.repeat(length), '', '"'.repeat(length), 'é'.repeat(length), 'tail'];
    const bytes: number[] = [];
    for (let round = 0; round < 4; round++) {
      const ids = texts.map((text) => {
        const id = table.intern(text);
        table.retain(id);
        return id;
      });
      expect(new Set(ids).size).toBe(texts.length);
      texts.forEach((text, i) => expect(table.text(ids[i]!) === text).toBe(true));
      texts.forEach((text, i) => expect(table.find(text)).toBe(ids[i]));
      ids.forEach((id) => table.release(id));
      expect(table.size).toBe(0);
      bytes.push(table.bytesHeld());
    }
    expect(bytes.at(-1)).toBe(bytes[0]);
  });

  it('keeps thousands of random values through churn, and gives the integers of freed ones to new ones', () => {
    const random = seededRandom(11);
    const table = new LabelTable();
    const alphabet = ['a', 'b', '"', '\\', '\n', 'é', '😀', '/', '1', '\uD800'];
    const texts = Array.from({ length: 6000 }, (_, i) => `${i} ` + Array.from({ length: Math.floor(random() ** 3 * 100) }, () => alphabet[Math.floor(random() * alphabet.length)]).join(''));
    const ids = texts.map((text) => {
      const id = table.intern(text);
      table.retain(id);
      return id;
    });
    expect(new Set(ids).size).toBe(texts.length);
    for (let i = 0; i < texts.length; i++) if (i % 3 !== 0) table.release(ids[i]!);
    for (let i = 0; i < texts.length; i++) {
      if (table.find(texts[i]!) !== (i % 3 === 0 ? ids[i] : -1)) expect.fail(`value ${i} is wrong after removal`);
    }
    const before = table.bytesHeld();
    for (let i = 0; i < texts.length; i++) if (i % 3 !== 0) table.retain((ids[i] = table.intern(texts[i]!)));
    expect(Math.max(...ids)).toBeLessThan(texts.length);
    expect(new Set(ids).size).toBe(texts.length);
    expect(table.bytesHeld()).toBe(before);
    for (let i = 0; i < texts.length; i++) {
      if (table.text(ids[i]!) !== storable(texts[i]!) || table.find(texts[i]!) !== ids[i]) expect.fail(`value ${i} is wrong after it came back`);
    }
    expect(table.size).toBe(texts.length);
  });
});

describe('Label values of one hash', () => {
  it('are told apart by all their bytes, whichever of them differs', () => {
    const table = new LabelTable();
    const reader = Reflect.get(table, 'reader') as TextReader;
    const read = reader.read.bind(reader);
    reader.read = (text) => {
      read(text);
      reader.hash = 7;
    };
    const base = 'sixteen-letters!';
    const texts = [base, ...Array.from(base, (_, place) => `${base.slice(0, place)}X${base.slice(place + 1)}`)];
    const ids = texts.map((text) => {
      const id = table.intern(text);
      table.retain(id);
      return id;
    });
    expect(new Set(ids).size).toBe(texts.length);
    expect(ids.map((id) => table.text(id))).toEqual(texts);
    expect(texts.map((text) => table.find(text))).toEqual(ids);
  });
});
