import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemberSource } from '../../../src/aggregate/group/member-source.js';
import { DamageError, VersionError } from '../../../src/aggregate/group/damage.js';
import type { FamilyShape } from '../../../src/model/shape.js';
import { type ModelRow, ModelSource, contentsOf, shape, strictMerger } from '../support/model-source.js';
import { Wire } from '../support/wire.js';

const shapes: readonly FamilyShape[] = [
  shape({ name: 'jobs_total', labelNames: ['queue', 'path'] }),
  shape({ name: 'plain_total', created: true }),
  shape({ name: 'temperature', type: 'gauge', labelNames: ['room'], aggregator: 'average' }),
  shape({ name: 'worked', type: 'gauge', aggregator: 'perWorker' }),
  shape({ name: 'latency', type: 'histogram', labelNames: ['route'], bounds: [0.1, 1], native: true, created: true }),
  shape({ name: 'waited', type: 'summary', labelNames: ['route'], quantiles: [0.5], window: { kind: 'sketch', cell: -1, ageBuckets: 5, secondsEach: 12, relativeAccuracy: 0.01 } }),
  shape({ name: 'exact', type: 'summary', quantiles: [0.5], window: { kind: 'samples', cell: -1, places: 100, maxAgeSeconds: 60 } }),
  shape({ name: 'measured', type: 'gauge', timestamp: true }),
  shape({ name: 'phase', type: 'stateset', labelNames: ['host'], states: ['up', 'down'] }),
];

const anyLabel = fc.oneof(fc.constantFrom('a', 'b', 'c', ''), fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constant('back\\slash "quote"\nline'));
const anyNumber = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.double({ noNaN: true }), fc.constantFrom(NaN, Infinity, -0, Number.MIN_VALUE));
const anySketch = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { maxLength: 20 }).map((buckets) => ({ buckets: Int32Array.from(buckets).sort(), counts: Float64Array.from(buckets, () => 2) }));
const anyBuckets = fc.uniqueArray(fc.integer({ min: -500, max: 500 }), { maxLength: 5 }).map((indices) => indices.sort((a, b) => a - b).map((index) => ({ index, count: 3 })));
const anyNative = fc.record({ schema: fc.integer({ min: -4, max: 8 }), zeroThreshold: fc.constantFrom(0, 2 ** -128), zeroCount: fc.nat(9), positive: anyBuckets, negative: anyBuckets });
const anyExemplar = fc.record({ labels: fc.dictionary(fc.constantFrom('trace_id', 'span_id'), fc.string(), { noNullPrototype: true }), value: anyNumber, timestamp: fc.nat() }, { requiredKeys: ['labels', 'value'] });

function anyRow({ places, descriptor }: FamilyShape): fc.Arbitrary<ModelRow> {
  return fc.record({
    cells: fc.array(anyNumber, { minLength: places.stride, maxLength: places.stride }),
    ...(places.window?.kind === 'sketch' ? { sketch: anySketch } : {}),
    ...(places.window?.kind === 'samples' ? { samples: fc.array(fc.double({ noNaN: true })).map((values) => Float64Array.from(values).sort()) } : {}),
    ...(places.native >= 0 ? { native: anyNative } : {}),
    ...(descriptor.type === 'counter' ? { exemplars: fc.record({ slots: fc.array(fc.option(anyExemplar, { nil: undefined }), { minLength: 1, maxLength: 2 }), spread: fc.array(anyExemplar, { maxLength: 2 }) }) } : {}),
  }) as fc.Arbitrary<ModelRow>;
}

/** What happens to a model, one step after the other. */
type Step = (model: ModelSource) => void;

const anySet: fc.Arbitrary<Step> = fc
  .constantFrom(...shapes)
  .chain((one) => fc.record({ one: fc.constant(one), labels: fc.array(anyLabel, { minLength: one.descriptor.labelNames.length, maxLength: one.descriptor.labelNames.length }), row: anyRow(one) }))
  .map(({ one, labels, row }) => (model) => model.set(one, labels, row));
const anyRemoval: fc.Arbitrary<Step> = fc.record({ one: fc.constantFrom(...shapes), place: fc.nat() }).map(({ one, place }) => (model) => {
  const rows = model.families.get(one.descriptor.name)?.rows;
  if (rows !== undefined && rows.size > 0) rows.delete([...rows.keys()][place % rows.size]!);
});
const anyWithdrawal: fc.Arbitrary<Step> = fc.constantFrom(...shapes).map((one) => (model) => void model.families.delete(one.descriptor.name));
const anySteps = fc.array(fc.oneof({ weight: 6, arbitrary: anySet }, { weight: 2, arbitrary: anyRemoval }, { weight: 1, arbitrary: anyWithdrawal }), { maxLength: 12 });

