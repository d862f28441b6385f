import { describe, expect, test } from 'vitest';
import { ParseError, type ParseStreamOptions, parse, parseStream } from '../../../src/format/parse/entry.js';
import type { CollectedFamily } from '../../../src/model/collected.js';
import { encodeUtf8 } from '../../../src/platform/byte-buffer.js';

async function all(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, options: Partial<ParseStreamOptions> = {}): Promise<CollectedFamily[]> {
  const families: CollectedFamily[] = [];
  for await (const family of parseStream(pieces, { format: 'text-0.0.4', ...options })) families.push(family);
  return families;
}

const bytes = (...texts: string[]): Uint8Array[] => texts.map((text) => encodeUtf8(text));

describe('parseStream', () => {
  test('yields a family as soon as the next one begins.', async () => {
    const asked: string[] = [];
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (const text of ['# TYPE a gauge\na 1', '\nb 2\n', 'b{x="1"} 3\nc 4\n']) {
        asked.push(text);
        yield encodeUtf8(text);
      }
    }
    const stream = parseStream(pieces(), { format: 'text-0.0.4' });
    expect((await stream.next()).value).toEqual({ name: 'a', help: '', type: 'gauge', series: [{ labels: {}, value: 1 }] });
    expect(asked).toHaveLength(2);
    expect((await stream.next()).value).toMatchObject({ name: 'b', series: [{ value: 2 }, { labels: { x: '1' }, value: 3 }] });
    expect(asked).toHaveLength(3);
    expect((await stream.next()).value).toMatchObject({ name: 'c' });
    expect((await stream.next()).done).toBe(true);
  });

  test('takes a stream of the platform, and a Buffer.', async () => {
    const stream = new Blob(['# TYPE a counter\n', 'a_total 1\n# EOF\n']).stream();
    expect(await all(stream, { format: 'openmetrics-1.0.0' })).toEqual([{ name: 'a_total', help: '', type: 'counter', series: [{ labels: {}, value: 1 }] }]);
    expect(await all([Buffer.from('a 1\n')])).toHaveLength(1);
  });

  test('reads bytes on shared memory.', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(10));
    shared.set(encodeUtf8('a{b="c"} 1'));
    expect(await all([shared, encodeUtf8('\n')])).toMatchObject([{ series: [{ labels: { b: 'c' } }] }]);
  });

  test('does not look at a piece again once it has asked for the next.', async () => {
    function* pieces(): Generator<Uint8Array> {
      const buffer = encodeUtf8('a{b="c"} 1\na{b="d"');
      yield buffer;
      buffer.fill(0x78);
      yield encodeUtf8('} 2\n');
    }
    expect(await all(pieces())).toMatchObject([{ series: [{ labels: { b: 'c' } }, { labels: { b: 'd' } }] }]);
  });

  test('has yielded the families before a fault, and then throws.', async () => {
    const stream = parseStream(bytes('a 1\nb 1\n', 'c x\n'), { format: 'text-0.0.4' });
    expect((await stream.next()).value).toMatchObject({ name: 'a' });
    // Complete with the beginning of the next one, though that is in the piece with the fault.
    expect((await stream.next()).value).toMatchObject({ name: 'b' });
    await expect(stream.next()).rejects.toThrow('text 0.0.4, line 3, column 3: found "x"; expected a number');
  });

  test('closes the source when the reader has had enough.', async () => {
    let closed = false;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        for (let i = 0; ; i++) yield encodeUtf8(`m${i} 1\n`);
      } finally {
        closed = true;
      }
    }
    for await (const family of parseStream(pieces(), { format: 'text-0.0.4' })) if (family.name === 'm3') break;
    expect(closed).toBe(true);
  });

  test.each([
    ['of many lines', ['# TYPE a gauge\n', ...Array.from({ length: 20 }, (_, i) => `a{x="${i}"} 1\n`)], 'text 0.0.4, line 9, column 1: found a longer one; expected no more than 100 bytes for a family (maxFamilyBytes)'],
    ['of one line', [`a{x="${'y'.repeat(100)}"} 1\n`], 'text 0.0.4, line 1, column 1: found a longer one; expected no more than 100 bytes for a family (maxFamilyBytes)'],
    ['of a line that never ends', Array.from({ length: 30 }, () => 'xxxxxxxxxx'), 'text 0.0.4, line 1, column 1: found a longer one; expected no more than 100 bytes for a family (maxFamilyBytes)'],
    ['after others', ['a 1\n', 'b 1\n', `# HELP c ${'y'.repeat(120)}\n`], 'text 0.0.4, line 3, column 1: found a longer one; expected no more than 100 bytes for a family (maxFamilyBytes)'],
  ])('refuses a family %s that takes more than maxFamilyBytes.', async (_what, texts, message) => {
    const error: unknown = await all(bytes(...texts), { maxFamilyBytes: 100 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ParseError);
    expect((error as Error).message).toBe(message);
  });

  test('counts each family by itself, however it is cut.', async () => {
    const text = Array.from({ length: 50 }, (_, i) => `# TYPE m${i} gauge\nm${i}{x="1"} 1\nm${i}{x="2"} 1\n`).join('');
    expect(await all(bytes(text), { maxFamilyBytes: 60 })).toHaveLength(50);
    expect(await all(bytes(...text.match(/[^]{1,7}/g)!), { maxFamilyBytes: 60 })).toHaveLength(50);
    await expect(all(bytes(text), { maxFamilyBytes: 40 })).rejects.toThrow('maxFamilyBytes');
  });

  test('refuses more families than maxFamilies.', async () => {
    expect(await all(bytes('a 1\nb 1\n'), { maxFamilies: 2 })).toHaveLength(2);
    await expect(all(bytes('a 1\nb 1\nc 1\n'), { maxFamilies: 2 })).rejects.toThrow('text 0.0.4, line 3, column 1: found another family; expected no more than 2 families (maxFamilies)');
  });

  test('holds no more than a family of an endless document.', async () => {
    const piece = (i: number): Uint8Array => encodeUtf8(`# TYPE m${i} gauge\n${Array.from({ length: 400 }, (_, j) => `m${i}{x="${i}.${j}"} 1\n`).join('')}`);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 3000; i++) yield piece(i);
    }
    let largest = 0;
    let count = 0;
    const before = process.memoryUsage().heapUsed;
    for await (const { series } of parseStream(pieces(), { format: 'text-0.0.4' })) {
      expect(series).toHaveLength(400);
      count += 1;
      if (count % 100 === 0) largest = Math.max(largest, process.memoryUsage().heapUsed - before);
    }
    expect(count).toBe(3000);
    // All 1 200 000 series would take more than 200 MB; what is here is what the collector has not yet got round to.
    expect(largest).toBeLessThan(120e6);
  });

  test.each([
    ['text-1.0.0', (i: number) => `{"m","1000"="${i}"} 1\n`, ''],
    ['openmetrics-2.0.0', (i: number) => `m{x="${i}"} 1 # {"1000"="x"} 1 1\n`, '# TYPE m counter\n'],
  ] as const)('makes no room for what numbers as label names would be indices of, in %s.', async (format, line, head) => {
    const document = `${head}${Array.from({ length: 10_000 }, (_, i) => line(i)).join('')}${head === '' ? '' : '# EOF\n'}`;
    const before = process.memoryUsage().heapUsed;
    const [family] = parse(document, { format });
    const taken = process.memoryUsage().heapUsed - before;
    expect(Object.entries(family!.series[7]!.exemplars?.[0]!.labels ?? family!.series[7]!.labels!)).toEqual([['1000', head === '' ? '7' : 'x']]);
    // Room for a thousand elements each would be 120 MB.
    expect(taken).toBeLessThan(60e6);
  });

  test.each([
    ['maxFamilyBytes', { maxFamilyBytes: 0 }, 'parseStream: maxFamilyBytes is 0; give a number of at least 1'],
    ['maxFamilies', { maxFamilies: 'many' as never }, 'parseStream: maxFamilies is "many"; give a number of at least 1'],
    ['an option', { limit: 1 } as never, 'parseStream: unknown option "limit"; the options are "format", "quotedNames", "maxFamilyBytes", "maxFamilies"'],
    ['the format', { format: 'xml' as never }, 'parseStream: format is "xml"; the formats are "text-0.0.4", "text-1.0.0", "openmetrics-1.0.0", "openmetrics-2.0.0", "protobuf"'],
  ])('refuses %s that is none.', async (_what, options, message) => {
    await expect(all([], options)).rejects.toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', message }));
  });

  test('refuses pieces that are no bytes.', async () => {
    await expect(all(['a 1\n'] as never)).rejects.toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', message: 'parseStream: a piece is "a 1\\n"; give Uint8Arrays' }));
  });
});
