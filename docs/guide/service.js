// @ts-check
/**
 * A shop that depends on two components, each behind a circuit breaker. They are played by timers, and can be made to fail:
 *
 *     node docs/guide/service.js
 *     curl http://127.0.0.1:9464/orders/17
 *     curl -X POST 'http://127.0.0.1:9464/faults/billing?fails=true&seconds=1.5'
 *     curl -X POST 'http://127.0.0.1:9464/faults/billing?fails=false'
 *
 * PORT and HOST say where it listens, OPEN_SECONDS how long a breaker stays open.
 */
import { createServer } from 'node:http';
import { createMetricsHandler } from 'tallystick/expose';
import { createHealthHandler, createQueryHandler, toNodeHandler } from 'tallystick/packs/circuit-breaker';
import { trackNode } from 'tallystick/packs/http';
import { Breaker, OpenError } from './breaker.js';
import { breakers, http, registry } from './metrics.js';

const { PORT = '9464', HOST = '127.0.0.1', OPEN_SECONDS = '30' } = process.env;
const openSeconds = Number(OPEN_SECONDS);

/** What the components do when they are called. */
const behaviours = { billing: { fails: false, seconds: 0.01 }, search: { fails: false, seconds: 0.005 } };
const billing = new Breaker('billing', { openSeconds });
const search = new Breaker('search', { openSeconds });

/** @param {keyof typeof behaviours} component */
async function play(component) {
  const { fails, seconds } = behaviours[component];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  if (fails) throw new Error(`${component} does not answer`);
  return { component, answered: true };
}

// The names and labels that the alerts and queries of this guide use are those of the text format.
const metrics = createMetricsHandler(registry, { negotiation: { formats: ['text-0.0.4'] } });
const health = toNodeHandler(createHealthHandler(breakers));
const components = toNodeHandler(createQueryHandler(breakers));

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function handle(request, response) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [, first = '', second = ''] = pathname.split('/');
  if (pathname === '/metrics') {
    metrics(request, response);
  } else if (pathname === '/health') {
    void health(request, response);
  } else if (pathname === '/components') {
    void components(request, response);
  } else if (pathname === '/search') {
    void answer(response, search.call(() => play('search')));
  } else if (first === 'orders') {
    void answer(response, billing.call(() => play('billing')));
  } else if (first === 'faults' && request.method === 'POST' && (second === 'billing' || second === 'search')) {
    behaviours[second] = { fails: searchParams.get('fails') === 'true', seconds: Number(searchParams.get('seconds') ?? 0.01) };
    void answer(response, Promise.resolve(behaviours[second]));
  } else {
    response.writeHead(404).end();
  }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {Promise<unknown>} result
 */
async function answer(response, result) {
  try {
    const body = JSON.stringify(await result);
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  } catch (error) {
    response.writeHead(error instanceof OpenError ? 503 : 502).end();
  }
}

// Every request is timed, by its method and route.
const server = createServer(trackNode(http, handle));

server.on('error', (error) => {
  console.error(`The service cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exitCode = 1;
});

server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  console.log(`The service listens on http://${HOST}:${typeof address === 'object' && address !== null ? address.port : PORT}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => void registry.shutdown());
    server.closeAllConnections();
  });
}
