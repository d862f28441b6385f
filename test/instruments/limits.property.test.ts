import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Registry, TallystickError, toText } from '../../src/index.js';
import type { OnLimit } from '../../src/store/budget.js';
import { FakeClock } from '../support/fake-clock.js';
import { type Adding, addingKinds } from '../support/kinds.js';

const overflow = '__overflow__';
const label = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', overflow);
const instrument = fc.nat(1);
const command = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('add' as const), to: instrument, x: label, amount: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('handle' as const), to: instrument, x: label, amount: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), to: instrument, x: label }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removeMatching' as const), to: instrument, x: label }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), to: instrument }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), to: instrument }) },
);

const most = fc.oneof(fc.nat(5), fc.constant(Infinity));
const situation = fc.record({
  limits: fc.tuple(most, most),
  shared: fc.oneof(fc.nat(7), fc.constant(Infinity)),
  onLimit: fc.tuple(fc.constantFrom<OnLimit>('overflow', 'drop', 'throw'), fc.constantFrom<OnLimit>('overflow', 'drop', 'throw')),
  commands: fc.array(command, { maxLength: 60 }),
});

/** One instrument as it should be. */
class Model {
  readonly series = new Map<string, number>();
  /** Whether the series of `__overflow__` is there because something was refused; it counts against no limit then. */
  isOpen = false;
  refused = 0;

  get counted(): number {
    return this.series.size - (this.isOpen && this.series.has(overflow) ? 1 : 0);
  }

  remove(x: string): boolean {
    if (x === overflow) this.isOpen = false;
    return this.series.delete(x);
  }
}

describe('Limits', () => {
  test.each(addingKinds)('A %s never has more series than it may, its overflow is what was refused, and known series lose nothing.', (_kind, make) => {
    fc.assert(
      fc.property(situation, ({ limits, shared, onLimit, commands }) => {
        const registry = new Registry({ clock: new FakeClock(), limits: { series: shared } });
        const subjects: Adding[] = [0, 1].map((place) => make(registry, { name: `m${place}`, limits: { series: limits[place]!, onLimit: onLimit[place]! } }));
        const models = [new Model(), new Model()];

        for (const step of commands) {
          const subject = subjects[step.to]!;
          const model = models[step.to]!;
          switch (step.do) {
            case 'add':
            case 'handle': {
              const record = (): void => (step.do === 'add' ? subject.add(step.x, step.amount) : subject.handle(step.x).add(step.amount));
              const isFull = model.counted >= limits[step.to]! || models[0]!.counted + models[1]!.counted >= shared;
              if (model.series.has(step.x) || !isFull) {
                record();
                model.series.set(step.x, (model.series.get(step.x) ?? 0) + step.amount);
                break;
              }
              model.refused += 1;
              if (onLimit[step.to] === 'throw') {
                expect(record).toThrow(expect.objectContaining({ code: 'LIMIT_REACHED' }));
                break;
              }
              record();
              if (onLimit[step.to] === 'drop') break;
              model.isOpen = true;
              model.series.set(overflow, (model.series.get(overflow) ?? 0) + step.amount);
              break;
            }
            case 'remove':
              expect(subject.it.remove(step.x)).toBe(model.remove(step.x));
              break;
            case 'removeMatching':
              expect(subject.it.removeMatching({ x: step.x })).toBe(model.remove(step.x) ? 1 : 0);
              break;
            case 'clear':
              subject.it.clear();
              for (const x of [...model.series.keys()]) model.remove(x);
              break;
            case 'reset':
              subject.it.reset();
              for (const x of model.series.keys()) model.series.set(x, 0);
          }
          for (const [place, one] of models.entries()) {
            expect(subjects[place]!.read()).toEqual([...one.series]);
            expect(subjects[place]!.it.size).toBe(one.series.size);
          }
        }
        const text = toText(registry);
        for (const [place, { refused }] of models.entries()) {
          const line = `tallystick_refused_recordings_total{metric="m${place}",reason="series"} ${refused}\n`;
          if (refused > 0) expect(text).toContain(line);
          else expect(text).not.toContain(`metric="m${place}"`);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('What a rate lets in never exceeds a second’s worth and what has come in since, and known series are not held up by it.', () => {
    const step = fc.record({ wait: fc.oneof(fc.constant(0), fc.double({ min: -2, max: 5, noNaN: true })), x: fc.nat(400) });
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 20, noNaN: true }), fc.array(step, { maxLength: 80 }), (rate, steps) => {
        const clock = new FakeClock();
        const registry = new Registry({ clock });
        const it = registry.counter({ name: 'c_total', help: 'Held for the test.', labelNames: ['x'], limits: { newSeriesPerSecond: rate } });
        const known = new Set<string>();
        let forward = 0;
        for (const { wait, x } of steps) {
          clock.advance(wait);
          forward += Math.max(0, wait);
          const before = it.get(String(x))?.value ?? 0;
          it.inc({ x: String(x) });
          const after = it.get(String(x))?.value;
          if (known.has(String(x))) expect(after).toBe(before + 1);
          if (after !== undefined) known.add(String(x));
          expect(known.size).toBeLessThanOrEqual(Math.max(1, rate) + forward * rate + 1e-6);
        }
        const total = it.getAll().reduce((sum, { value }) => sum + value, 0);
        expect(total).toBe(steps.length);
      }),
      { numRuns: 200 },
    );
  });

  test('A label value is refused exactly when its UTF-8 is longer than the limit, whatever its characters.', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 24 }), fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 24 }).map((codes) => String.fromCharCode(...codes)));
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 60 }), (one, other, bytes) => {
        const registry = new Registry({ clock: new FakeClock() });
        const it = registry.counter({ name: 'c_total', help: 'Held for the test.', labelNames: ['one', 'other'], limits: { labelValueBytes: bytes, onLimit: 'throw' } });
        const fits = Buffer.byteLength(one) <= bytes && Buffer.byteLength(other) <= bytes;
        let thrown: unknown;
        try {
          it.inc({ one, other });
        } catch (error) {
          thrown = error;
        }
        if (fits) expect(thrown).toBeUndefined();
        else expect(thrown).toBeInstanceOf(TallystickError);
        expect(it.size).toBe(fits ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });
});
