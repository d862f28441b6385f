import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from '../support/fake-clock.js';
import { publish, quietAggregator, shownBy } from '../support/threads.js';

const help = 'Held for the test.';

/** Texts that are escaped, not ASCII, empty, or longer than a word of four bytes. */
const texts = ['', 'a', 'ab', 'abcd', 'abcde', 'a "quoted"\nline\\', 'ümlaut', '漢字😀', 'x'.repeat(70), '\ud800'] as const;
const text = fc.constantFrom(...texts);
/** Numbers whose sums are exact in any order. */
const whole = fc.integer({ min: -1000, max: 1000 });
const observed = fc.oneof({ weight: 9, arbitrary: whole.map((value) => value / 8) }, fc.constantFrom(Infinity, 0, 2 ** -140, 2 ** 60));

/** One recording of an application. */
const recording = fc.oneof(
  fc.record({ kind: fc.constant('counter' as const), x: text, y: text, value: fc.nat(1000) }),
  fc.record({ kind: fc.constant('plain' as const), value: fc.nat(1000) }),
  fc.record({ kind: fc.constant('gauge' as const), x: text, value: whole }),
  fc.record({ kind: fc.constant('classic' as const), x: text, value: observed }),
  fc.record({ kind: fc.constant('native' as const), x: text, value: observed }),
  fc.record({ kind: fc.constant('both' as const), value: observed }),
  fc.record({ kind: fc.constant('sketch' as const), x: text, value: observed }),
  fc.record({ kind: fc.constant('exact' as const), x: text, value: whole }),
  fc.record({ kind: fc.constant('state' as const), x: text, value: fc.nat(2) }),
  fc.record({ kind: fc.constant('info' as const), x: text }),
);
type Recording = typeof recording extends fc.Arbitrary<infer R> ? R : never;

/** All instruments there are, whatever is recorded in them. */
function instrumentsOf(registry: Registry): (recording: Recording) => void {
  const constLabels = { service: 'a "b"' };
  const states = ['up', 'down', 'lost'] as const;
  const counter = registry.counter({ name: 'c_total', help, labelNames: ['x', 'y'], constLabels });
  const plain = registry.counter({ name: 'p_total', help });
  const gauge = registry.gauge({ name: 'g', help, labelNames: ['x'] });
  const classic = registry.histogram({ name: 'h', help, labelNames: ['x'], buckets: [-3, 0, 0.5, 10] });
  const native = registry.histogram({ name: 'n', help, labelNames: ['x'], native: { maxBuckets: Infinity } });
  const both = registry.histogram({ name: 'b', help, buckets: [1], native: { maxBuckets: Infinity, bucketFactor: 2 } });
  const sketch = registry.summary({ name: 's', help, labelNames: ['x'], quantiles: [0, 0.5, 1], maxAgeSeconds: 60 });
  const exact = registry.summary({ name: 'e', help, labelNames: ['x'], quantiles: [0, 0.3, 1], maxSamples: 1000 });
  const state = registry.stateSet({ name: 'z', help, labelNames: ['x'], states, stateLabel: 'state' });
  const info = registry.info({ name: 'i_info', help, labelNames: ['x'] });
  return (one) => {
    switch (one.kind) {
      case 'counter':
        return counter.inc({ x: one.x, y: one.y }, one.value);
      case 'plain':
        return plain.inc(one.value);
      case 'gauge':
        return gauge.inc({ x: one.x }, one.value);
      case 'classic':
        return classic.observe({ x: one.x }, one.value);
      case 'native':
        return native.observe({ x: one.x }, one.value);
      case 'both':
        return both.observe(one.value);
      case 'sketch':
        return sketch.observe({ x: one.x }, one.value);
      case 'exact':
        return exact.observe({ x: one.x }, one.value);
      case 'state':
        return state.labels(one.x).enable(states[one.value]!);
      case 'info':
        return void info.labels(one.x);
    }
  };
}

/** Recordings, each by one of so many threads; and when there is a pass. */
const history = fc.integer({ min: 1, max: 4 }).chain((threads) =>
  fc.record({
    order: fc.shuffledSubarray(
      Array.from({ length: threads }, (_, place) => place),
      { minLength: threads },
    ),
    steps: fc.array(fc.oneof({ weight: 12, arbitrary: fc.record({ thread: fc.nat(threads - 1), one: recording }) }, { weight: 1, arbitrary: fc.constant('pass' as const) }), { maxLength: 60 }),
  }),
);

describe('What several threads record', () => {
  test('It is shown as if one had recorded it all, whatever the order in which they come, before and after other passes.', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ order, steps }) => {
        const one = new Registry({ clock: new FakeClock() });
        const all = instrumentsOf(one);
        const aggregator = quietAggregator();
        const threads = order.map(() => publish((news) => aggregator.hear(news)));
        const record = threads.map(({ registry }) => instrumentsOf(registry));
        for (const step of steps) {
          if (step === 'pass') await aggregator.registry.collect();
          else {
            all(step.one);
            record[order[step.thread]!]!(step.one);
          }
        }
        expect(await shownBy(aggregator.registry)).toEqual(await shownBy(one));
        for (const { registry } of threads) await registry.shutdown();
        await one.shutdown();
        aggregator.close();
      }),
      { numRuns: 150 },
    );
  });
});
