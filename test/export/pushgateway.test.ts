import { describe, expect, test } from 'vitest';
import type { Fetch } from '../../src/export/http-transport.js';
import { Pushgateway, type PushgatewayOptions } from '../../src/export/pushgateway.js';
import { Registry, TallystickError } from '../../src/index.js';
import { FakeSchedule, figures, quietRegistry } from './fakes.js';

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A transport that remembers what it was given, and answers with these statuses in turn, then 200. */
function transport(...statuses: number[]): { readonly fetch: Fetch; readonly requests: Sent[] } {
  const requests: Sent[] = [];
  const fetch: Fetch = async (url, { method, headers, body }) => {
    requests.push({ method, url, headers, body: Buffer.from(body ?? []).toString('utf8') });
    return new Response('why not', { status: statuses.shift() ?? 200 });
  };
  return { fetch, requests };
}

function filled(): Registry {
  const { registry } = quietRegistry();
  registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc(3);
  return registry;
}

const url = 'http://127.0.0.1:9091';

describe('Pushgateway', () => {
  test('Pushes, adds and deletes by the methods of the gateway, with the content type of the format.', async () => {
    const { fetch, requests } = transport();
    const gateway = new Pushgateway({ url: `${url}/`, job: 'nightly', grouping: { instance: 'a b', shard: 7 }, registry: filled(), fetch, auth: { bearerToken: 'x' }, headers: { 'X-A': 'b' } });
    await gateway.push();
    await gateway.add();
    await gateway.delete();
    expect(requests.map(({ method }) => method)).toEqual(['PUT', 'POST', 'DELETE']);
    expect(new Set(requests.map((one) => one.url))).toEqual(new Set([`${url}/metrics/job/nightly/instance/a%20b/shard/7`]));
    expect(requests[0]!.headers).toEqual({ 'x-a': 'b', authorization: 'Bearer x', 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    expect(requests[1]!.body).toContain('jobs_total 3\n');
    expect(requests[2]).toMatchObject({ body: '', headers: { 'x-a': 'b', authorization: 'Bearer x' } });
    expect(requests[2]!.headers).not.toHaveProperty('content-type');
  });

  test.each([
    ['a/b', '@base64/YS9i'],
    ['', '@base64/='],
    ['.', '@base64/Lg'],
    ['..', '@base64/Li4'],
    ['ü 🎉', '/%C3%BC%20%F0%9F%8E%89'],
    ['a?b#c%2F', '/a%3Fb%23c%252F'],
    ['\ud800', '/%EF%BF%BD'],
  ])('The grouping value %j goes into the path as %s.', async (value, segment) => {
    const { fetch, requests } = transport();
    await new Pushgateway({ url, job: 'j', grouping: { instance: value }, registry: filled(), fetch }).push();
    const written = segment.startsWith('@') ? `instance${segment}` : `instance${segment}`;
    expect(requests[0]!.url).toBe(`${url}/metrics/job/j/${written}`);
    // The platform must not read it in another way.
    expect(new URL(requests[0]!.url).href).toBe(requests[0]!.url);
  });

  test('A path before /metrics, a query behind it and a job with a slash are kept.', async () => {
    const { fetch, requests } = transport();
    await new Pushgateway({ url: 'https://host/push/?tenant=a', job: 'a/b', registry: filled(), fetch }).push();
    expect(requests[0]!.url).toBe('https://host/push/metrics/job@base64/YS9i?tenant=a');
  });

  test('Timestamps and names beyond the legacy ones, which a gateway refuses, are not written.', async () => {
    const registry = new Registry({ nameValidation: 'utf8' });
    registry.register({ name: 'c', collect: () => [{ name: 'température.x', help: 'T.', type: 'gauge', series: [{ labels: { 'a.b': 'c' }, value: 1, timestamp: 1_700_000_000 }] }] });
    const { fetch, requests } = transport();
    await new Pushgateway({ url, job: 'j', registry, fetch }).push();
    expect(requests[0]!.body).toContain('temp_rature_x{a_b="c"} 1\n');
  });

  test('A push that fails says what the gateway said, and keeps passwords to itself.', async () => {
    const { fetch } = transport(400);
    const gateway = new Pushgateway({ url, job: 'j', registry: filled(), fetch, auth: { username: 'u', password: 'secret' } });
    const error: unknown = await gateway.push().catch((one: unknown) => one);
    expect(error).toBeInstanceOf(TallystickError);
    expect(error).toMatchObject({ code: 'PUSH_FAILED', message: expect.stringContaining('PUT to http://127.0.0.1:9091/metrics/job/j failed: it answered 400: "why not"') as string });
    expect(String(error)).not.toContain('secret');
  });

  test('A gateway that is not there, or does not answer in time, even through a transport that ignores signals, is an error.', async () => {
    const options: PushgatewayOptions = { url: 'http://127.0.0.1:1', job: 'j', registry: filled(), timeoutSeconds: 0.2 };
    await expect(new Pushgateway({ ...options, timeoutSeconds: 5 }).push()).rejects.toThrow(/PUT to http:\/\/127\.0\.0\.1:1\/metrics\/job\/j failed: .*(bad port|ECONNREFUSED)/);
    await expect(new Pushgateway({ ...options, fetch: () => new Promise(() => {}) }).delete()).rejects.toThrow('DELETE to http://127.0.0.1:1/metrics/job/j failed: it did not answer within 0.2 s');
  });

  test('A loop pushes the latest state only, and waits for a gateway that is overloaded.', async () => {
    const time = new FakeSchedule();
    const registry = filled();
    const { fetch, requests } = transport(503, 429, 500, 502);
    const loop = new Pushgateway({ url, job: 'j', registry, fetch, clock: time.clock, schedule: time.schedule }).start();
    for (let push = 0; push < 5; push++) {
      registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
      await loop.flush();
    }
    expect(requests).toHaveLength(5);
    expect(requests.at(-1)!.body).toContain('jobs_total 8\n');
    expect(requests.at(-1)!.method).toBe('PUT');
    expect(figures(registry)).toMatchObject({ 'failures_total{exporter="pushgateway",reason="status_503"}': 1 });
    await loop.shutdown();
    expect(requests).toHaveLength(6);
  });

  test.each([
    [{ job: '' }, 'pushgateway: job is ""'],
    [{ job: undefined as never }, 'pushgateway: job is undefined'],
    [{ url: 'nowhere' }, 'pushgateway: url is "nowhere"'],
    [{ grouping: { job: 'x' } }, 'pushgateway: grouping has the label "job"'],
    [{ grouping: { 'a b': 'x' } }, 'pushgateway: grouping has the label "a b"'],
    [{ grouping: { __x: 'x' } }, 'pushgateway: grouping has the label "__x"'],
    [{ grouping: { a: {} as never } }, 'pushgateway: grouping label "a" is {}'],
    [{ grouping: null as never }, 'pushgateway: grouping is null'],
    [{ format: 'json' as never }, 'pushgateway: format is "json"; a Pushgateway takes "text-0.0.4" and "protobuf"'],
    [{ timeoutSeconds: 0 }, 'pushgateway: timeoutSeconds is 0'],
    [{ retries: 5 } as never, 'pushgateway: unknown option "retries"'],
  ])('Bad options are refused when it is made: %j.', (options: Partial<PushgatewayOptions>, text: string) => {
    expect(() => new Pushgateway({ url, job: 'j', ...options })).toThrow(TallystickError);
    expect(() => new Pushgateway({ url, job: 'j', ...options })).toThrow(text);
  });
});
