import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Counter, type CounterHandle } from '../../src/instruments/counter.js';
import { Summary, type SummaryHandle } from '../../src/instruments/summary.js';

/** Few values, so that series are removed and made again often, and rows are reused. */
const value = fc.constantFrom('a', 'b', 'a|', '|b', '');
const labels = fc.record({ x: value, y: value });
type Xy = { x: string; y: string };
const keyOf = ({ x, y }: Xy): string => JSON.stringify([x, y]);

const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('record' as const), labels, amount: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), labels }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('use' as const), handle: fc.nat(), amount: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), labels }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeMatching' as const), x: value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('init' as const), labels: fc.array(labels, { maxLength: 3 }) }) },
);

/** What a test does with one kind of instrument. */
interface Subject<H> {
  readonly it: {
    labels(labels: Xy): H;
    remove(labels: Xy): boolean;
    removeMatching(labels: { x: string }): number;
    init(all: Xy[]): void;
    clear(): void;
    reset(): void;
    readonly size: number;
  };
  record(labels: Xy, amount: number): void;
  use(handle: H, amount: number): void;
  read(): [Xy, number][];
  valueOf(handle: H): number;
}

/** A series of the model: the very object a handle was taken of, so that a later series with the same labels is another. */
interface Series {
  labels: Xy;
  total: number;
  live: boolean;
}

function law<H>(make: () => Subject<H>): void {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const subject = make();
      const model = new Map<string, Series>();
      const handles: { handle: H; series: Series }[] = [];
      const seriesOf = (labels: Xy): Series => {
        const key = keyOf(labels);
        if (!model.has(key)) model.set(key, { labels, total: 0, live: true });
        return model.get(key)!;
      };
      const drop = (series: Series): void => {
        series.live = false;
        model.delete(keyOf(series.labels));
      };
      for (const step of commands) {
        switch (step.do) {
          case 'record':
            subject.record(step.labels, step.amount);
            seriesOf(step.labels).total += step.amount;
            break;
          case 'take': {
            const handle = subject.it.labels(step.labels);
            const series = seriesOf(step.labels);
            const known = handles.find((other) => other.series === series);
            if (known !== undefined) expect(handle).toBe(known.handle);
            handles.push({ handle, series });
            break;
          }
          case 'use': {
            const chosen = handles[step.handle % Math.max(1, handles.length)];
            if (chosen === undefined) break;
            subject.use(chosen.handle, step.amount);
            if (chosen.series.live) chosen.series.total += step.amount;
            break;
          }
          case 'remove': {
            const series = model.get(keyOf(step.labels));
            expect(subject.it.remove(step.labels)).toBe(series !== undefined);
            if (series !== undefined) drop(series);
            break;
          }
          case 'removeMatching': {
            const gone = [...model.values()].filter((series) => series.labels.x === step.x);
            expect(subject.it.removeMatching({ x: step.x })).toBe(gone.length);
            gone.forEach(drop);
            break;
          }
          case 'clear':
            subject.it.clear();
            [...model.values()].forEach(drop);
            break;
          case 'reset':
            subject.it.reset();
            for (const series of model.values()) series.total = 0;
            break;
          case 'init':
            subject.it.init(step.labels);
            step.labels.forEach(seriesOf);
        }
        expect(subject.it.size).toBe(model.size);
        expect(subject.read()).toEqual([...model.values()].map(({ labels, total }) => [labels, total]));
      }
      for (const { handle, series } of handles) expect(subject.valueOf(handle)).toBe(series.live ? series.total : 0);
    }),
    { seed: 20_240_601, numRuns: 300 },
  );
}

test('A counter holds what a Map of its series would, whatever is recorded, removed and made again in between.', () => {
  law<CounterHandle>(() => {
    const it = new Counter({ name: 'c_total', help: 'Counted.', labelNames: ['x', 'y'], registry: null });
    return {
      it,
      record: (labels, amount) => it.inc(labels, amount),
      use: (handle, amount) => handle.inc(amount),
      read: () => it.getAll().map(({ labels, value }) => [labels as Xy, value]),
      valueOf: (handle) => handle.get(),
    };
  });
});

test('A summary, which keeps a window beside its cells, does so as well.', () => {
  law<SummaryHandle>(() => {
    const it = new Summary({ name: 's', help: 'Observed.', labelNames: ['x', 'y'], quantiles: [1], registry: null });
    return {
      it,
      record: (labels, amount) => it.observe(labels, amount),
      use: (handle, amount) => handle.observe(amount),
      read: () => it.getAll().map(({ labels, sum }) => [labels as Xy, sum]),
      valueOf: (handle) => handle.get().sum,
    };
  });
});
