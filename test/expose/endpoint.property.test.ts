import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asked, Endpoint } from '../../src/expose/endpoint.js';
import { nodePlatform } from '../../src/expose/node-platform.js';
import { webPlatform } from '../../src/expose/web-platform.js';
import { Registry, toText } from '../../src/index.js';

const registry = new Registry();
registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc(3);
registry.gauge({ name: 'depth', help: 'Depth.', labelNames: ['queue'] }).set({ queue: 'a' }, 1);

/** Headers as a fuzzer and as a clumsy program would write them. */
const part = fc.constantFrom('text/plain', 'application/json', '*/*', ';', ',', '=', 'q', '0', '0.5', '1', 'version', '0.0.4', 'escaping', 'values', 'gzip', '*', 'Basic ', 'Bearer ', 'x', ' ', '"', '\\', '\r\nSet-Cookie: a=b', '\0', 'é', '__proto__');
const header = fc.option(fc.oneof(fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')), fc.string({ unit: 'binary', maxLength: 50 })), { nil: undefined });
const url = fc.array(fc.constantFrom('/metrics', '?', '&', 'name[]=', 'name%5B%5D=', 'jobs_total', 'jobs', '%', '%0a', '#', 'ü', '='), { maxLength: 8 }).map((parts) => parts.join(''));
const asking = fc.record({ method: fc.constantFrom('GET', 'HEAD', 'POST', undefined), url, headers: fc.record({ accept: header, 'accept-encoding': header, authorization: header, 'x-prometheus-scrape-timeout-seconds': header }) });

async function bytesOf(body: Awaited<ReturnType<Endpoint['answer']>>['body']): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('An endpoint', () => {
  it('answers any request with one of few answers, of which nothing is the client’s, and goes on.', async () => {
    const platforms = [nodePlatform, webPlatform].map((platform) => ({ ...platform, encoders: { gzip: platform.encoders['gzip']! } }));
    const endpoints = [undefined, { bearerToken: 'x' }].flatMap((auth) =>
      [0, Infinity].flatMap((streamFromBytes) => platforms.map((platform) => new Endpoint(registry, { streamFromBytes, maxConcurrentScrapes: 1, compression: { minBytes: 0, maxCpuShare: 1 }, ...(auth === undefined ? {} : { auth }) }, platform))));
    const plain = { method: 'GET', url: '/', header: (name: string) => (name === 'authorization' ? 'Bearer x' : undefined) } satisfies Asked;
    await fc.assert(
      fc.asyncProperty(asking, fc.constantFrom(...endpoints), async ({ method, url, headers }, endpoint) => {
        const answer = await endpoint.answer({ method, url, header: (name) => headers[name as keyof typeof headers] });
        const bytes = await bytesOf(answer.body);
        expect([200, 401, 405]).toContain(answer.status);
        for (const [name, value] of Object.entries(answer.headers)) {
          expect(name).toMatch(/^(content-(type|length|encoding)|vary|allow|www-authenticate)$/);
          expect(value).toMatch(/^(\d+|gzip|Accept, Accept-Encoding|GET, HEAD|Bearer realm="metrics"|application\/json|text\/plain; (version=0\.0\.4; )?charset=utf-8(; escaping=(values|underscores))?)$/);
        }
        if (answer.headers['content-length'] !== undefined) expect(answer.headers['content-length']).toBe(String(bytes.length));
        if (answer.headers['content-encoding'] === 'gzip') expect(gunzipSync(bytes).toString()).not.toContain('Set-Cookie');
        // Whatever was asked, its place is free again.
        expect((await bytesOf((await endpoint.answer(plain)).body)).toString()).toBe(toText(registry));
      }),
      { numRuns: 500 },
    );
  });
});
