import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readShape } from '../../src/cli/exposition-shape.js';
import { GrownRegistry, valueAt } from '../../src/cli/grown-registry.js';
import { Population } from '../../src/cli/population.js';
import { kinds, seriesAt, sizeOf, stepsOf, syntheticShape, type Shape } from '../../src/cli/shape.js';
import type { Instrument } from '../../src/index.js';

const replayed = readShape(
  ['# TYPE a_total counter', 'a_total{m="GET",r="/x"} 1', 'a_total{m="GET",r="/y"} 1', 'a_total{m="PUT",r="/y"} 1', 'b 1', 'c{z="1"} 1', 'd{p="0",q="aa"} 1', 'd{p="1",q="ab"} 1', 'd{p="0",q="b"} 2'].join('\n'),
);

/** Every series of a shape that stands so many times, as text. */
function allSeries(shape: Shape, times: number): string[] {
  const population = new Population(shape);
  return Array.from({ length: seriesAt(shape, times) }, (_, i) => JSON.stringify(population.member(i)));
}

describe('The series that are grown', () => {
  test('No two made-up ones are the same, with any number of labels.', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 3000 }), (labels, times) => {
        const series = allSeries(syntheticShape('counter', labels, 1), times);
        expect(series).toHaveLength(times);
        expect(new Set(series).size).toBe(times);
      }),
      { numRuns: 30 },
    );
  });

  test('No two of a repeated exposition are the same; those of before remain.', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (times) => {
        const series = allSeries(replayed, times);
        expect(new Set(series).size).toBe(series.length);
        expect(allSeries(replayed, times + 1).slice(0, series.length)).toEqual(series);
      }),
      { numRuns: 30 },
    );
  });

  test('Repeating an exposition gives the label with most values more of them, and leaves metrics without labels alone.', () => {
    expect(sizeOf(replayed)).toEqual({ first: 8, repeated: 7 });
    const population = new Population(replayed);
    const values = (family: number, label: string): number => {
      const members = Array.from({ length: seriesAt(replayed, 10) }, (_, i) => population.member(i)).filter((member) => member.family === family);
      return new Set(members.map(({ labels }) => labels[label])).size;
    };
    expect([values(0, 'm'), values(0, 'r'), values(2, 'z'), values(3, 'p'), values(3, 'q')]).toEqual([20, 2, 10, 2, 30]);
  });

  test('A metric that may not bear its name or labels is grown under others.', () => {
    const grown = new GrownRegistry(readShape('{"odd name","__label 1"="x"} 1\n{"odd name","__label 1"="y"} 1\nodd{le="1"} 1\n# TYPE a_total counter\n# TYPE a histogram\na_total{x="1"} 1\na_bucket{x="1",le="1"} 1'));
    for (let i = 0; i < 5; i++) {
      const { record, labels } = grown.recording(i);
      record(labels, valueAt(i));
    }
    expect((grown.registry.instruments() as Instrument<never, never, never, never>[]).reduce((total, instrument) => total + instrument.size, 0)).toBe(5);
  });

  test.each(kinds)('A %s is recorded without any limit.', (kind) => {
    const grown = new GrownRegistry(syntheticShape(kind, 2, 12));
    for (let i = 0; i < 10_500; i++) {
      const { record, labels } = grown.recording(i);
      record(labels, valueAt(i));
    }
    expect((grown.registry.instruments()[0] as Instrument<never, never, never, never>).size).toBe(10_500);
  });
});

describe('The steps', () => {
  test('Made-up metrics begin with a thousand series and end with what was asked for.', () => {
    expect(stepsOf(syntheticShape('counter', 3, 1), 1e5)).toEqual([1000, 3000, 10_000, 30_000, 100_000]);
    expect(stepsOf(syntheticShape('counter', 3, 1), 3000)).toEqual([1000, 3000]);
    expect(stepsOf(syntheticShape('counter', 3, 1), 12_000)).toEqual([1000, 3000, 12_000]);
    expect(stepsOf(syntheticShape('counter', 3, 1), 7)).toEqual([7]);
  });

  test('An exposition begins as it is, and never passes the most that was asked for.', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 1e8 }), (max) => {
        const steps = stepsOf(replayed, max);
        expect(steps[0]).toBe(max < 15 + 7 * 0.5 ? steps.at(-1) : 1);
        expect(seriesAt(replayed, steps.at(-1)!)).toBeLessThanOrEqual(max);
        expect(seriesAt(replayed, steps.at(-1)! + 1)).toBeGreaterThan(max);
        expect([...steps].sort((a, b) => a - b)).toEqual(steps);
      }),
    );
  });
});
