import { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Registry } from 'tallystick';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from 'tallystick/expose';
import { ask, lineOf } from '../expose/client.js';
import { until } from './support/processes.js';

const undo: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

/** The workers of this process, in the order in which they were started. */
const workers: Worker[] = [];
process.on('worker', (worker) => workers.push(worker));

/** A server and the thread that it is on. */
async function start(registry: Registry, options: MetricsServerOptions = {}): Promise<{ readonly server: MetricsServer; readonly thread: Worker }> {
  const server = await startMetricsServer({ port: 0, offThread: true, registry, ...options });
  undo.push(() => server.close());
  return { server, thread: workers.at(-1)! };
}

async function textOf({ port }: MetricsServer): Promise<string> {
  return (await ask(port, '/metrics')).body;
}

/** Has the latest thread of this process run something that never comes to an end. */
function hang(): Promise<void> {
  const session = new Session();
  session.connect();
  undo.push(async () => session.disconnect());
  return new Promise((resolve) => {
    let last: NodeJS.Timeout | undefined;
    // All that there are attach, in their order.
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
      clearTimeout(last);
      last = setTimeout(() => {
        const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'for (;;);' } });
        session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
        // Those that come later are left alone.
        session.removeAllListeners();
        setTimeout(resolve, 100);
      }, 200);
    });
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  });
}

/** Asks until the server is there again. */
function textAgain(server: MetricsServer): Promise<string> {
  return until('the server', () => textOf(server));
}

function startWorker(jobs: number, end: 'returns' | 'waits'): Worker {
  const worker = new Worker(fileURLToPath(new URL('./threads/worker.js', import.meta.url)), { workerData: { jobs, end } });
  undo.push(() => worker.terminate());
  return worker;
}

const exit = (worker: Worker): Promise<void> => new Promise((resolve) => worker.once('exit', () => resolve()));

function total(text: string): number {
  return ['q0', 'q1', 'q2'].reduce((sum, queue) => sum + Number(lineOf(text, `jobs_total{queue="${queue}"}`) ?? 0), 0);
}

