import { expect, it } from 'vitest';
import { startMetricsServer } from '../../src/expose/server.js';
import { Registry } from '../../src/index.js';
import { ask, openRaw } from '../expose/client.js';

it.concurrent.each(['', 'GET /metrics HTTP/1.1\r\nHo', 'POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc'])('The server ends the connection of a client that says %j and then nothing within 15 seconds.', async (begun) => {
  const server = await startMetricsServer({ registry: new Registry(), port: 0 });
  const begin = performance.now();
  const socket = openRaw(server.port);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  socket.write(begun);
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 15_000))]);
  const seconds = (performance.now() - begin) / 1000;
  expect(socket.closed).toBe(true);
  expect(seconds).toBeLessThan(15);
  expect((await ask(server.port, '/healthz')).status).toBe(200);
  await server.close();
});
