import { describe, expect, test } from 'vitest';
import { startOtlpExporter } from '../../../src/export/otlp/exporter.js';
import type { CollectedFamily } from '../../../src/model/collected.js';
import { Registry } from '../../../src/registry/registry.js';
import { Receiver, nanos } from './receiver.js';

interface Bench {
  readonly receiver: Receiver;
  readonly registry: Registry;
  /** Passes ten seconds, and sends. */
  tick(): Promise<void>;
}

/** An exporter that was started at 1000 on the fake clock. */
function bench(temporality: 'cumulative' | 'delta'): Bench {
  const receiver = new Receiver();
  const registry = new Registry({ clock: receiver.clock, onFault: () => {} });
  const exporter = startOtlpExporter(receiver.options({ registry, temporality }));
  const tick = async (): Promise<void> => {
    receiver.clock.advance(10);
    await exporter.flush();
  };
  return { receiver, registry, tick };
}

/** Start, end and value of each point of a metric. */
function spans({ receiver }: Bench, name: string): [start: number, time: number, value: number][] {
  const seconds = (time: bigint): number => Number(time / 1000n) / 1e6 - 1_700_000_000;
  return receiver.points(name).map(({ start, time, value, count }) => [seconds(start), seconds(time), Number.isNaN(value) ? Number(count) : value]);
}

describe('Cumulative series', () => {
  test('Start with the exporter and stay so, or where they were first missing.', async () => {
    const all = bench('cumulative');
    const counter = all.registry.counter({ name: 'c_total', help: 'C.', labelNames: ['x'] });
    counter.inc({ x: 'a' });
    await all.tick();
    counter.inc({ x: 'a' });
    counter.inc({ x: 'b' }, 5);
    await all.tick();
    await all.tick();
    expect(spans(all, 'c_total')).toEqual([[1000, 1010, 1], [1000, 1020, 2], [1010, 1020, 5], [1000, 1030, 2], [1010, 1030, 5]]);
  });

  test('Start anew where counting does, by a reset or as another series of the same labels.', async () => {
    const all = bench('cumulative');
    const counter = all.registry.counter({ name: 'c_total', help: 'C.', labelNames: ['x'] });
    const histogram = all.registry.histogram({ name: 'h', help: 'H.', buckets: [1] });
    counter.inc({ x: 'a' }, 3);
    histogram.observe(1);
    await all.tick();
    all.registry.reset();
    counter.remove({ x: 'a' });
    counter.inc({ x: 'a' }, 2);
    await all.tick();
    counter.inc({ x: 'a' }, 2);
    await all.tick();
    expect(spans(all, 'c_total')).toEqual([[1000, 1010, 3], [1010, 1020, 2], [1010, 1030, 4]]);
    expect(spans(all, 'h')).toEqual([[1000, 1010, 1], [1010, 1020, 0], [1010, 1030, 0]]);
  });

  test('Start when they were created, where that is kept, and need not be remembered then.', async () => {
    const receiver = new Receiver();
    const registry = new Registry({ clock: receiver.clock });
    const counter = registry.counter({ name: 'c_total', help: 'C.', labelNames: ['x'], created: true });
    receiver.clock.advance(5);
    counter.inc({ x: 'a' });
    const exporter = startOtlpExporter(receiver.options({ registry }));
    await exporter.flush();
    receiver.clock.advance(10);
    counter.remove({ x: 'a' });
    counter.inc({ x: 'a' }, 7);
    receiver.clock.advance(10);
    await exporter.flush();
    expect(receiver.points('c_total').map(({ start, value }) => [start, value])).toEqual([[nanos(1005), 1], [nanos(1015), 7]]);
  });
});

