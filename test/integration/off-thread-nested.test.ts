import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { Registry } from 'tallystick';
import { startMetricsServer } from 'tallystick/expose';
import { ask, lineOf } from '../expose/client.js';
import { until } from './support/processes.js';

it('Workers of workers end with the one that is terminated: their counts stay, their gauges go.', async () => {
  const server = await startMetricsServer({ port: 0, offThread: true, registry: new Registry() });
  try {
    const worker = new Worker(fileURLToPath(new URL('./threads/nested.js', import.meta.url)), { workerData: { depth: 3 } });
    await once(worker, 'message');
    const numbers = async (): Promise<unknown[]> => {
      const { body } = await ask(server.port, '/metrics');
      return ['jobs_total', 'busy'].map((name) => lineOf(body, name));
    };
    await until('all three to be seen', async () => (await numbers()).join() === '3,3');
    await worker.terminate();
    await until('their gauges to be gone', async () => (await numbers())[1] === undefined);
    expect(await numbers()).toEqual(['3', undefined]);
  } finally {
    await server.close();
  }
});
