import { EventEmitter } from 'node:events';
import { type RequestListener, type Server, createServer, request as send } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ExpressRequestLike,
  type FastifyRequestLike,
  HttpMetrics,
  type HttpOptions,
  type HttpResponseLike,
  expressMiddleware,
  fastifyPlugin,
  honoMiddleware,
  koaMiddleware,
  trackExchange,
  trackFetch,
  trackNode,
} from '../../src/packs/http.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from '../support/fake-clock.js';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

const metricsOf = (options: HttpOptions = {}): HttpMetrics => new HttpMetrics({ registry: new Registry({ onFault: () => {} }), ...options });

async function listen(server: Pick<Server, 'listen' | 'address' | 'close' | 'once'>): Promise<number> {
  server.listen(0, '127.0.0.1');
  closers.push(() => server.close());
  await new Promise((resolve) => server.once('listening', () => resolve(undefined)));
  return (server.address() as AddressInfo).port;
}

async function serve(metrics: HttpMetrics, listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(trackNode(metrics, listener)))}`;
}

/** What was counted, as `method route status`. */
function counted(metrics: HttpMetrics): Record<string, number> {
  return Object.fromEntries(metrics.instruments.requests.getAll().map(({ labels, value }) => [`${labels['method']} ${labels['route']} ${labels['status_code']}`, value]));
}

function sizes(metrics: HttpMetrics, which: 'requestSize' | 'responseSize'): Record<string, number> {
  return Object.fromEntries(metrics.instruments[which].getAll().map(({ labels, sum }) => [`${labels['method']} ${labels['route']}`, sum]));
}

function inFlight(metrics: HttpMetrics): number {
  return metrics.instruments.requestsInFlight.getAll().reduce((sum, { value }) => sum + value, 0);
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds() && tries < 500; tries++) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('the metrics of HTTP requests on node:http', () => {
  it('count by method, route template and status, and measure time and sizes', async () => {
    const metrics = metricsOf({ routes: ['/users/:id', '/files/*'] });
    const url = await serve(metrics, (request, response) => {
      expect(inFlight(metrics)).toBe(1);
      request.resume().on('end', () => {
        response.statusCode = request.method === 'POST' ? 201 : 200;
        response.write('ü');
        response.end('abc');
      });
    });
    for (const path of ['/users/1', '/users/2?q=1', '/files/a/b/c', '/nobody', '/no/body']) await (await fetch(url + path)).text();
    await (await fetch(`${url}/users/3`, { method: 'POST', body: 'x'.repeat(1500) })).text();
    await until(() => inFlight(metrics) === 0);
    expect(counted(metrics)).toEqual({ 'GET /users/:id 200': 2, 'GET /files/* 200': 1, 'GET unknown 200': 2, 'POST /users/:id 201': 1 });
    expect(sizes(metrics, 'requestSize')).toMatchObject({ 'GET /users/:id': 0, 'POST /users/:id': 1500 });
    expect(sizes(metrics, 'responseSize')).toMatchObject({ 'GET /users/:id': 10, 'GET /files/*': 5, 'POST /users/:id': 5 });
    expect(metrics.instruments.requestDuration.get('GET', '/users/:id')).toMatchObject({ count: 2 });
    expect(inFlight(metrics)).toBe(0);
  });

  it('keep the number of routes and methods bounded, whatever is asked for', async () => {
    const metrics = metricsOf();
    const port = Number(new URL(await serve(metrics, (_request, response) => void response.end())).port);
    for (const method of ['PROPFIND', 'PURGE', 'M-SEARCH', 'GET']) {
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => send({ port, host: '127.0.0.1', method, path: `/${method}/${i}`, agent: false }, (response) => response.resume().on('end', resolve)).end());
      }
    }
    await until(() => inFlight(metrics) === 0);
    expect(counted(metrics)).toEqual({ 'OTHER unknown 200': 15, 'GET unknown 200': 5 });
  });

  it('count a client that has gone as 499, once', async () => {
    const metrics = metricsOf();
    const url = await serve(metrics, (_request, response) => void response.write('never whole'));
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('error', () => {});
    socket.once('data', () => socket.destroy());
    await until(() => Object.keys(counted(metrics)).length > 0);
    expect(counted(metrics)).toEqual({ 'GET unknown 499': 1 });
    expect(inFlight(metrics)).toBe(0);
  });

  it('leave HEAD without a body, and count bytes in any encoding once', async () => {
    const metrics = metricsOf({ routes: ['/hex', '/bytes'] });
    const url = await serve(metrics, (request, response) => void (request.url === '/hex' ? response.end('00ff00', 'hex') : response.end(new Uint8Array(7))));
    await fetch(`${url}/hex`, { method: 'HEAD' });
    await (await fetch(`${url}/hex`)).text();
    await (await fetch(`${url}/bytes`)).text();
    await until(() => inFlight(metrics) === 0);
    expect(sizes(metrics, 'responseSize')).toEqual({ 'HEAD /hex': 0, 'GET /hex': 3, 'GET /bytes': 7 });
  });

  it('count the bytes of HTTP/2 once', async () => {
    const metrics = metricsOf();
    const server = createHttp2Server((request, response) => {
      trackExchange(metrics, request, response);
      response.end('12345');
    });
    const port = await listen(server as unknown as Server);
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    closers.unshift(() => session.destroy());
    await new Promise((resolve) => session.request({ ':path': '/' }).resume().on('end', resolve).end());
    await until(() => inFlight(metrics) === 0);
    expect(sizes(metrics, 'responseSize')).toEqual({ 'GET unknown': 5 });
  });

  it('pass on this, arguments and result of a listener', () => {
    const response = fakeResponse();
    const owner = { listener: trackNode(metricsOf(), function (this: unknown, ...args: unknown[]): unknown[] { return [this, ...args]; }) };
    const request = { method: 'GET', url: '/', headers: {} };
    expect(owner.listener(request, response)).toEqual([owner, request, response]);
  });

  it('never throw into the application, and say what was wrong', () => {
    const said: string[] = [];
    const metrics = new HttpMetrics({ registry: new Registry({ onFault: (message) => said.push(message) }), limits: { series: 0, onLimit: 'throw' } });
    const response = fakeResponse();
    trackExchange(metrics, { method: 'GET', url: '/', headers: {} }, response, () => {
      throw new Error('no route');
    });
    response.end('x');
    response.emit('finish');
    expect(said).toHaveLength(1);
  });

  it('measure on the clock of the registry, from the beginning to the end', () => {
    const clock = new FakeClock();
    const metrics = new HttpMetrics({ registry: new Registry({ clock }) });
    const exchange = metrics.begin('GET');
    clock.advance(0.25);
    exchange.end({ path: '/', route: '/', statusCode: 200 });
    exchange.end({ path: '/', route: '/', statusCode: 500 });
    clock.advance(-100);
    metrics.begin('GET').end({ path: '/', route: '/', statusCode: NaN });
    expect(metrics.instruments.requestDuration.get('GET', '/')).toMatchObject({ count: 2, sum: 0.25 });
    expect(counted(metrics)).toEqual({ 'GET / 200': 1, 'GET / unknown': 1 });
  });

  it('tell only so many routes of a framework apart', () => {
    const metrics = metricsOf({ maxRoutes: 2 });
    for (let i = 0; i < 5; i++) for (let again = 0; again < 2; again++) metrics.begin('GET').end({ path: '/', route: `/${i}`, statusCode: 200 });
    expect(counted(metrics)).toEqual({ 'GET /0 200': 2, 'GET /1 200': 2, 'GET unknown 200': 6 });
  });

  it('refuse templates and bounds that are none', () => {
    expect(() => metricsOf({ routes: ['users/:id'] })).toThrow(/route "users\/:id" is no template; give a path that begins with "\/"/);
    expect(() => metricsOf({ routes: '/users' as unknown as string[] })).toThrow(/routes is "\/users"; give an array/);
    expect(() => metricsOf({ maxRoutes: 0 })).toThrow(/maxRoutes is 0; give a whole number of at least 1/);
  });
});

describe('the metrics of HTTP requests in fetch handlers', () => {
  it('count, and measure a body as it is read', async () => {
    const metrics = metricsOf({ routes: ['/users/:id'] });
    const handle = trackFetch(metrics, (request: Request, suffix: string) => new Response(`hello${suffix}`, { status: request.method === 'POST' ? 201 : 200, headers: { 'x-a': '1' } }));
    const response = await handle(new Request('http://localhost/users/7'), '!');
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([200, '1', 'hello!']);
    await (await handle(new Request('http://localhost/users/7', { method: 'POST', body: 'abc', headers: { 'content-length': '3' } }), '')).body?.cancel();
    expect(counted(metrics)).toEqual({ 'GET /users/:id 200': 1, 'POST /users/:id 201': 1 });
    expect(sizes(metrics, 'requestSize')).toEqual({ 'GET /users/:id': 0, 'POST /users/:id': 3 });
    expect(sizes(metrics, 'responseSize')).toEqual({ 'GET /users/:id': 6, 'POST /users/:id': 0 });
    expect(inFlight(metrics)).toBe(0);
  });

  it('give a response back as it is when its size is known, or it has no body', async () => {
    const metrics = metricsOf();
    const known = new Response('abc', { headers: { 'content-length': '3' } });
    const empty = new Response(null, { status: 204 });
    expect(await trackFetch(metrics, () => known)(new Request('http://localhost/'))).toBe(known);
    expect(await trackFetch(metrics, () => empty)(new Request('http://localhost/'))).toBe(empty);
    expect(sizes(metrics, 'responseSize')).toEqual({ 'GET unknown': 3 });
  });

  it('count a handler that throws as 500, and pass its error on', async () => {
    const metrics = metricsOf();
    const broken = new Error('broken');
    await expect(trackFetch(metrics, () => Promise.reject(broken))(new Request('http://localhost/'))).rejects.toBe(broken);
    expect(counted(metrics)).toEqual({ 'GET unknown 500': 1 });
    expect(inFlight(metrics)).toBe(0);
  });
});

/** A response that ends when it is told to. */
function fakeResponse(statusCode = 200): HttpResponseLike & EventEmitter {
  return Object.assign(new EventEmitter(), { statusCode, writableFinished: true, write: () => true, end: () => undefined });
}

describe('the middleware of frameworks', () => {
  it('takes the route of Express, with the names of parameters where a router is mounted', () => {
    const metrics = metricsOf();
    const ask = (more: Partial<ExpressRequestLike>): void => {
      const response = fakeResponse();
      let passed = 0;
      expressMiddleware(metrics)({ method: 'GET', url: '/', headers: {}, ...more }, response, () => (passed += 1));
      expect(passed).toBe(1);
      response.end();
      response.emit('finish');
    };
    ask({ originalUrl: '/users/42', route: { path: '/users/:id' }, params: { id: '42' } });
    ask({ originalUrl: '/api/42/posts', baseUrl: '/api/42', route: { path: '/posts' }, params: { tenant: '42' } });
    ask({ originalUrl: '/api', baseUrl: '/api', route: { path: '/' } });
    ask({ originalUrl: '/x', route: { path: /^\/x+$/ } });
    ask({ originalUrl: '/y', route: { path: ['/y', '/z'] } });
    ask({ originalUrl: '/nothing' });
    expect(counted(metrics)).toEqual({ 'GET /users/:id 200': 1, 'GET /api/:tenant/posts 200': 1, 'GET /api 200': 1, 'GET /^\\/x+$/ 200': 1, 'GET /y|/z 200': 1, 'GET unknown 200': 1 });
  });

  it('prefers declared templates to what a framework says', () => {
    const metrics = metricsOf({ routes: ['/api/:tenant/posts'] });
    const response = fakeResponse();
    expressMiddleware(metrics)({ method: 'GET', url: '/posts', originalUrl: '/api/42/posts', baseUrl: '/api/42', headers: {}, route: { path: '/posts' } }, response, () => {});
    response.emit('finish');
    expect(counted(metrics)).toEqual({ 'GET /api/:tenant/posts 200': 1 });
  });

  it('takes the route of Koa when the answer ends', async () => {
    const metrics = metricsOf();
    const response = fakeResponse(404);
    const context = { req: { method: 'DELETE', url: '/users/1', headers: {} }, res: response, _matchedRoute: undefined as unknown };
    const result = koaMiddleware(metrics)(context, () => {
      context._matchedRoute = '/users/:id';
      return Promise.resolve('done');
    });
    expect(await result).toBe('done');
    response.emit('close');
    expect(counted(metrics)).toEqual({ 'DELETE /users/:id 404': 1 });
  });

  it('adds a hook to the whole of Fastify', () => {
    const metrics = metricsOf();
    const plugin = fastifyPlugin(metrics);
    expect(Object.getOwnPropertySymbols(plugin)).toContain(Symbol.for('skip-override'));
    let hook: ((request: FastifyRequestLike, reply: { raw: HttpResponseLike }, done: () => void) => void) | undefined;
    let done = 0;
    plugin({ addHook: (_name, added) => (hook = added) }, {}, () => (done += 1));
    for (const [url, is404] of [['/users/:id', false], [undefined, true]] as const) {
      const response = fakeResponse();
      hook!({ raw: { method: 'GET', url: '/users/3', headers: {} }, is404, routeOptions: { url } }, { raw: response }, () => (done += 1));
      response.emit('finish');
    }
    expect(done).toBe(3);
    expect(counted(metrics)).toEqual({ 'GET /users/:id 200': 1, 'GET unknown 200': 1 });
  });

  it('takes the route of Hono once it has answered', async () => {
    const metrics = metricsOf();
    for (const routePath of ['/users/:id', '/*']) {
      const req = { raw: new Request('http://localhost/users/1'), path: '/users/1', routePath };
      const context = { req, res: new Response('abcd') };
      await honoMiddleware(metrics)(context, () => Promise.resolve());
      expect(await context.res.text()).toBe('abcd');
    }
    expect(counted(metrics)).toEqual({ 'GET /users/:id 200': 1, 'GET unknown 200': 1 });
    expect(sizes(metrics, 'responseSize')).toEqual({ 'GET /users/:id': 4, 'GET unknown': 4 });
  });
});
