import { describe, expect, it } from 'vitest';
import { createFetchHandler } from '../../src/expose/fetch-handler.js';
import { Registry, toText } from '../../src/index.js';

const url = 'http://localhost/metrics';

function sample(): Registry {
  const registry = new Registry();
  registry.gauge({ name: 'temperature_celsius', help: 'Außen.' }).set(21.5);
  return registry;
}

describe('createFetchHandler', () => {
  it('answers GET with the exposition, its content type and its length in bytes.', async () => {
    const registry = sample();
    const response = await createFetchHandler(registry)(new Request(url));
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(new TextDecoder().decode(bytes)).toBe(toText(registry));
  });

  it('answers HEAD with the same headers and no body.', async () => {
    const handle = createFetchHandler(sample());
    const got = await handle(new Request(url));
    const head = await handle(new Request(url, { method: 'HEAD' }));
    expect(head.status).toBe(200);
    expect(head.body).toBeNull();
    expect([...head.headers]).toEqual([...got.headers]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s with 405 and tells what is allowed.', async (method) => {
    const response = await createFetchHandler(sample())(new Request(url, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.text()).toBe('Only GET and HEAD are answered here.\n');
  });

  it('answers every path and query alike.', async () => {
    const registry = sample();
    const handle = createFetchHandler(registry);
    for (const path of ['/', '/metrics?a=b', '/deep/er']) expect(await (await handle(new Request(`http://localhost${path}`))).text()).toBe(toText(registry));
  });

  it('shows several registries as one, and refuses those that have the same metric.', async () => {
    const other = new Registry();
    other.counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
    const text = await (await createFetchHandler([sample(), other])(new Request(url))).text();
    expect(text).toContain('\ntemperature_celsius 21.5\n');
    expect(text).toContain('\njobs_total 1\n');
    expect(() => createFetchHandler([sample(), sample()])).toThrow(expect.objectContaining({ code: 'DUPLICATE_NAME' }));
  });

  it('gives each caller bytes of its own.', async () => {
    const handle = createFetchHandler(sample());
    const [one, two] = await Promise.all([handle(new Request(url)), handle(new Request(url))]);
    new Uint8Array(await one!.arrayBuffer()).fill(0);
    expect(await two!.text()).toContain('temperature_celsius 21.5');
  });

  it.each([undefined, null, 'registry', {}])('refuses %j as a registry.', (registry) => {
    expect(() => createFetchHandler(registry as unknown as Registry)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  it('refuses a bad timeoutSeconds when the handler is made, not at each scrape.', () => {
    expect(() => createFetchHandler(new Registry(), { timeoutSeconds: -1 })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});
