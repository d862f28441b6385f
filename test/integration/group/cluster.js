// A cluster whose workers know nothing of metrics but to count.
import cluster from 'node:cluster';
import { Counter } from 'tallystick';

const counted = new Counter({ name: 'counted_total', help: 'What was counted.', labelNames: ['who'] });

if (cluster.isPrimary) {
  const { startClusterMetrics } = await import('tallystick/group');
  const server = startClusterMetrics({ port: 0 });
  const workers = Array.from({ length: 3 }, () => cluster.fork());
  counted.inc({ who: 'primary' });
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  const { port } = await server;
  process.send({ port, dir: process.env.PROMETHEUS_MULTIPROC_DIR });
  process.on('message', async () => {
    cluster.disconnect(async () => {
      await (await server).close();
      process.disconnect();
    });
  });
} else {
  counted.inc({ who: 'worker' }, 10 ** (cluster.worker.id - 1));
  process.send({ kind: 'counted' });
}
