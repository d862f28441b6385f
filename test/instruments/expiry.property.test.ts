import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Registry } from '../../src/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { addingKinds } from '../support/kinds.js';

const overflow = '__overflow__';
const label = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const amount = fc.integer({ min: 1, max: 9 });
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), x: label, amount }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const), x: label }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('use' as const), handle: fc.nat(), amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), x: label }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.oneof({ weight: 9, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.constant(-20) }) }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('collect' as const) }) },
);

/** The very series a handle was taken of, so that a later one with the same label is another. */
interface Series {
  total: number;
  live: boolean;
  hidden: boolean;
  held: boolean;
  seenTotal: number;
  /** When a collection first saw the present total; NaN for never. */
  changedAt: number;
}

class Model {
  readonly series = new Map<string, Series>();
  private readonly limit: number;
  private readonly seconds: number;

  constructor(limit: number, seconds: number) {
    this.limit = limit;
    this.seconds = seconds;
  }

  /** The series a recording with this label goes to. */
  of(x: string): Series {
    const known = this.series.get(x);
    if (known !== undefined) return known;
    const counted = this.series.size - (this.series.has(overflow) ? 1 : 0);
    const name = counted >= this.limit ? overflow : x;
    const made = this.series.get(name) ?? { total: 0, live: true, hidden: false, held: false, seenTotal: 0, changedAt: NaN };
    this.series.set(name, made);
    return made;
  }

  remove(x: string): void {
    const series = this.series.get(x);
    if (series !== undefined) series.live = false;
    this.series.delete(x);
  }

  collect(now: number): void {
    for (const [x, series] of [...this.series]) {
      if (series.hidden && series.total !== 0) {
        series.hidden = false;
        series.changedAt = NaN;
      }
      if (series.hidden) continue;
      if (Number.isNaN(series.changedAt) || series.total !== series.seenTotal || series.changedAt > now) {
        series.changedAt = now;
        series.seenTotal = series.total;
      } else if (now - series.changedAt >= this.seconds) {
        if (!series.held) this.remove(x);
        series.hidden = true;
        series.total = 0;
      }
    }
  }

  inSight(): [string, number][] {
    return [...this.series].filter(([, { hidden }]) => !hidden).map(([x, { total }]): [string, number] => [x, total]).sort(byName);
  }
}

const byName = (a: readonly [string, number], b: readonly [string, number]): number => (a[0] < b[0] ? -1 : 1);

describe('With limits, expiry and removal all at once', () => {
  test.each(addingKinds)('A %s shows what a model of it does, and a handle of an earlier generation never touches a later one.', (kind, make) => {
    // A summary's unheld series may be kept or freed as it sees fit, which tells in what a limit lets in.
    const limits = kind === 'summary' ? fc.constant(Infinity) : fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(Infinity));
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 20 }), fc.array(command, { maxLength: 80 }), (limit, seconds, commands) => {
        const clock = new FakeClock();
        const registry = new Registry({ clock });
        const subject = make(registry, { limits: { series: limit }, expireAfterSeconds: seconds });
        const model = new Model(limit, seconds);
        const handles: { handle: ReturnType<typeof subject.handle>; series: Series }[] = [];
        for (const step of commands) {
          switch (step.do) {
            case 'add':
              subject.add(step.x, step.amount);
              model.of(step.x).total += step.amount;
              break;
            case 'take': {
              const series = model.of(step.x);
              series.held = true;
              handles.push({ handle: subject.handle(step.x), series });
              break;
            }
            case 'use': {
              const chosen = handles[step.handle % Math.max(1, handles.length)];
              if (chosen === undefined) break;
              chosen.handle.add(step.amount);
              if (chosen.series.live) chosen.series.total += step.amount;
              break;
            }
            case 'remove':
              subject.it.remove(step.x);
              model.remove(step.x);
              break;
            case 'clear':
              subject.it.clear();
              for (const x of [...model.series.keys()]) model.remove(x);
              break;
            case 'wait':
              clock.advance(step.seconds);
              break;
            case 'collect':
              registry.collectSync();
              model.collect(clock.seconds);
              expect(subject.read().sort(byName)).toEqual(model.inSight());
              expect(subject.it.size).toBe(model.inSight().length);
          }
          for (const { handle, series } of handles) expect(handle.total()).toBe(series.live ? series.total : 0);
        }
        void registry.shutdown();
      }),
      { numRuns: 200 },
    );
  });
});

describe('Memory', () => {
  test.each([['clear', 20_000], ['remove', 4000], ['expiry', 8000]] as const)('It stays flat over 30 generations of short-lived series with labels of any length, ended by %s.', (end, count) => {
    const clock = new FakeClock();
    const registry = new Registry({ clock, ...(end === 'expiry' ? { expireAfterSeconds: 5 } : {}) });
    const it = registry.counter({ name: 'c_total', help: 'Held for the test.', labelNames: ['x', 'y'], limits: { series: count } });
    const { table } = registry.get('c_total')!.keeping;
    const { labels } = registry.catalog.store;
    const held: number[] = [];
    for (let generation = 0; generation < 30; generation++) {
      const x = (i: number): string => `${generation}-${i}-${'e'.repeat((i + generation * 7) % 23)}${i % 8 === 0 ? 'é' : ''}`;
      for (let i = 0; i < count; i++) it.inc({ x: x(i), y: i % 100 });
      expect(it.size).toBe(count);
      if (end === 'clear') it.clear();
      else if (end === 'remove') for (let i = 0; i < count; i++) it.remove({ x: x(i), y: i % 100 });
      else {
        // A sweep is short, and a machine may be busy: as many as it takes.
        for (let i = 0; i < 1000 && it.size > 0; i++) {
          void it.refresh();
          if (i % 20 === 19) clock.advance(6);
        }
      }
      expect(it.size).toBe(0);
      held.push(table.bytesHeld() + labels.bytesHeld());
    }
    expect(new Set(held.slice(2))).toEqual(new Set([held[2]]));
    void registry.shutdown();
  });
});

describe('Series made again at once after very many were removed', () => {
  test.each(['clear', 'removeMatching'] as const)('They carry their own labels and numbers, in whatever order they come, after %s.', (end) => {
    for (const order of ['forwards', 'backwards'] as const) {
      const registry = new Registry({ clock: new FakeClock() });
      const it = registry.counter({ name: 'c_total', help: 'Held for the test.', labelNames: ['x', 'y'] });
      const other = registry.gauge({ name: 'g', help: 'Held for the test.', labelNames: ['x'] });
      const handles = Array.from({ length: 3000 }, (_, i) => it.labels(`value-${i}`, 'same'));
      for (const handle of handles) handle.inc(1e6);
      if (end === 'clear') it.clear();
      else expect(it.removeMatching({ y: 'same' })).toBe(3000);
      const numbers = Array.from({ length: 3000 }, (_, i) => (order === 'forwards' ? i : 2999 - i));
      for (const i of numbers) {
        it.inc({ x: `value-${i}`, y: 'same' }, i);
        other.set({ x: `other-${i}` }, i);
        handles[i]!.inc(1e6);
      }
      expect(it.getAll().map(({ labels, value }) => [labels.x, labels.y, value])).toEqual(numbers.map((i) => [`value-${i}`, 'same', i]));
      expect(other.getAll().map(({ labels, value }) => [labels.x, value])).toEqual(numbers.map((i) => [`other-${i}`, i]));
      for (const i of numbers) expect(it.get(`value-${i}`, 'same')?.value).toBe(i);
      expect(registry.catalog.store.labels.size).toBe(6001);
    }
  });
});
