import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { Registry } from 'tallystick';
import { attachWorker } from 'tallystick/aggregate';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from 'tallystick/expose';
import { ask, lineOf } from '../expose/client.js';
import { until } from './support/processes.js';

const undo: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

async function start(registry: Registry, options: MetricsServerOptions = {}): Promise<MetricsServer> {
  const server = await startMetricsServer({ port: 0, offThread: true, registry, ...options });
  undo.push(() => server.close());
  return server;
}

interface Task {
  readonly jobs: number;
  readonly end?: 'returns' | 'throws' | 'exits' | 'waits';
  readonly buckets?: readonly number[];
  readonly gauge?: number;
}

function startWorker(file: string, workerData?: Task): Worker {
  const worker = new Worker(fileURLToPath(new URL(`./threads/${file}`, import.meta.url)), { workerData, stderr: true });
  // Some are told to throw.
  worker.on('error', () => {});
  undo.push(() => worker.terminate());
  return worker;
}

async function runWorker(task: Task): Promise<void> {
  await exit(startWorker('worker.js', task));
}

/** Its end, whether it throws or not. */
function exit(worker: Worker): Promise<void> {
  return new Promise((resolve) => worker.once('exit', () => resolve()));
}

/** One that has done its work and lives on. */
async function startReady(file: string, task?: Task): Promise<Worker> {
  const worker = startWorker(file, task);
  await once(worker, 'message');
  return worker;
}

async function textOf({ port }: MetricsServer): Promise<string> {
  return (await ask(port, '/metrics')).body;
}

const total = (text: string): number => ['q0', 'q1', 'q2'].reduce((sum, queue) => sum + Number(lineOf(text, `jobs_total{queue="${queue}"}`) ?? 0), 0);

/** Waits for the numbers to be there: what a thread says of itself is heard a moment later. */
async function settled(server: MetricsServer, jobs: number): Promise<string> {
  return until(`${jobs} jobs`, async () => {
    const text = await textOf(server);
    return total(text) === jobs ? text : false;
  });
}

