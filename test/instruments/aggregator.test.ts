import { describe, expect, test } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { Gauge } from '../../src/instruments/gauge.js';
import { type Aggregator, aggregators } from '../../src/model/shape.js';
import { Registry } from '../../src/registry/registry.js';
import type { FamilyView } from '../../src/store/family-view.js';
import { FakeClock } from './fake-clock.js';

const help = 'Held for the test.';
const begin = 1_700_000_000;

/** The value of a series and when it was set, as a reader of the cells finds them. */
function cellsOf(view: FamilyView, row: number): readonly [value: number, setAt: number] {
  const { table, setAtCell } = view;
  const page = table.cells.page(row);
  const base = table.cells.base(row);
  return [page[base]!, page[base + setAtCell]!];
}

function lastGauge() {
  const clock = new FakeClock();
  const registry = new Registry({ clock });
  const gauge = registry.gauge({ name: 'level', help, labelNames: ['queue'], aggregator: 'last' });
  const cells = (queue: string) => {
    gauge.labels(queue);
    return cellsOf(gauge.view(), gauge.getAll().findIndex(({ labels }) => labels.queue === queue));
  };
  return { clock, registry, gauge, cells };
}

describe('The aggregator of a gauge', () => {
  test.each(aggregators)('It is %s where that was asked for, and changes nothing in what one thread shows.', (aggregator) => {
    const texts = [{}, { aggregator }].map((options) => {
      const registry = new Registry();
      const gauge = registry.gauge({ name: 'level', help, labelNames: ['queue'], ...options });
      const limited = registry.rateLimitedGauge({ name: 'depth', help, ...options });
      gauge.set({ queue: 'a' }, 3);
      gauge.labels('b').dec();
      limited.set(5);
      if ('aggregator' in options) expect([gauge.aggregator, limited.aggregator]).toEqual([aggregator, aggregator]);
      return toText(registry);
    });
    expect(texts[1]).toBe(texts[0]);
  });

  test('It is the sum for whoever does not say, and for every other kind.', () => {
    const registry = new Registry();
    const all = [
      registry.gauge({ name: 'a', help }), registry.rateLimitedGauge({ name: 'b', help }), registry.counter({ name: 'c_total', help }), registry.histogram({ name: 'd', help }),
      registry.stateSet({ name: 'e', help, states: ['on'] }), registry.info({ name: 'f', help }),
    ];
    expect(new Set(all.map(({ aggregator }) => aggregator))).toEqual(new Set(['sum']));
    expect(all.map((each) => each.view().setAtCell)).toEqual(all.map(() => -1));
  });

  test('A gauge is found again by the same one, said or not, and refused with another.', () => {
    const registry = new Registry();
    const summed = registry.gauge({ name: 'summed', help });
    const greatest = registry.rateLimitedGauge({ name: 'greatest', help, aggregator: 'max' });
    expect(registry.gauge({ name: 'summed', help, aggregator: 'sum' })).toBe(summed);
    expect(registry.rateLimitedGauge({ name: 'greatest', help, aggregator: 'max' })).toBe(greatest);
    expect(() => registry.gauge({ name: 'summed', help, aggregator: 'min' })).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH', message: expect.stringContaining('aggregator "sum", asked for was "min"') as string }),
    );
    expect(() => registry.rateLimitedGauge({ name: 'greatest', help })).toThrow(expect.objectContaining({ message: expect.stringContaining('aggregator "max", asked for was "sum"') as string }));
    expect([summed.settings, greatest.settings['aggregator']]).toEqual([{}, 'max']);
  });

  test('A label of workers is allowed beside every other one.', () => {
    for (const aggregator of aggregators.filter((each) => each !== 'perWorker')) {
      expect(new Gauge({ name: 'level', help, labelNames: ['worker'], aggregator, registry: null }).labelNames).toEqual(['worker']);
    }
    expect(() => new Gauge({ name: 'level', help, labelNames: ['worker'], aggregator: 'perWorker', registry: null })).toThrow(expect.objectContaining({ code: 'INVALID_LABEL_NAME' }));
  });

  test('One that is refused leaves the registry as it was.', () => {
    const registry = new Registry();
    expect(() => registry.gauge({ name: 'level', help, aggregator: 'median' as Aggregator })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(registry.instruments()).toEqual([]);
    expect(registry.gauge({ name: 'level', help, aggregator: 'min' }).aggregator).toBe('min');
  });
});

