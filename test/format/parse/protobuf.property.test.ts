import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBytes } from '../../../src/format/expose.js';
import { formatFor } from '../../../src/format/formats.js';
import { ParseError, parse, parseStream } from '../../../src/format/parse/entry.js';
import type { CollectedFamily, CollectedSeries } from '../../../src/model/collected.js';
import { ByteBuffer } from '../../../src/platform/byte-buffer.js';
import { loadFamily } from '../../../src/registry/collected-family.js';
import { Registry } from '../../../src/registry/registry.js';
import { seededRandom } from '../../support/random.js';
import { anyRegistry, buildRegistry } from '../../support/registries.js';
import { anyFamilies, written } from './families.js';

const format = 'protobuf';
/** Documents that are damaged; `FUZZ_CASES=1000000` is a long run. */
const cases = Number(process.env['FUZZ_CASES'] ?? 20_000);
const families = anyFamilies({ utf8: true, native: true });

/** Families as the format can carry them: info and state sets are gauges. */
function carried(given: readonly CollectedFamily[]): CollectedFamily[] {
  return given.map((family) => {
    const { name, help, series, states = [], stateLabel = '' } = family;
    if (family.type === 'info') return { name, help, type: 'gauge', series: series.map((one) => ({ ...one, value: 1 })) };
    if (family.type !== 'stateset') return family;
    const gauges = series.flatMap(({ states: held = [], labels, ...one }) => states.map((state) => ({ ...one, labels: { ...labels, [stateLabel]: state }, value: held.includes(state) ? 1 : 0 })));
    return { name, help, type: 'gauge', series: gauges };
  });
}

/** The same with counts that are no whole numbers. */
function halved(family: CollectedFamily): CollectedFamily {
  const half = <T extends { readonly count: number }>(all: readonly T[]): T[] => all.map((one) => ({ ...one, count: one.count / 2 }));
  const series = family.series.map(({ buckets, native, count, ...one }): CollectedSeries => ({
    ...one,
    ...(buckets === undefined ? {} : { buckets: half(buckets) }),
    ...(count === undefined || family.type === 'summary' ? { ...(count === undefined ? {} : { count }) } : { count: count / 2 }),
    ...(native === undefined ? {} : { native: { ...native, zeroCount: native.zeroCount / 2, positive: half(native.positive), negative: half(native.negative) } }),
  }));
  return { ...family, series };
}

/** What a writer makes of a family when it is asked for a few bytes at a time. */
function writtenBy(family: CollectedFamily, bytes: number): Uint8Array {
  const out = new ByteBuffer(16);
  const writer = formatFor(format).family(loadFamily(family, 'utf8'), out, true);
  const parts: Uint8Array[] = [];
  for (let more = true; more; ) {
    more = writer.write(bytes);
    if (out.length > 0) parts.push(out.take());
  }
  return Buffer.concat(parts);
}

/** Parses, and lets nothing but a ParseError pass. @returns whether it was one */
function isRefused(document: Uint8Array): boolean {
  try {
    parse(document, { format });
    return false;
  } catch (error) {
    if (error instanceof ParseError) return true;
    throw error;
  }
}

