import { expect, it } from 'vitest';
import { Application } from './support/application.js';
import { ask, lineOf } from '../expose/client.js';

/** How many workers come and go; a longer run is asked for by `SHORT_LIVED_WORKERS=10000`. */
const workers = Number(process.env['SHORT_LIVED_WORKERS'] ?? 300);
const atOnce = 8;
const jobsEach = 10;

interface Told {
  readonly ended: number;
  /** Bytes of the whole process, the aggregation thread and shared memory included. */
  readonly resident: number;
}

it(
  `${workers} short-lived workers are counted exactly, and leave no memory behind.`,
  async () => {
    const application = new Application('churn.js', [String(workers), String(atOnce), String(jobsEach)]);
    try {
      const { port } = await application.hear<{ readonly port: number }>();
      const sizes: number[] = [];
      for (let told = await application.hear<Told>(); ; told = await application.hear<Told>()) {
        // It is scraped all the while.
        await ask(port, '/metrics');
        sizes.push(told.resident);
        if (told.ended === workers) break;
      }
      const { body } = await ask(port, '/metrics');
      const done = ['q0', 'q1', 'q2'].map((queue) => Number(lineOf(body, `jobs_total{queue="${queue}"}`)));
      expect(done).toEqual([4, 3, 3].map((each) => each * workers));
      expect(lineOf(body, 'took_seconds_count')).toBe(String(workers * jobsEach));
      expect(lineOf(body, 'busy')).toBeUndefined();
      // From the first third on, when heaps and caches have grown to their size.
      const [early, late] = [sizes[Math.floor(sizes.length / 3)]!, Math.min(...sizes.slice(-3))];
      expect(late - early).toBeLessThan(48 * 1024 * 1024);
    } finally {
      await application.end();
    }
  },
  120_000 + workers * 200,
);