describe('What a member tells', () => {
  test('Whoever hears it, all at once or step by step, has the same as the member.', () => {
    fc.assert(
      fc.property(fc.array(anySteps, { maxLength: 5 }), fc.boolean(), (turns, fromTheBeginning) => {
        const model = new ModelSource();
        const here = strictMerger();
        const there = strictMerger();
        const wire = new Wire();
        const member = new MemberSource('process 4711');
        for (const steps of turns) {
          for (const step of steps) step(model);
          here.run([model]);
          member.take(wire.update(here, fromTheBeginning ? undefined : member.known));
          there.run([member]);
          expect(contentsOf(there)).toEqual(contentsOf(here));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('It is begun anew when most of what it tells of has gone, and nobody sees a difference.', () => {
    const model = new ModelSource();
    const here = strictMerger();
    const there = strictMerger();
    const wire = new Wire();
    const member = new MemberSource('process 4711');
    const [jobs] = shapes;
    const sizes: number[] = [];
    for (let turn = 0; turn < 20; turn++) {
      model.families.clear();
      for (let i = 0; i < 500; i++) model.set(jobs!, [`queue ${turn}`, `path ${i}`], { cells: [turn + i] });
      here.run([model]);
      member.take(wire.update(here, member.known));
      there.run([member]);
      expect(contentsOf(there)).toEqual(contentsOf(here));
      sizes.push(member.known.bytes);
    }
    expect(member.known.epoch).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(sizes[0]! * 8);
  });

  test('Bytes that are cut off or changed are noticed, or make no difference.', () => {
    const source = filled();
    const here = strictMerger();
    here.run([source]);
    const { log, values } = new Wire().update(here);
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), (inLog, cut, place, change) => {
        const damage = (bytes: Uint8Array): Uint8Array => {
          if (cut) return bytes.slice(0, place % bytes.length);
          const changed = bytes.slice();
          changed[place % bytes.length]! ^= change;
          return changed;
        };
        const member = new MemberSource('process 4711');
        const there = strictMerger();
        try {
          member.take({ logFrom: 0, log: inLog ? damage(log) : log, values: inLog ? values : damage(values) });
        } catch (error) {
          expect(error instanceof DamageError || error instanceof VersionError, String(error)).toBe(true);
          there.run([member]);
          expect(there.families.size).toBe(0);
          return;
        }
        there.run([member]);
        expect(contentsOf(there)).toEqual(contentsOf(here));
      }),
      { numRuns: 2000 },
    );
  });

  test('Bytes of any kind are refused, whether they end well or not.', () => {
    const here = strictMerger();
    here.run([filled()]);
    const { log, values } = new Wire().update(here);
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.uint8Array({ maxLength: 400 }).map((tail) => Uint8Array.from([...log.subarray(0, 64), ...tail])),
      fc.uint8Array({ maxLength: 400 }).map((tail) => Uint8Array.from([...values.subarray(0, 64), ...tail])),
    );
    fc.assert(
      fc.property(anyBytes, anyBytes, (one, other) => {
        const member = new MemberSource('process 4711');
        expect(() => member.take({ logFrom: 0, log: one, values: other })).toThrow();
        try {
          member.take({ logFrom: 0, log: one, values });
        } catch (error) {
          expect(error instanceof DamageError || error instanceof VersionError, String(error)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('Values that are refused leave those that were known.', () => {
    const model = filled();
    const here = strictMerger();
    const there = strictMerger();
    const wire = new Wire();
    const member = new MemberSource('process 4711');
    here.run([model]);
    member.take(wire.update(here));
    there.run([member]);
    const before = contentsOf(there);
    model.set(shapes[0]!, ['x', 'y'], { cells: [1] });
    here.run([model]);
    const { logFrom, log, values } = wire.update(here, member.known);
    for (const bad of [{ logFrom, log, values: values.slice(0, -1) }, { logFrom, log: log.slice(0, -4), values }, { logFrom: logFrom + 4, log, values }]) {
      expect(() => member.take(bad)).toThrow(DamageError);
      there.run([member]);
      expect(contentsOf(there)).toEqual(before);
    }
    member.take({ logFrom, log, values });
    there.run([member]);
    expect(contentsOf(there)).toEqual(contentsOf(here));
  });

  test('Of one that is over, what was counted stands, and gauges and states do not.', () => {
    const here = strictMerger();
    const there = strictMerger();
    here.run([filled()]);
    const member = new MemberSource('process 4711');
    member.take(new Wire().update(here));
    member.isOver = true;
    there.run([member]);
    expect(Object.keys(contentsOf(there)).sort()).toEqual(['exact', 'jobs_total', 'latency', 'plain_total', 'waited']);
  });
});

/** A model that has something of everything. */
function filled(): ModelSource {
  const model = new ModelSource();
  for (const [place, one] of shapes.entries()) {
    const [row] = fc.sample(anyRow(one), { numRuns: 1, seed: 1 });
    model.set(one, one.descriptor.labelNames.map((name) => `${name} ${place} ✓`), row!);
    if (one.descriptor.labelNames.length > 0) model.set(one, one.descriptor.labelNames.map(() => 'same'), row!);
  }
  return model;
}
