import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Announcement } from '../../src/registry/announcement.js';
import { Registry } from '../../src/registry/registry.js';
import type { FamilySnapshot } from '../../src/registry/snapshot.js';
import { FakeClock } from '../support/fake-clock.js';
import { publish, quietAggregator, shownBy } from '../support/threads.js';

const help = 'Held for the test.';
const threads = 3;
const labels = Array.from({ length: 40 }, (_, place) => (place % 7 === 0 ? `"${place}"` : `v${place}`));
const x = fc.constantFrom(...labels);
const who = { thread: fc.nat(threads - 1), of: fc.constantFrom('c_total' as const, 'h' as const, 'n' as const, 's' as const) };

const command = fc.oneof(
  { weight: 30, arbitrary: fc.record({ do: fc.constant('record' as const), ...who, x, amount: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('many' as const), ...who, from: fc.nat(20) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('remove' as const), ...who, x }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('removeMatching' as const), ...who, x }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clear' as const), ...who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reset' as const), ...who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('replace' as const), ...who, labelled: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const), thread: fc.nat(threads - 1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('say again' as const), thread: fc.nat(threads - 1) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pass' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('hear' as const), messages: fc.nat(20) }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** The instruments of a thread, and what can be done to them. */
class Application {
  readonly clock = new FakeClock();
  readonly registry = new Registry({ clock: this.clock, expireAfterSeconds: 10, onFault: () => {} });

  constructor() {
    for (const of of ['c_total', 'h', 'n', 's']) this.make(of, true);
  }

  do(step: Exclude<Command, { do: 'pass' | 'hear' | 'say again' }>): void {
    if (step.do === 'expire') {
      this.registry.collectSync();
      this.clock.advance(11);
      this.registry.collectSync();
      return;
    }
    const it = this.registry.get(step.of) as unknown as Labelled | undefined;
    switch (step.do) {
      case 'record':
        return this.add(step.of, step.x, step.amount);
      case 'many':
        return labels.slice(step.from).forEach((one) => this.add(step.of, one, 1));
      case 'remove':
        return void (it!.labelNames.length > 0 && it!.remove(step.x));
      case 'removeMatching':
        return void (it!.labelNames.length > 0 && it!.removeMatching({ x: step.x }));
      case 'clear':
        return it!.clear();
      case 'reset':
        return it!.reset();
      case 'replace':
        this.registry.unregister(step.of);
        return this.make(step.of, step.labelled);
    }
  }

  private make(of: string, labelled: boolean): void {
    const common = { name: of, help, ...(labelled ? { labelNames: ['x'] } : {}) };
    if (of === 'c_total') this.registry.counter(common);
    else if (of === 's') this.registry.summary({ ...common, quantiles: [0.5] });
    else this.registry.histogram({ ...common, ...(of === 'n' ? { native: { maxBuckets: 4 } } : { buckets: [3] }) });
  }

  private add(of: string, x: string, amount: number): void {
    const it = this.registry.get(of) as unknown as Labelled;
    const args = it.labelNames.length > 0 ? [{ x }, amount] : [amount];
    if (of === 'c_total') it.inc!(...args);
    else it.observe!(...args);
  }
}

interface Labelled {
  readonly labelNames: readonly string[];
  inc?(...args: unknown[]): void;
  observe?(...args: unknown[]): void;
  remove(x: string): boolean;
  removeMatching(labels: { x: string }): number;
  clear(): void;
  reset(): void;
}

/** Counts by metric and labels: what can be added up by hand. */
function countsOf(families: readonly FamilySnapshot[]): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (key: string, value: number): void => void counts.set(key, (counts.get(key) ?? 0) + value);
  for (const { name, series } of families) {
    for (const one of series) {
      const key = `${name}${JSON.stringify(one.labels)}`;
      if (one.value !== undefined) add(key, one.value as number);
      else {
        add(`${key} count`, one.count as number);
        add(`${key} sum`, one.sum as number);
      }
      for (const { le, count } of one.buckets ?? []) add(`${key} ${le}`, count as number);
      if (one.native !== undefined) add(`${key} native`, [...one.native.positive, ...one.native.negative].reduce((sum, { count }) => sum + count, one.native.zeroCount));
    }
  }
  return counts;
}

/** Whether all threads have the same shape of each metric, so that nothing is left out. */
const shapesOf = (applications: readonly Application[]): boolean =>
  ['c_total', 'h', 'n', 's'].every((name) => new Set(applications.map(({ registry }) => (registry.get(name) as unknown as Labelled).labelNames.length)).size === 1);

async function play(steps: readonly Command[], mayBeLate: boolean): Promise<void> {
  const aggregator = quietAggregator();
  const applications = Array.from({ length: threads }, () => new Application());
  const unheard: Announcement[] = [];
  const post = (news: Announcement): void => void (mayBeLate ? unheard.push(news) : aggregator.hear(news));
  const published = applications.map(({ registry }, thread) => publish(post, thread, registry));
  const expected = (): Map<string, number> => countsOf(applications.flatMap(({ registry }) => registry.snapshot()));
  for (const step of [...steps, { do: 'pass' } as const]) {
    if (step.do === 'hear') unheard.splice(0, step.messages).forEach((news) => aggregator.hear(news));
    else if (step.do === 'say again') published[step.thread]!.publication.announce();
    else if (step.do !== 'pass') applications[step.thread]!.do(step);
    else {
      const shown = countsOf(await shownBy(aggregator.registry));
      const truth = expected();
      const isCertain = unheard.length === 0 && shapesOf(applications);
      if (isCertain) expect(shown).toEqual(truth);
      // Of metrics that were taken away and not withdrawn yet, the old numbers may stand.
      else if (unheard.every(({ kind }) => kind !== 'withdrawn')) for (const [key, value] of shown) expect([key, value <= (truth.get(key) ?? NaN)]).toEqual([key, true]);
    }
  }
  unheard.splice(0).forEach((news) => aggregator.hear(news));
  // What was refused before is not, when nobody has the other shape any more.
  if (shapesOf(applications)) expect(countsOf(await shownBy(aggregator.registry))).toEqual(expected());
  for (const { registry } of applications) await registry.shutdown();
  aggregator.close();
}

describe('Series that come and go in several threads', () => {
  test('What is shown is at every pass the sum of what the threads have.', async () => {
    await fc.assert(fc.asyncProperty(fc.array(command, { maxLength: 80 }), (steps) => play(steps, false)), { numRuns: 100 });
  });

  test('What threads say may come late: then something new is missing, and nothing is wrong.', async () => {
    await fc.assert(fc.asyncProperty(fc.array(command, { maxLength: 80 }), (steps) => play(steps, true)), { numRuns: 100 });
  });
});