describe('What is written in protobuf is read back', () => {
  test('with names of any text, native buckets, exemplars and times.', () => {
    fc.assert(
      fc.property(families, (given) => {
        expect(parse(written(given, format), { format })).toEqual(carried(given));
      }),
      { numRuns: 400 },
    );
  });

  test('with counts that are no whole numbers.', () => {
    fc.assert(
      fc.property(families, (given) => {
        // Native-only histograms count whole observations in plain data; those with classic buckets need not.
        const loadable = given.filter(({ series }) => series.every(({ native, buckets }) => native === undefined || buckets !== undefined)).map(halved);
        expect(parse(written(loadable, format), { format })).toEqual(carried(loadable));
      }),
      { numRuns: 200 },
    );
  });

  test('from registries of every kind, as their snapshot says.', () => {
    fc.assert(
      fc.property(anyRegistry, (specification) => {
        const registry = buildRegistry(specification);
        const read = new Map(parse(toBytes(registry, { format }), { format }).map((family) => [family.name, family]));
        const shown = registry.snapshot().filter(({ series }) => series.length > 0);
        expect(read.size).toBe(shown.length);
        for (const { name, help, type, series } of shown) {
          const family = read.get(type === 'info' && !name.endsWith('_info') ? `${name}_info` : name)!;
          expect(family.help).toBe(help);
          const states = (one: (typeof series)[number]): number => Object.keys(one.states ?? { one: true }).length;
          expect(family.series).toHaveLength(series.reduce((sum, one) => sum + states(one), 0));
          if (type !== 'stateset') for (const [place, { labels }] of series.entries()) expect(family.series[place]!.labels).toEqual(labels);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('The writer of protobuf', () => {
  test('writes the same bytes whether it is asked for all of them or for a few at a time.', () => {
    fc.assert(
      fc.property(families, fc.integer({ min: 0, max: 300 }), (given, bytes) => {
        for (const family of given) expect(Buffer.compare(writtenBy(family, bytes), writtenBy(family, Infinity))).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('writes the same bytes for a family of many chunks.', () => {
    const series = Array.from({ length: 9000 }, (_, i) => ({ labels: { a: `value ${i}`, b: 'x'.repeat(i % 200) }, value: i }));
    const family: CollectedFamily = { name: 'many_total', help: 'Many.', type: 'counter', series };
    const whole = writtenBy(family, Infinity);
    expect(whole.length).toBeGreaterThan(1_000_000);
    for (const bytes of [1, 65_536, 200_000]) expect(Buffer.compare(writtenBy(family, bytes), whole)).toBe(0);
    expect(parse(whole, { format })).toEqual([family]);
  });
});

describe('Series that come and go while protobuf is written', () => {
  test('leave every label with the value that belongs to it.', () => {
    const registry = new Registry();
    const counter = registry.counter({ name: 'c_total', help: 'C.', labelNames: ['a', 'b'] });
    for (let i = 0; i < 6000; i++) counter.inc({ a: `a${i >> 4}`, b: `b${i}` }, i + 1);
    const [view] = registry.collectSync();
    const out = new ByteBuffer(16);
    const writer = formatFor(format).family(view!, out, true);
    for (let more = true, turn = 0; more; turn++) {
      more = writer.write(turn < 10 ? 1 : 65_536);
      const from = 600 * turn;
      for (let i = from; i < Math.min(from + 300, 6000); i++) {
        counter.remove({ a: `a${i >> 4}`, b: `b${i}` });
        counter.inc({ a: `x${i >> 4}`, b: `y${i}` }, 1e6 + i);
      }
    }
    const [family] = parse(out.take(), { format });
    expect(family!.series.length).toBeGreaterThan(3000);
    for (const { labels, value } of family!.series) {
      const i = Number(String(labels!['b']).slice(1));
      expect(labels).toEqual(value! > 1e6 - 1 ? { a: `x${i >> 4}`, b: `y${i}` } : { a: `a${i >> 4}`, b: `b${i}` });
      expect(value).toBe(value! > 1e6 - 1 ? 1e6 + i : i + 1);
    }
  });
});

describe('The parser of protobuf', () => {
  test('reads the same wherever the document is cut.', async () => {
    await fc.assert(
      fc.asyncProperty(families, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }), async (given, sizes) => {
        const document = written(given, format);
        const read: CollectedFamily[] = [];
        for await (const family of parseStream(cut(document, sizes), { format })) read.push(family);
        expect(read).toEqual(parse(document, { format }));
      }),
      { numRuns: 100 },
    );
  });

  test('throws nothing but its own error for bytes that were changed, left out or put in.', () => {
    const random = seededRandom(7);
    const documents = fc.sample(families, { numRuns: 60, seed: 7 }).map((given) => written(given, format)).filter(({ length }) => length > 0);
    let refused = 0;
    for (let i = 0; i < cases; i++) {
      const document = documents[Math.floor(random() * documents.length)]!.slice();
      for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) document[Math.floor(random() * document.length)] = Math.floor(random() * 256);
      if (i % 3 === 0) document.copyWithin(Math.floor(random() * document.length), Math.floor(random() * document.length));
      if (isRefused(i % 5 === 0 ? document.subarray(0, Math.floor(random() * document.length)) : document)) refused += 1;
    }
    expect(refused).toBeGreaterThan(cases / 2);
  }, 600_000);

  test('throws nothing but its own error for random bytes.', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (document) => void isRefused(document)), { numRuns: 5000 });
  });
});

function* cut(document: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < document.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield document.slice(at, at + size);
    at += size;
  }
}