describe("the end of a server's thread", () => {
  it('is noticed, logged once, counted, and mended on the same port, with all counts: of the application, of workers that live, and of those that have ended.', async () => {
    const said: string[] = [];
    const registry = new Registry({ onFault: (message, error) => said.push(`${message}: ${String(error)}`) });
    const own = registry.counter({ name: 'own_total', help: 'Own.' });
    own.inc(7);
    const { server, thread } = await start(registry);
    await exit(startWorker(10, 'returns'));
    const living = startWorker(5, 'waits');
    await until('the workers', async () => total(await textOf(server)) === 15);

    let last = thread;
    for (let deaths = 1; deaths <= 3; deaths++) {
      await last.terminate();
      own.inc();
      const text = await textAgain(server);
      expect(lineOf(text, 'own_total')).toBe(String(7 + deaths));
      expect(total(text)).toBe(15);
      expect(lineOf(text, 'took_seconds_count')).toBe('15');
      expect(lineOf(text, 'tallystick_collector_errors_total{collector="off-thread server",reason="serving"}')).toBe(String(deaths));
      last = workers.at(-1)!;
    }
    expect(said).toEqual(['tallystick: "off-thread server" failed (this is said once): Error: the thread has ended with code 1']);

    await living.terminate();
    await until('the end of the worker', async () => lineOf(await textOf(server), 'busy') === undefined);
    expect(total(await textOf(server))).toBe(15);
  });

  it('What workers say in between is heard: one that begins and ends, and one that begins.', async () => {
    const registry = new Registry({ onFault: () => {} });
    const { server, thread } = await start(registry);
    await exit(startWorker(1, 'returns'));
    await thread.terminate();
    const [ended, begun] = [startWorker(2, 'returns'), startWorker(4, 'waits')];
    await exit(ended);
    await until('all workers', async () => total(await textAgain(server)) === 7);
    await begun.terminate();
    await until('the end of the worker', async () => lineOf(await textOf(server), 'busy') === undefined);
    expect(total(await textOf(server))).toBe(7);
  });

  it('A worker that is blocked all the while is not missing in the first scrape.', async () => {
    const registry = new Registry({ onFault: () => {} });
    const { server, thread } = await start(registry);
    const worker = new Worker(fileURLToPath(new URL('./threads/blocked-worker.js', import.meta.url)));
    undo.push(() => worker.terminate());
    await until('the worker', async () => lineOf(await textOf(server), 'own_asked') !== undefined);
    const asked = lineOf(await textOf(server), 'own_asked');
    const blocked = new Promise<void>((resolve) => worker.on('message', (said) => said === 'blocked' && resolve()));
    worker.postMessage('block');
    await blocked;
    await thread.terminate();
    expect(lineOf(await textAgain(server), 'own_asked')).toBe(asked);
  });

  it('One that runs out of memory is started anew.', async () => {
    const registry = new Registry({ onFault: () => {} });
    const { server } = await start(registry, { offThread: { resourceLimits: { maxOldGenerationSizeMb: 16 } } });
    registry.counter({ name: 'own_total', help: 'Own.' }).inc();
    // Numbers of instruments stand in shared memory; what collectors give is sent, and takes memory of the thread.
    const families = Array.from({ length: 100 }, (_, place) => ({ name: `collected_${place}`, help: 'Much.', type: 'gauge' as const, series: Array.from({ length: 3000 }, (__, id) => ({ labels: { id: `${place}-${id}-${'x'.repeat(100)}` }, value: id })) }));
    registry.register({ name: 'much', collect: () => families });
    await textOf(server).catch(() => {});
    registry.unregister('much');
    await until('the fault', async () => lineOf(await textAgain(server), 'tallystick_collector_errors_total{collector="off-thread server",reason="serving"}') !== undefined);
    expect(lineOf(await textOf(server), 'own_total')).toBe('1');
  });

  it('One that hangs without ending is noticed, and started anew.', async () => {
    const said: string[] = [];
    const registry = new Registry({ onFault: (message, error) => said.push(`${message}: ${String(error)}`) });
    const own = registry.counter({ name: 'own_total', help: 'Own.' });
    own.inc(2);
    // The looks at its pulse are made when this test says so.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    undo.push(async () => void vi.useRealTimers());
    const { server } = await start(registry);
    expect(lineOf(await textOf(server), 'own_total')).toBe('2');
    await hang();
    own.inc();
    expect(await Promise.race([textOf(server).catch(() => ''), new Promise((resolve) => setTimeout(resolve, 300, 'silence'))])).toBe('silence');
    vi.advanceTimersByTime(31_000);
    expect(lineOf(await textAgain(server), 'own_total')).toBe('3');
    expect(said).toEqual(['tallystick: "off-thread server" failed (this is said once): Error: the thread has done nothing for 30 s, and was ended']);
  });

  it('After close() it stays closed, also when it is called while the thread is not there.', async () => {
    const { server, thread } = await start(new Registry({ onFault: () => {} }));
    await thread.terminate();
    const before = workers.length;
    await server.close();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(workers).toHaveLength(before);
    await expect(textOf(server)).rejects.toThrow();
  });

  it('As long as somebody else has its port, it is tried again.', async () => {
    const registry = new Registry({ onFault: () => {} });
    registry.counter({ name: 'own_total', help: 'Own.' }).inc();
    const { server, thread } = await start(registry);
    await thread.terminate();
    const other = await startMetricsServer({ registry: new Registry(), port: server.port });
    await until('a try', () => workers.length > 0 && workers.at(-1) !== thread && workers.at(-1)!.threadId < 0);
    await other.close();
    expect(lineOf(await textAgain(server), 'own_total')).toBe('1');
  });
});