describe('A gauge of which the last value counts', () => {
  test('Nobody has set it before the first recording.', () => {
    const { cells } = lastGauge();
    expect(cells('a')).toEqual([0, 0]);
  });

  test.each([
    ['set by labels', (gauge: LastGauge) => gauge.set({ queue: 'a' }, 4), 4],
    ['raised by labels', (gauge: LastGauge) => gauge.inc({ queue: 'a' }, 2), 3],
    ['lowered by labels', (gauge: LastGauge) => gauge.dec({ queue: 'a' }, 2), -1],
    ['set by labels to the time', (gauge: LastGauge) => gauge.setToCurrentTime({ queue: 'a' }), begin + 10],
    ['set by handle', (gauge: LastGauge) => gauge.labels('a').set(4), 4],
    ['raised by handle', (gauge: LastGauge) => gauge.labels('a').inc(), 2],
    ['lowered by handle', (gauge: LastGauge) => gauge.labels('a').dec(), 0],
    ['set by handle to the time', (gauge: LastGauge) => gauge.labels('a').setToCurrentTime(), begin + 10],
    ['timed', (gauge: LastGauge) => gauge.startTimer({ queue: 'a' })(), 0],
    ['timed by handle', (gauge: LastGauge) => gauge.labels('a').time(() => undefined), 0],
    ['counting what is under way', (gauge: LastGauge) => gauge.startInProgress({ queue: 'a' }), 2],
    ['counting down what is over', (gauge: LastGauge) => gauge.trackInProgress({ queue: 'a' }, () => undefined), 1],
  ])('When it is %s, the wall-clock time is kept beside the value.', (_how, record, value) => {
    const { clock, gauge, cells } = lastGauge();
    gauge.set({ queue: 'a' }, 1);
    expect(cells('a')).toEqual([1, begin]);
    clock.advance(10);
    record(gauge);
    expect(cells('a')).toEqual([value, begin + 10]);
    expect(gauge.get('a')?.value).toBe(value);
  });

  test('Series keep times of their own, beyond the first page, too.', () => {
    const { clock, gauge } = lastGauge();
    for (let i = 0; i < 100; i++) {
      gauge.set({ queue: i }, i);
      clock.advance(1);
    }
    const view = gauge.view();
    for (let row = 0; row < 100; row++) expect(cellsOf(view, row)).toEqual([row, begin + row]);
  });

  test('Without labels, directly and by a function, it keeps the time, too.', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock });
    const level = registry.gauge({ name: 'level', help, aggregator: 'last' });
    level.set(2);
    expect(cellsOf(level.view(), 0)).toEqual([2, begin]);
    const observed = registry.gauge({ name: 'observed', help, aggregator: 'last', collect: () => 7 });
    const labelled = registry.gauge({
      name: 'labelled',
      help,
      labelNames: ['a'],
      aggregator: 'last',
      collect() {
        this.set({ a: 'x' }, 8);
      },
    });
    expect(cellsOf(observed.view(), 0)).toEqual([0, 0]);
    clock.advance(5);
    toText(registry);
    expect(cellsOf(observed.view(), 0)).toEqual([7, begin + 5]);
    expect(cellsOf(labelled.view(), 0)).toEqual([8, begin + 5]);
    expect(cellsOf(level.view(), 0)).toEqual([2, begin]);
  });

  test('What is refused changes neither the value nor its time.', () => {
    const { clock, gauge, cells } = lastGauge();
    gauge.set({ queue: 'a' }, 1);
    clock.advance(10);
    for (const call of [() => gauge.set({ queue: 'a' }, '2' as never), () => gauge.labels('a').set('2' as never), () => gauge.inc({ queue: 'a' }, null as never), () => gauge.labels('a').dec('1' as never)]) {
      expect(call).toThrow(expect.objectContaining({ code: 'INVALID_AMOUNT' }));
    }
    expect(cells('a')).toEqual([1, begin]);
  });

  test('Set back or removed, nobody has set it; a handle of the removed series writes nowhere.', () => {
    const { gauge, cells } = lastGauge();
    gauge.set({ queue: 'a' }, 1);
    gauge.reset();
    expect(cells('a')).toEqual([0, 0]);
    const handle = gauge.labels('a');
    handle.set(3);
    gauge.remove('a');
    handle.set(4);
    expect(cells('a')).toEqual([0, 0]);
  });

  test('A rate-limited one keeps the time at which the value shown was given, taken or not.', () => {
    const clock = new FakeClock();
    const registry = new Registry({ clock });
    const shown = registry.rateLimitedGauge({ name: 'shown', help, labelNames: ['q'], minIntervalSeconds: 10, aggregator: 'last' });
    const taken = registry.rateLimitedGauge({ name: 'taken', help, labelNames: ['q'], minIntervalSeconds: 10, trailing: false, aggregator: 'last' });
    const all = () => [cellsOf(shown.view(), 0), cellsOf(taken.view(), 0)];
    expect([shown.set({ q: 'a' }, 1), taken.labels('a').set(1)]).toEqual([true, true]);
    expect(all()).toEqual([[1, begin], [1, begin]]);
    clock.advance(5);
    expect([shown.labels('a').set(2), taken.set({ q: 'a' }, 2)]).toEqual([false, false]);
    expect(all()).toEqual([[2, begin + 5], [1, begin]]);
    clock.advance(5);
    expect([shown.set({ q: 'a' }, 3), taken.labels('a').set(3)]).toEqual([true, true]);
    expect(all()).toEqual([[3, begin + 10], [3, begin + 10]]);
  });

  test('In a registry that keeps nothing it keeps no time either.', () => {
    const registry = new Registry({ backend: 'null' });
    const level = registry.gauge({ name: 'level', help, labelNames: ['q'], aggregator: 'last' });
    level.labels('a').set(1);
    level.set({ q: 'a' }, 2);
    expect(level.get('a')?.value ?? 0).toBe(0);
  });
});

type LastGauge = ReturnType<typeof lastGauge>['gauge'];
