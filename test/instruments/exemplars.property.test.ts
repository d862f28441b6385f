import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Exemplar, Registry } from '../../src/index.js';
import { FakeClock } from './fake-clock.js';

const bounds = [1, 2, 4];
const label = fc.constantFrom('a', 'b', 'c');
const amount = fc.integer({ min: 0, max: 6 });

const command = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('record' as const), x: label, amount, isGiven: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const), x: label }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('use' as const), handle: fc.nat(), amount, isGiven: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), x: label }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 4, 5, 60) }) },
);

/** What is kept of one series: by bucket an id, and when it was taken. */
interface Series {
  live: boolean;
  slots: Map<number, { id: string; taken: number }>;
}

/** A counter or a histogram, recorded alike. */
interface Recorder {
  record(x: string, amount: number, exemplar: { labels: { id: string } } | undefined): void;
  take(x: string): (amount: number, exemplar: { labels: { id: string } } | undefined) => void;
  readonly it: { remove(x: string): boolean; clear(): void; reset(): void };
  read(): [x: string, exemplars: readonly Exemplar[] | undefined][];
  slotOf(amount: number): number;
  asksFor(amount: number): boolean;
}

function recorderOf(registry: Registry, kind: 'counter' | 'histogram'): Recorder {
  const options = { name: 'x_total', help: 'Held for the test.', labelNames: ['x'] } as const;
  if (kind === 'counter') {
    const it = registry.counter(options);
    return {
      it,
      record: (x, by, exemplar) => it.inc({ x }, by, exemplar),
      take: (x) => ((handle) => (by, exemplar) => handle.inc(by, exemplar))(it.labels(x)),
      read: () => it.getAll().map(({ labels, exemplars }) => [labels['x']!, exemplars]),
      slotOf: () => 0,
      asksFor: (by) => by > 0,
    };
  }
  const it = registry.histogram({ ...options, buckets: bounds });
  return {
    it,
    record: (x, value, exemplar) => it.observe({ x }, value, exemplar),
    take: (x) => ((handle) => (value, exemplar) => handle.observe(value, exemplar))(it.labels(x)),
    read: () => it.getAll().map(({ labels, exemplars }) => [labels['x']!, exemplars]),
    slotOf: (value) => bounds.filter((bound) => value > bound).length,
    asksFor: () => true,
  };
}

test.each([['counter', false], ['histogram', false], ['counter', true], ['histogram', true]] as const)(
  'A %s shows the exemplars that a Map of its series would hold, whatever is recorded, removed and made again; with a supplier: %s.',
  (kind, isSupplied) => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const clock = new FakeClock();
        let ids = 0;
        const next = (): { id: string } => ({ id: `${(ids += 1)}` });
        const registry = new Registry({ clock, ...(isSupplied ? { exemplars: next } : {}) });
        const recorder = recorderOf(registry, kind);
        const model = new Map<string, Series>();
        const handles: { record: ReturnType<Recorder['take']>; series: Series }[] = [];
        const seriesOf = (x: string): Series => {
          if (!model.has(x)) model.set(x, { live: true, slots: new Map() });
          return model.get(x)!;
        };
        const given = (isGiven: boolean): { labels: { id: string } } | undefined => (isGiven ? { labels: next() } : undefined);
        const note = (series: Series, by: number, exemplar: { labels: { id: string } } | undefined): void => {
          if (!series.live) return;
          const slot = recorder.slotOf(by);
          const known = series.slots.get(slot);
          if (exemplar !== undefined) series.slots.set(slot, { id: exemplar.labels.id, taken: clock.seconds });
          else if (isSupplied && recorder.asksFor(by) && (known === undefined || clock.seconds - known.taken >= 5)) series.slots.set(slot, { id: `${ids}`, taken: clock.seconds });
        };
        for (const step of commands) {
          switch (step.do) {
            case 'record': {
              const exemplar = given(step.isGiven);
              recorder.record(step.x, step.amount, exemplar);
              note(seriesOf(step.x), step.amount, exemplar);
              break;
            }
            case 'take':
              handles.push({ record: recorder.take(step.x), series: seriesOf(step.x) });
              break;
            case 'use': {
              const chosen = handles[step.handle % Math.max(1, handles.length)];
              if (chosen === undefined) break;
              const exemplar = given(step.isGiven);
              chosen.record(step.amount, exemplar);
              note(chosen.series, step.amount, exemplar);
              break;
            }
            case 'remove': {
              const series = model.get(step.x);
              expect(recorder.it.remove(step.x)).toBe(series !== undefined);
              if (series !== undefined) series.live = false;
              model.delete(step.x);
              break;
            }
            case 'clear':
              recorder.it.clear();
              for (const series of model.values()) series.live = false;
              model.clear();
              break;
            case 'reset':
              recorder.it.reset();
              for (const series of model.values()) series.slots.clear();
              break;
            case 'wait':
              clock.advance(step.seconds);
          }
          const shown = recorder.read().map(([x, exemplars]) => [x, (exemplars ?? []).map(({ labels, value }) => [labels['id'], recorder.slotOf(value)])]);
          const expected = [...model].map(([x, { slots }]) => [x, [...slots].sort(([a], [b]) => a - b).map(([slot, { id }]) => [id, slot])]);
          expect(shown).toEqual(expected);
        }
      }),
      { seed: 20_240_601, numRuns: 200 },
    );
  },
);
