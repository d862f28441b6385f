import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExposition, shownSource } from '../../src/cli/exposition-source.js';
import { lint } from '../../src/cli/lint.js';
import type { Console } from '../../src/cli/console.js';

describe('The source of an exposition', () => {
  let server: Server;
  let port: number;
  let asked: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer(({ url, headers }, response) => {
      asked.push(headers.authorization);
      response.end(url === '/empty' ? '' : '# HELP shop_orders_total Orders.\n# TYPE shop_orders_total counter\nshop_orders_total 1\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('A name and a password in a URL are sent as a header, and shown nowhere.', async () => {
    asked = [];
    const url = `http://us%20er:p%40ss%zz@127.0.0.1:${port}/metrics?token=secret`;
    expect(Buffer.from((await readExposition(url, 5000, '*/*')).bytes).toString()).toContain('shop_orders_total 1');
    expect(asked).toEqual([`Basic ${Buffer.from('us er:p%40ss%zz').toString('base64')}`]);
    expect(shownSource(url)).toBe(`http://127.0.0.1:${port}/metrics`);
    const failed = await readExposition('http://user:hidden@127.0.0.1:1/metrics', 5000, '*/*').catch((error: unknown) => String(error));
    expect(failed).toContain('http://127.0.0.1:1/metrics cannot be read');
    expect(failed).not.toMatch(/user|hidden/);
  });

  test('One without them is asked without a header.', async () => {
    asked = [];
    await readExposition(`http://127.0.0.1:${port}/metrics`, 5000, '*/*');
    expect(asked).toEqual([undefined]);
  });

  test('An empty exposition is no service without faults.', async () => {
    const said: string[] = [];
    const console: Console = { out: (text) => void said.push(text), error: (text) => void said.push(text), columns: undefined, outColumns: undefined };
    expect(await lint([`http://127.0.0.1:${port}/empty`], console)).toBe(2);
    expect(said).toEqual([`tallystick lint: http://127.0.0.1:${port}/empty has no metrics in text-0.0.4; check that it is what was to be linted\n`]);
    said.length = 0;
    expect(await lint([`http://127.0.0.1:${port}/metrics`], console)).toBe(0);
  });
});
