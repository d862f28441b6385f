import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { runWell } from './support/processes.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'test/integration/frameworks');

/** The frameworks are no dependencies of the package: they are installed where only this test finds them. */
beforeAll(async () => {
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) await runWell('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
});

describe('the middleware in a framework', () => {
  it.each(['express', 'express4', 'fastify', 'koa', 'hono'])('counts by the route templates of %s', async (framework) => {
    expect(JSON.parse(await runWell(process.execPath, ['service.js', framework], { cwd: folder }))).toEqual({
      bodies: ['1', '22', '42'],
      requests: {
        'GET /users/:id 200': 2,
        'GET /tenants/:tenant/items/:item 200': 1,
        'GET unknown 404': 1,
        'GET /broken 500': 1,
        'HEAD /users/:id 200': 1,
      },
      durations: { 'GET /users/:id': 2, 'GET /tenants/:tenant/items/:item': 1, 'GET unknown': 1, 'GET /broken': 1, 'HEAD /users/:id': 1 },
      size: 3,
      inFlight: { GET: 0, HEAD: 0 },
    });
  });

  it('has the types that each framework wants', async () => {
    const place = join(folder, 'node_modules/.types');
    await mkdir(place, { recursive: true });
    const lines = [
      "import { createServer } from 'node:http';",
      "import { createServer as createHttp2Server } from 'node:http2';",
      "import express from 'express';",
      "import fastify from 'fastify';",
      "import { Hono } from 'hono';",
      "import Koa from 'koa';",
      "import { HttpMetrics, expressMiddleware, fastifyPlugin, honoMiddleware, koaMiddleware, trackFetch, trackNode } from 'tallystick/packs/http';",
      "import { createHealthHandler, defaultCircuitBreakerMetrics, toNodeHandler } from 'tallystick/packs/circuit-breaker';",
      'const http = new HttpMetrics();',
      'express().use(expressMiddleware(http));',
      "express().get('/health', toNodeHandler(createHealthHandler(defaultCircuitBreakerMetrics())));",
      'void fastify().register(fastifyPlugin(http));',
      'const hono = new Hono().use(honoMiddleware(http));',
      'new Koa().use(koaMiddleware(http));',
      'createServer(trackNode(http, (request, response) => response.end(request.url)));',
      'createHttp2Server(trackNode(http, (request, response) => response.end(request.url)));',
      'export const handle: (request: Request) => Promise<Response> = trackFetch(http, (request: Request) => hono.fetch(request));',
    ];
    await writeFile(join(place, 'program.ts'), `${lines.join('\n')}\n`);
    const paths = { 'tallystick/packs/*': [join(root, 'dist/packs/*.d.ts')] };
    const compilerOptions = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true, noEmit: true, module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', types: ['node'], typeRoots: [join(root, 'node_modules/@types')], paths };
    await writeFile(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    expect(await runWell(join(root, 'node_modules/.bin/tsc'), ['--pretty', 'false', '-p', place])).toBe('');
  });
});