describe('worker threads', () => {
  it('that make the same instruments are added up, by series and bucket, without a word of theirs.', async () => {
    const registry = new Registry();
    registry.counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] }).inc({ queue: 'q0' }, 100);
    const server = await start(registry);
    await Promise.all([10, 11, 12, 13].map((jobs, place) => startReady('worker.js', { jobs, end: 'waits', gauge: place })));
    const text = await settled(server, 100 + 10 + 11 + 12 + 13);
    expect(['q0', 'q1', 'q2'].map((queue) => lineOf(text, `jobs_total{queue="${queue}"}`))).toEqual([String(100 + 4 + 4 + 4 + 5), String(3 + 4 + 4 + 4), String(3 + 3 + 4 + 4)]);
    // Observed were 0, 1, 2, 3, 4 and again from the beginning.
    expect(['1', '2', '4', '+Inf'].map((le) => lineOf(text, `took_seconds_bucket{le="${le}"}`))).toEqual([4 + 5 + 6 + 6, 6 + 7 + 8 + 9, 46, 46].map(String));
    expect(lineOf(text, 'took_seconds_count')).toBe('46');
    expect(lineOf(text, 'busy')).toBe('6');
  });

  it.each(['returns', 'throws', 'exits'] as const)('A worker that %s leaves its counts, and its gauges go.', async (end) => {
    const server = await start(new Registry());
    await runWorker({ jobs: 10, end });
    await runWorker({ jobs: 5, end });
    const text = await settled(server, 15);
    expect(lineOf(text, 'took_seconds_count')).toBe('15');
    expect(lineOf(text, 'busy')).toBeUndefined();
  });

  it('A worker that is terminated in the middle of its work leaves what it had counted.', async () => {
    const server = await start(new Registry());
    const worker = await startReady('worker.js', { jobs: 10, end: 'waits' });
    expect(lineOf(await settled(server, 10), 'busy')).toBe('1');
    await worker.terminate();
    const text = await until('the gauge to go', async () => {
      const now = await textOf(server);
      expect(total(now)).toBe(10);
      return lineOf(now, 'busy') === undefined && now;
    });
    expect(lineOf(text, 'took_seconds_count')).toBe('10');
  });

  it('What was counted never goes down while workers come and go.', async () => {
    const server = await start(new Registry());
    let isOver = false;
    const totals: number[] = [];
    const watching = (async () => {
      while (!isOver) totals.push(total(await textOf(server)));
    })();
    for (let round = 0; round < 4; round++) {
      await Promise.all([startReady('worker.js', { jobs: 10, end: 'waits' }).then((worker) => worker.terminate()), runWorker({ jobs: 10 }), runWorker({ jobs: 10, end: 'throws' })]);
    }
    await settled(server, 120);
    isOver = true;
    await watching;
    expect(totals).toEqual([...totals].sort((a, b) => a - b));
    expect(totals.length).toBeGreaterThan(8);
  });

  it('A metric whose shape is another in one thread costs that thread that metric only; it is counted, and logged with both.', async () => {
    const said: string[] = [];
    const registry = new Registry({ onFault: (message, error) => said.push(`${message} ${String(error)}`) });
    registry.histogram({ name: 'took_seconds', help: 'Time.', buckets: [1, 2, 4] }).observe(1);
    const server = await start(registry);
    await startReady('worker.js', { jobs: 10, end: 'waits', buckets: [1, 5] });
    const text = await settled(server, 10);
    expect(lineOf(text, 'took_seconds_count')).toBe('1');
    expect(lineOf(text, 'busy')).toBe('1');
    const after = await until('the fault', async () => {
      const now = await textOf(server);
      return lineOf(now, 'tallystick_collector_errors_total{collector="took_seconds",reason="unmerged"}') !== undefined && now;
    });
    expect(lineOf(after, 'jobs_total{queue="q0"}')).toBe('4');
    await until('the log', () => said.length > 0);
    expect(said).toHaveLength(1);
    for (const part of ['took_seconds', 'the main thread', 'thread ', '[1, 2, 4]', '[1, 5]']) expect(said[0]).toContain(part);
  });

  it('One with a registry of its own attaches it, and may take it back: then its counts stay.', async () => {
    const server = await start(new Registry());
    const worker = await startReady('attached.js');
    const own = async (): Promise<string | undefined> => lineOf(await textOf(server), 'own_total');
    await until('the registry', async () => (await own()) === '5');
    worker.postMessage('detach');
    worker.postMessage('end');
    await exit(worker);
    expect(await own()).toBe('5');
  });

  it('One that was there before is attached from both sides, and seen when it is terminated.', async () => {
    const worker = await startReady('attached.js');
    attachWorker(worker);
    const server = await start(new Registry());
    const gauge = async (): Promise<string | undefined> => lineOf(await textOf(server), 'own_ready');
    await until('the registry', async () => (await gauge()) === '1');
    await worker.terminate();
    await until('the gauge to go', async () => (await gauge()) === undefined);
    expect(lineOf(await textOf(server), 'own_total')).toBe('5');
  });

  it('Names part what is merged.', async () => {
    const [one, other] = [await start(new Registry(), { offThread: { name: 'one' } }), await start(new Registry(), { offThread: { name: 'other' } })];
    await startReady('worker.js', { jobs: 3, end: 'waits' });
    // Workers share under the name of the server that was started last.
    await settled(other, 3);
    expect(total(await textOf(one))).toBe(0);
  });

  it('A worker whose loop is blocked is not waited for beyond the deadline.', async () => {
    const server = await start(new Registry(), { offThread: { deadlineMilliseconds: 200 } });
    const worker = await startReady('blocked-worker.js');
    await until('the worker', async () => lineOf(await textOf(server), 'own_asked') !== undefined);
    worker.postMessage('block');
    await once(worker, 'message');
    for (let scrapes = 0; scrapes < 3; scrapes++) {
      const began = performance.now();
      expect(lineOf(await textOf(server), 'own_asked')).toBeDefined();
      expect(performance.now() - began).toBeLessThan(600);
    }
  });
});
