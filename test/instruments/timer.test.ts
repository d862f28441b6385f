import { describe, expect, test } from 'vitest';
import { dispose } from '../../src/instruments/timer.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from './fake-clock.js';

function make() {
  const clock = new FakeClock();
  const registry = new Registry({ clock });
  const options = { help: 'Timed.', labelNames: ['route', 'status'] } as const;
  const histogram = registry.histogram({ ...options, name: 'h', buckets: [1, 10] });
  const summary = registry.summary({ ...options, name: 's' });
  const gauge = registry.gauge({ ...options, name: 'g' });
  const both = { route: '/', status: 200 };
  return { clock, registry, histogram, summary, gauge, both, sums: () => [histogram.get(both)?.sum, summary.get(both)?.sum, gauge.get(both)?.value] };
}

describe('A timer', () => {
  test('It records the seconds that have passed, once, and returns them every time.', () => {
    const { clock, histogram, summary, gauge, both, sums } = make();
    const stops = [histogram, summary, gauge].map((instrument) => instrument.labels(both).startTimer());
    clock.advance(2.5);
    expect(stops.map((stop) => stop())).toEqual([2.5, 2.5, 2.5]);
    clock.advance(1);
    expect(stops.map((stop) => stop())).toEqual([2.5, 2.5, 2.5]);
    for (const stop of stops) stop[dispose]();
    expect(sums()).toEqual([2.5, 2.5, 2.5]);
    expect(histogram.get(both)?.count).toBe(1);
  });

  test('Labels may be given at the start, at the end, or some at each; the end wins.', () => {
    const { clock, histogram, summary, gauge, both, sums } = make();
    const stops = [histogram.startTimer(both), summary.startTimer(), gauge.startTimer({ route: '/', status: 'later' })] as const;
    expect([histogram.size, summary.size, gauge.size]).toEqual([0, 0, 0]);
    clock.advance(3);
    stops[0]();
    stops[1](both);
    stops[2]({ status: 200 });
    expect(sums()).toEqual([3, 3, 3]);
  });

  test('Labels that are wrong at the end are refused, and the timer can be stopped again with right ones.', () => {
    const { clock, histogram, both } = make();
    const stop = histogram.startTimer({ route: '/' });
    clock.advance(1);
    expect(() => stop()).toThrow('missing label "status"');
    expect(histogram.size).toBe(0);
    clock.advance(1);
    expect(stop({ status: 200 })).toBe(2);
    expect(histogram.get(both)?.count).toBe(1);
  });

  test('It ends when its block is left, also by an error.', () => {
    const { clock, histogram, both } = make();
    const handle = histogram.labels(both);
    const block = (fail: boolean): void => {
      using timer = handle.startTimer();
      void timer;
      clock.advance(2);
      if (fail) throw new Error('broken');
    };
    block(false);
    expect(() => block(true)).toThrow('broken');
    expect(handle.get()).toMatchObject({ sum: 4, count: 2 });
  });

  test('A clock that steps back gives 0 seconds.', () => {
    const { clock, histogram, both } = make();
    const stop = histogram.labels(both).startTimer();
    clock.advance(-5);
    expect(stop()).toBe(0);
    expect(histogram.get(both)).toMatchObject({ sum: 0, count: 1 });
  });

  test('The timer of a removed series records nowhere.', () => {
    const { clock, histogram, both } = make();
    const stop = histogram.labels(both).startTimer();
    histogram.remove(both);
    histogram.labels('other', 1);
    clock.advance(1);
    stop();
    expect(histogram.getAll()).toMatchObject([{ labels: { route: 'other' }, count: 0 }]);
  });
});

describe('A timed function', () => {
  test('What it returns is passed on, and its time recorded, by labels, handles and without labels.', () => {
    const { clock, registry, histogram, summary, gauge, both, sums } = make();
    const work = (): string => {
      clock.advance(2);
      return 'done';
    };
    expect([histogram.time(both, work), summary.time(both, work), gauge.time(both, work)]).toEqual(['done', 'done', 'done']);
    expect(sums()).toEqual([2, 2, 2]);
    expect([histogram, summary, gauge].map((instrument) => instrument.labels(both).time(work))).toEqual(['done', 'done', 'done']);
    expect(sums()).toEqual([4, 4, 2]);
    const plain = registry.histogram({ name: 'plain', help: 'Plain.' });
    expect(plain.time(work)).toBe('done');
    expect(plain.get()?.sum).toBe(2);
  });

  test('What it throws is passed on unchanged, and its time recorded.', () => {
    const { clock, histogram, both } = make();
    const error = new Error('broken');
    let caught: unknown;
    try {
      histogram.time(both, () => {
        clock.advance(3);
        throw error;
      });
    } catch (thrown) {
      caught = thrown;
    }
    expect(caught).toBe(error);
    expect(histogram.get(both)).toMatchObject({ sum: 3, count: 1 });
  });

  test('A promise is returned as the very same one, and timed until it is settled either way.', async () => {
    const { clock, histogram, both } = make();
    let resolve!: (value: string) => void;
    const kept = new Promise<string>((settle) => (resolve = settle));
    expect(histogram.time(both, () => kept)).toBe(kept);
    clock.advance(4);
    expect(histogram.get(both)?.count).toBe(0);
    resolve('done');
    expect(await kept).toBe('done');
    expect(histogram.get(both)).toMatchObject({ sum: 4, count: 1 });
    const error = new Error('later');
    const broken = Promise.reject(error);
    expect(histogram.labels(both).time(() => broken)).toBe(broken);
    await expect(broken).rejects.toBe(error);
    expect(histogram.get(both)?.count).toBe(2);
  });

  test('With wrong labels the function is not run.', () => {
    const { histogram, gauge } = make();
    let runs = 0;
    expect(() => histogram.time({ route: '/' } as never, () => (runs += 1))).toThrow('missing label "status"');
    expect(() => gauge.trackInProgress({ route: '/' } as never, () => (runs += 1))).toThrow('missing label "status"');
    expect(runs).toBe(0);
  });

  test('What is no function is refused before anything is recorded.', () => {
    const { histogram, both } = make();
    expect(() => histogram.time(both, 'work' as never)).toThrow();
    expect(histogram.size).toBe(0);
  });
});
