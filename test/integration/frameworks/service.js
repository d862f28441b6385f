/**
 * Runs one framework with its middleware, asks it a few things, and prints what was counted: `node service.js express`.
 */
import { createServer } from 'node:http';
import { HttpMetrics, expressMiddleware, fastifyPlugin, honoMiddleware, koaMiddleware } from '../../../dist/packs/http.js';
import { Registry } from '../../../dist/index.js';

const metrics = new HttpMetrics({ registry: new Registry() });

/** Each gives a server: `/users/:id` answers, `/tenants/:tenant/items/:item` stands in a router that is mounted, `/broken` throws. */
const apps = {
  express: () => serveExpress('express'),
  express4: () => serveExpress('express4'),
  async fastify() {
    const { default: fastify } = await import('fastify');
    const app = fastify();
    app.register(fastifyPlugin(metrics));
    app.get('/users/:id', (request) => request.params.id);
    app.register((part, _options, done) => {
      part.get('/items/:item', (request) => request.params.item);
      done();
    }, { prefix: '/tenants/:tenant' });
    app.get('/broken', () => {
      throw new Error('broken');
    });
    await app.ready();
    return createServer((request, response) => app.routing(request, response));
  },
  async koa() {
    const { default: Koa } = await import('koa');
    const { Router } = await import('@koa/router');
    const app = new Koa();
    app.silent = true;
    app.use(koaMiddleware(metrics));
    const items = new Router();
    items.get('/items/:item', (context) => void (context.body = context.params.item));
    const router = new Router();
    router.get('/users/:id', (context) => void (context.body = context.params.id));
    router.use('/tenants/:tenant', items.routes());
    router.get('/broken', () => {
      throw new Error('broken');
    });
    app.use(router.routes());
    return createServer(app.callback());
  },
  async hono() {
    const { Hono } = await import('hono');
    const { createAdaptorServer } = await import('@hono/node-server');
    const app = new Hono();
    app.use(honoMiddleware(metrics));
    const items = new Hono();
    items.get('/items/:item', (context) => context.text(context.req.param('item')));
    app.get('/users/:id', (context) => context.text(context.req.param('id')));
    app.route('/tenants/:tenant', items);
    app.get('/broken', () => {
      throw new Error('broken');
    });
    app.onError((_error, context) => context.text('sorry', 500));
    return createAdaptorServer({ fetch: app.fetch });
  },
};

async function serveExpress(name) {
  const { default: express } = await import(name);
  const app = express();
  app.use(expressMiddleware(metrics));
  app.get('/users/:id', (request, response) => response.send(request.params.id));
  const items = express.Router({ mergeParams: true });
  items.get('/items/:item', (request, response) => response.send(request.params.item));
  app.use('/tenants/:tenant', items);
  app.get('/broken', () => {
    throw new Error('broken');
  });
  app.use((_error, _request, response, _next) => response.status(500).send('sorry'));
  return createServer(app);
}

const server = await apps[process.argv[2]]();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}`;
const bodies = [];
for (const path of ['/users/1', '/users/22', '/tenants/7/items/42?q=1', '/nothing/here', '/broken']) bodies.push(await (await fetch(url + path)).text());
await fetch(`${url}/users/333`, { method: 'HEAD' });
const { requests, requestDuration, requestsInFlight, responseSize } = metrics.instruments;
const deadline = Date.now() + 5000;
while (requestsInFlight.getAll().some(({ value }) => value !== 0) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
const bySeries = (readings, pick) => Object.fromEntries(readings.map((reading) => [Object.values(reading.labels).join(' '), pick(reading)]));
console.log(
  JSON.stringify({
    bodies: bodies.slice(0, 3),
    requests: bySeries(requests.getAll(), ({ value }) => value),
    durations: bySeries(requestDuration.getAll(), ({ count }) => count),
    size: responseSize.get('GET', '/users/:id').sum,
    inFlight: bySeries(requestsInFlight.getAll(), ({ value }) => value),
  }),
);
server.close();
server.closeAllConnections();
