import { describe, expect, test } from 'vitest';
import { checkUrl, requestHeaders } from '../../src/export/authorization.js';
import { type Fetch, explained, outcomeOf, request, retryAfter } from '../../src/export/http-transport.js';

const now = 1_700_000_000;

describe('authorization', () => {
  test('A name and a password, or a token, become a header; other headers stand beside, in lower case.', () => {
    expect(requestHeaders('push', { 'X-Scope-OrgID': 'a' }, { username: 'ünï', password: 'p:ß' })).toEqual({ 'x-scope-orgid': 'a', authorization: `Basic ${Buffer.from('ünï:p:ß').toString('base64')}` });
    expect(requestHeaders('push', {}, { bearerToken: 'abc.def~1' })).toEqual({ authorization: 'Bearer abc.def~1' });
    expect(requestHeaders('push')).toEqual({});
    expect(Object.getPrototypeOf(requestHeaders('push', JSON.parse('{"__proto__": "x"}') as Record<string, string>))).toBe(Object.prototype);
  });

  test.each([
    [{ username: 'a:b', password: 'x' }],
    [{ username: 'a' }],
    [{ bearerToken: 'a b' }],
    [{ bearerToken: 'a\r\nx: y' }],
    [{ bearerToken: '' }],
    [{ bearerToken: 'x', username: 'a', password: 'b' }],
    [{}],
    ['secret'],
    [null],
  ])('What is no authorization is refused, and not shown: %j.', (auth) => {
    expect(() => requestHeaders('push', {}, auth as never)).toThrow(/^push: auth is not to be used; give/);
  });

  test.each([[{ 'a b': 'x' }], [{ a: 'x\r\ny: z' }], [{ a: 5 }], [{ a: '€' }], [{ a: '\u007f' }], [{ '': 'x' }], [null], ['x']])('Headers that cannot be sent are refused: %j.', (headers) => {
    expect(() => requestHeaders('push', headers as never)).toThrow(/^push: header/);
  });

  test('What HTTP can send of other letters is sent.', () => {
    const headers = requestHeaders('push', { 'x-team': 'Zürich\t1' });
    expect(new Headers(headers).get('x-team')).toBe('Zürich\t1');
  });

  test('An address must be one of HTTP, and hold no password.', () => {
    expect(checkUrl('push', 'http://127.0.0.1:9091/x').pathname).toBe('/x');
    for (const url of ['ftp://a', 'a:9091', '', undefined, 5, {}]) expect(() => checkUrl('push', url)).toThrow('give an address that begins with http:// or https://');
    expect(() => checkUrl('push', 'http://me:secret@a')).toThrow('push: url holds a name or a password; give them as auth: { username, password }');
    // One that cannot be read shows no password either.
    for (const url of ['http://me:secret@a:99999', 'htp://me:secret@a', 'http://me:sec ret/@[']) expect(() => checkUrl('push', url)).toThrow(/^push: url is "\w+:\/\/…@.*"; give an address/);
  });
});

describe('the HTTP transport', () => {
  test.each([
    [200, undefined, { kind: 'sent' }],
    [204, undefined, { kind: 'sent' }],
    [429, undefined, { kind: 'retry', reason: 'status_429' }],
    [503, '7', { kind: 'retry', reason: 'status_503', afterSeconds: 7 }],
    [503, new Date((now + 90) * 1000).toUTCString(), { kind: 'retry', reason: 'status_503', afterSeconds: 90 }],
    [503, 'soon', { kind: 'retry', reason: 'status_503' }],
    [400, '7', { kind: 'drop', reason: 'status_400' }],
    [304, undefined, { kind: 'drop', reason: 'status_304' }],
  ])('Status %d with Retry-After %s comes to %j.', (status, header, outcome) => {
    const headers = new Headers(header === undefined ? {} : { 'retry-after': header });
    expect(outcomeOf({ status, headers, body: new Uint8Array() }, (one) => one === 429 || one >= 500, now)).toEqual(outcome);
  });

  test('A pause is whole seconds or a date; nothing else is one, and none is negative.', () => {
    expect(['0', '120', new Date((now - 10) * 1000).toUTCString()].map((header) => retryAfter(header, now))).toEqual([0, 120, 0]);
    expect([null, '', '-1', '1.5e', 'x'.repeat(100), '9'.repeat(30)].map((header) => retryAfter(header, now))).toEqual(Array.from({ length: 6 }, () => undefined));
  });

  test('Of a long answer only the beginning is read.', async () => {
    let given = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        given += 1;
        controller.enqueue(new Uint8Array(10_000).fill(65));
      },
      cancel: () => void (cancelled = true),
    });
    const fetch: Fetch = async (_url, { redirect }) => {
      expect(redirect).toBe('error');
      return new Response(endless);
    };
    const { body } = await request(fetch, 'POST', 'http://a', {}, new Uint8Array(1), new AbortController().signal);
    expect(body.length).toBeLessThan(80_000);
    expect(cancelled).toBe(true);
    expect(given).toBeLessThan(10);
  });

  test('The rest of an answer that does not come is not waited for; its status holds.', async () => {
    const silent = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array([65])) });
    const { status, body } = await request(async () => new Response(silent), 'POST', 'http://a', {}, undefined, new AbortController().signal);
    expect([status, [...body]]).toEqual([200, [65]]);
  });

  test('An answer that is cut off says what it said if it refuses; one that agrees has not been heard to the end.', async () => {
    const answer = (status: number): Promise<unknown> => {
      const cut = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new TypeError('terminated')) });
      return request(async () => new Response(cut, { status }), 'POST', 'http://a', {}, undefined, new AbortController().signal);
    };
    await expect(answer(429)).resolves.toMatchObject({ status: 429 });
    await expect(answer(400)).resolves.toMatchObject({ status: 400 });
    await expect(answer(200)).rejects.toThrow('terminated');
  });

  test('What an answer says is shown as one line, without what a terminal would obey.', () => {
    const answer = { status: 400, headers: new Headers(), body: new TextEncoder().encode(`\u001b[31mno\r\nway\u202e\u2028${'x'.repeat(9999)}`) };
    const outcome = outcomeOf(answer, () => false, now);
    expect(outcome).toMatchObject({ kind: 'drop', reason: 'status_400', said: expect.stringMatching(/^\[31mno way x{400}/) as string });
    expect(explained(outcome as never).length).toBeLessThan(600);
    expect(explained({ reason: undefined })).toBe('it does not say why');
  });

  test('An answer without a body is one of no bytes.', async () => {
    const { status, body } = await request(async () => new Response(null, { status: 204 }), 'DELETE', 'http://a', {}, undefined, new AbortController().signal);
    expect([status, body.length]).toEqual([204, 0]);
  });
});
