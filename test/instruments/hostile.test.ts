import { describe, expect, test } from 'vitest';
import { Counter, Histogram, Registry, Summary, toText } from '../../src/index.js';

const help = 'H.';

describe('What callers do to objects and functions they have handed in', () => {
  test('A label object changed while a timer runs changes nothing.', () => {
    const registry = new Registry();
    const latency = new Histogram({ name: 'latency_seconds', help, labelNames: ['route'], registry });
    const labels = { route: '/a' };
    const stop = latency.startTimer(labels);
    labels.route = '/b';
    stop();
    expect(latency.getAll().map((reading) => reading.labels)).toEqual([{ route: '/a' }]);
  });

  test('Labels that an object has inherited are removed as they are recorded.', () => {
    const jobs = new Counter({ name: 'jobs_total', help, labelNames: ['queue'], registry: null });
    const inherited = Object.create({ queue: 'mail' }) as { queue: string };
    jobs.inc(inherited);
    jobs.inc({ queue: 'print' });
    expect(jobs.removeMatching(inherited)).toBe(1);
    expect(jobs.getAll().map((reading) => reading.labels)).toEqual([{ queue: 'print' }]);
  });

  test.each([new Map([['queue', 'mail']]), new Set(['queue']), new Date(0)])('What is no object of labels removes and records nothing: %s.', (wrong) => {
    const jobs = new Counter({ name: 'jobs_total', help, labelNames: ['queue'], registry: null });
    const plain = new Counter({ name: 'plain_total', help, registry: null });
    jobs.inc({ queue: 'mail' });
    expect(() => jobs.removeMatching(wrong as never)).toThrow(expect.objectContaining({ code: 'INVALID_LABELS' }));
    expect(() => plain.inc(wrong as never)).toThrow(expect.objectContaining({ code: 'INVALID_LABELS' }));
    expect(jobs.size).toBe(1);
    expect(plain.get()?.value).toBe(0);
  });

  test('A query that runs whenever it is waited for runs once when it is timed.', async () => {
    const latency = new Histogram({ name: 'query_seconds', help, registry: null });
    let runs = 0;
    const query = {
      then<T>(done: (value: number) => T): Promise<T> {
        runs += 1;
        return Promise.resolve(42).then(done);
      },
    };
    expect(await latency.time(() => query)).toBe(42);
    expect(runs).toBe(1);
    expect(latency.get()?.count).toBe(1);
  });

  test('Labels may be called what every object has from its prototype.', () => {
    const jobs = new Counter({ name: 'jobs_total', help, labelNames: ['constructor', 'toString', 'm'], labelValues: { m: ['a'] } as never, registry: null });
    jobs.inc({ constructor: 'x', toString: 'y', m: 'a' } as never);
    expect(jobs.size).toBe(1);
  });

  test('A member whose view fails costs its own family only.', () => {
    const registry = new Registry({ onFault: () => {} });
    const jobs = new Counter({ name: 'jobs_total', help, registry });
    const broken = Object.create(new Counter({ name: 'broken_total', help, registry: null })) as Counter;
    broken.view = () => {
      throw new Error('no');
    };
    registry.register(broken);
    jobs.inc();
    expect(toText(registry)).toContain('jobs_total 1');
    expect(toText(registry)).not.toContain('\nbroken_total');
  });

  test('A summary observed slowly by code that never lets the event loop run forgets nothing too early.', () => {
    const summary = new Summary({ name: 's', help, maxAgeSeconds: 5, ageBuckets: 5, quantiles: [0, 1], registry: null });
    for (let i = 1; i <= 5; i++) {
      const until = performance.now() + 400;
      while (performance.now() < until);
      summary.observe(i);
    }
    const [least, most] = summary.get()!.quantiles.map(({ value }) => value);
    expect(Math.round(least!)).toBe(1);
    expect(Math.round(most!)).toBe(5);
  });
});