describe('Deltas', () => {
  test('Each begins where the last one ended, and one of nothing is not sent.', async () => {
    const all = bench('delta');
    const counter = all.registry.counter({ name: 'c_total', help: 'C.', labelNames: ['x'] });
    counter.inc({ x: 'a' }, 3);
    counter.inc({ x: 'b' }, 1);
    await all.tick();
    counter.inc({ x: 'a' }, 4);
    await all.tick();
    await all.tick();
    counter.inc({ x: 'b' }, 2);
    await all.tick();
    expect(spans(all, 'c_total')).toEqual([[1000, 1010, 3], [1000, 1010, 1], [1010, 1020, 4], [1030, 1040, 2]]);
    expect(all.receiver.metrics('c_total').every(({ temporality, isMonotonic }) => temporality === 1 && isMonotonic)).toBe(true);
  });

  test('Histograms send what came into each bucket since.', async () => {
    const all = bench('delta');
    const histogram = all.registry.histogram({ name: 'h', help: 'H.', buckets: [1, 2] });
    for (const value of [0.5, 1.5, 1.5]) histogram.observe(value);
    await all.tick();
    histogram.observe(9);
    await all.tick();
    await all.tick();
    expect(all.receiver.points('h')).toMatchObject([
      { bucketCounts: [1n, 2n, 0n], count: 3n, sum: 3.5, start: nanos(1000), time: nanos(1010) },
      { bucketCounts: [0n, 0n, 1n], count: 1n, sum: 9, start: nanos(1010), time: nanos(1020) },
    ]);
  });

  test('Gauges, summaries, info and state sets are as ever.', async () => {
    const all = bench('delta');
    all.registry.gauge({ name: 'g', help: 'G.' }).set(7);
    all.registry.summary({ name: 's', help: 'S.' }).observe(7);
    all.registry.info({ name: 'i', help: 'I.', labelNames: ['v'] }).set({ v: '1' });
    all.registry.stateSet({ name: 'm', help: 'M.', states: ['on'] }).enable('on');
    await all.tick();
    await all.tick();
    expect(spans(all, 'g').map(([, , value]) => value)).toEqual([7, 7]);
    expect(all.receiver.metrics('m').map(({ temporality }) => temporality)).toEqual([2, 2]);
    expect(all.receiver.points('i_info').map(({ start }) => start)).toEqual([nanos(1000), nanos(1000)]);
    expect(all.receiver.points('s')).toMatchObject([{ start: nanos(1000), count: 1n }, { start: nanos(1000), count: 1n }]);
  });

  test('After a reset the whole is new, even where more has come since than before.', async () => {
    const all = bench('delta');
    const histogram = all.registry.histogram({ name: 'h', help: 'H.', buckets: [1, 2] });
    histogram.observe(0.5);
    await all.tick();
    all.registry.reset();
    for (const value of [5, 5, 5]) histogram.observe(value);
    await all.tick();
    expect(all.receiver.points('h')).toMatchObject([{ bucketCounts: [1n, 0n, 0n] }, { bucketCounts: [0n, 0n, 3n], sum: 15 }]);
  });

  test('A created time tells a reset that numbers do not show.', async () => {
    const all = bench('delta');
    const counter = all.registry.counter({ name: 'c_total', help: 'C.', labelNames: ['x'], created: true });
    counter.inc({ x: 'a' }, 3);
    await all.tick();
    all.receiver.clock.advance(1);
    counter.remove({ x: 'a' });
    counter.inc({ x: 'a' }, 8);
    await all.tick();
    expect(spans(all, 'c_total')).toEqual([[1000, 1010, 3], [1011, 1021, 8]]);
  });

  test('A series that vanishes is forgotten, and begins anew when it comes back.', async () => {
    const all = bench('delta');
    const counter = all.registry.counter({ name: 'c_total', help: 'C.', labelNames: ['x'] });
    counter.inc({ x: 'a' }, 3);
    await all.tick();
    counter.remove({ x: 'a' });
    await all.tick();
    counter.inc({ x: 'a' }, 8);
    await all.tick();
    expect(spans(all, 'c_total').map(([, , value]) => value)).toEqual([3, 8]);
  });

  test('A collector that fails for a while does not have its counts sent twice.', async () => {
    const all = bench('delta');
    let value = 5;
    let fails = false;
    all.registry.register({
      name: 'test',
      collect: (): CollectedFamily[] => {
        if (fails) throw new Error('not now');
        return [{ name: 'c_total', help: 'C.', type: 'counter', series: [{ labels: { x: 'a' }, value }] }];
      },
    });
    await all.tick();
    fails = true;
    for (let i = 0; i < 3; i++) await all.tick();
    fails = false;
    value = 7;
    await all.tick();
    expect(spans(all, 'c_total')).toEqual([[1000, 1010, 5], [1010, 1050, 2]]);
  });

  test('A counter that has become infinite adds it once.', async () => {
    const all = bench('delta');
    const counter = all.registry.counter({ name: 'c_total', help: 'C.' });
    counter.inc(Infinity);
    await all.tick();
    counter.inc();
    await all.tick();
    expect(spans(all, 'c_total').map(([, , value]) => value)).toEqual([Infinity]);
  });

  test('A sum that is no difference of two is left out.', async () => {
    const all = bench('delta');
    const histogram = all.registry.histogram({ name: 'h', help: 'H.', buckets: [1] });
    histogram.observe(Infinity);
    await all.tick();
    histogram.observe(1);
    await all.tick();
    expect(all.receiver.points('h').map(({ sum, count }) => [sum, count])).toEqual([[Infinity, 1n], [undefined, 1n]]);
  });

  test('A metric that comes back with other buckets is another one.', async () => {
    const all = bench('delta');
    all.registry.histogram({ name: 'h', help: 'H.', buckets: [1] }).observe(1);
    await all.tick();
    all.registry.unregister('h');
    const other = all.registry.histogram({ name: 'h', help: 'H.', buckets: [3] });
    for (const value of [1, 5]) other.observe(value);
    await all.tick();
    expect(all.receiver.points('h')).toMatchObject([{ bucketCounts: [1n, 0n] }, { bucketCounts: [1n, 1n], explicitBounds: [3] }]);
  });

  test('An exemplar is sent with the collection after it, not with those after that.', async () => {
    const all = bench('delta');
    const counter = all.registry.counter({ name: 'c_total', help: 'C.' });
    await all.tick();
    all.receiver.clock.advance(1);
    counter.inc({}, 1, { labels: { trace_id: 'abc' } });
    await all.tick();
    counter.inc();
    await all.tick();
    expect(all.receiver.points('c_total').map(({ exemplars }) => exemplars.length)).toEqual([1, 0]);
  });
});
