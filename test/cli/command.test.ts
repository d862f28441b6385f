import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/cli/report.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Built apart from `dist`: other builds do not come in between.
const folder = mkdtempSync(join(tmpdir(), 'tallystick-cli-'));
const program = join(folder, 'dist/cli/main.js');

interface Ended {
  readonly status: number | string;
  readonly out: string;
  readonly error: string;
}

function execute(command: string, args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...args], { cwd: root, timeout: 25_000, maxBuffer: 2 ** 24 }, (error, out, stderr) => resolve({ status: error === null ? 0 : (error.code ?? 'killed'), out, error: stderr }));
    child.stdin?.end(input);
  });
}

const tallystick = (...args: string[]): Promise<Ended> => execute(program, args);

beforeAll(async () => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "version": "1.2.3" }');
  await execute(join(root, 'node_modules/typescript/bin/tsc'), ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Serves one answer while `run` runs. */
async function serving<T>(answer: (request: IncomingMessage, response: ServerResponse) => void, run: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe('The linter as a command', () => {
  const bad = '# TYPE shop_orders counter\n# HELP shop_orders Orders.\nshop_orders 1\n';

  test('A file without findings ends with status 0, one with some with status 1 and a line for each.', async () => {
    const file = join(folder, 'good.prom');
    writeFileSync(file, '# TYPE shop_orders_total counter\n# HELP shop_orders_total Orders.\nshop_orders_total 1\n');
    expect(await tallystick('lint', file)).toEqual({ status: 0, out: `No findings in 1 metric of ${file}.\n`, error: '' });
    writeFileSync(file, bad);
    expect(await tallystick('lint', file)).toEqual({
      status: 1,
      out: `warning  counter-total  counter "shop_orders": the name of a counter ends in "_total"; call it "shop_orders_total"\n\n1 warning in 1 metric of ${file}.\n`,
      error: '',
    });
    expect(await tallystick('lint', file, '--ignore', 'counter-total')).toMatchObject({ status: 0 });
    expect(await tallystick('lint', file, '--min-severity=error')).toMatchObject({ status: 0 });
  });

  test('The standard input is read, and told as JSON.', async () => {
    const { status, out, error } = await execute(program, ['lint', '-', '--json'], bad);
    expect({ status, error }).toEqual({ status: 1, error: '' });
    expect(JSON.parse(out)).toEqual({
      command: 'lint', source: 'the standard input', format: 'text-0.0.4', metrics: 1,
      findings: [{ code: 'counter-total', severity: 'warning', metric: 'shop_orders', message: 'counter "shop_orders": the name of a counter ends in "_total"; call it "shop_orders_total"', source: 'Prometheus, "Metric and label naming"', mend: 'call it "shop_orders_total"' }],
    });
  });

  test('What breaks the format is a finding with its line and column, and ends with status 2.', async () => {
    const { status, out } = await execute(program, ['lint', '-', '--json'], `${bad}shop_lines{kind="a} 1\n`);
    expect(status).toBe(2);
    expect((JSON.parse(out) as { findings: unknown[] }).findings).toMatchObject([{ code: 'syntax', severity: 'error', line: 4, column: 22 }, { code: 'counter-total' }]);
  });

  test('A service is asked for what it has, and its answer is read as what it says it is.', async () => {
    const asked: (string | undefined)[] = [];
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      asked.push(request.headers.accept);
      const open = request.headers.accept?.startsWith('application/openmetrics-text') === true;
      response.setHeader('content-type', open ? 'application/openmetrics-text; version=1.0.0; charset=utf-8' : 'text/plain; version=0.0.4');
      response.end(open ? '# TYPE shop_wait_milliseconds gauge\n# UNIT shop_wait_milliseconds milliseconds\n# HELP shop_wait_milliseconds Waits.\nshop_wait_milliseconds 1\n# EOF\n' : bad);
    };
    await serving(answer, async (url) => {
      const open = await tallystick('lint', `${url}/metrics?key=secret`, '--json');
      expect(open).toMatchObject({ status: 1, error: '' });
      expect(JSON.parse(open.out)).toMatchObject({ source: `${url}/metrics`, format: 'openmetrics-1.0.0', findings: [{ code: 'base-unit' }, { code: 'unit-not-base' }] });
      expect(open.out).not.toContain('secret');
      expect(await tallystick('lint', url, '--format', 'text-0.0.4')).toMatchObject({ status: 1, out: expect.stringContaining('counter-total') as string });
    });
    expect(asked[1]).toBe('text/plain; version=0.0.4');
  });

  test('What cannot be read ends with status 2.', async () => {
    expect(await tallystick('lint', 'nowhere.txt')).toEqual({ status: 2, out: '', error: "tallystick lint: nowhere.txt cannot be read: ENOENT: no such file or directory, open 'nowhere.txt'\n" });
    await serving((_, response) => response.writeHead(503).end(), async (url) => {
      expect(await tallystick('lint', url)).toEqual({ status: 2, out: '', error: `tallystick lint: ${url}/ answered with status 503\n` });
    });
    expect(await tallystick('lint')).toMatchObject({ status: 2, error: 'tallystick lint: nothing is given to lint; give the path of a file, a URL, or - for the standard input\n' });
    expect(await tallystick('lint', '--help')).toMatchObject({ status: 0, out: expect.stringMatching(/^Usage: tallystick lint/) as string });
  });
});

describe('The command line', () => {
  test('A small run measures each step, as JSON, in less than ten seconds.', async () => {
    const start = performance.now();
    const page = join(folder, 'report.html');
    const { status, out, error } = await tallystick('cardinality', '--max', '3000', '--seconds', '9', '--json', '-', '--html', page, '--memory', '1GB', '--delay', '1min');
    expect({ status, error }).toEqual({ status: 0, error: '' });
    expect(performance.now() - start).toBeLessThan(10_000);
    const report = JSON.parse(out) as Report;
    expect(report).toMatchObject({ command: 'cardinality', ending: 'complete', subject: 'one counter with 3 labels' });
    expect(report.steps.map((step) => step.series)).toEqual([1000, 3000]);
    for (const { record, create, exposition, delay } of report.steps) {
      for (const { p50, p999, longest } of [record, create]) {
        expect(p50).toBeGreaterThan(0);
        expect(longest).toBeGreaterThanOrEqual(p999);
      }
      expect(exposition.milliseconds).toBeGreaterThan(0);
      expect(delay.samples).toBeGreaterThan(0);
      expect(delay.max).toBeGreaterThanOrEqual(delay.p999);
    }
    expect(report.steps[1]!.exposition.bytes / report.steps[0]!.exposition.bytes).toBeCloseTo(3, 0);
    expect(report.fits.map((fit) => fit.reached)).toEqual(['above', 'above']);
    expect(readFileSync(page, 'utf8')).toContain('<svg ');
  });

  test('It takes the shape of what a service exposes, and its answer may be hostile.', async () => {
    const body = '# TYPE hits_total counter\n# HELP hits_total <script>alert(1)</script>\nhits_total{route="/a",code="200"} 1\nhits_total{route="/b",code="200"} 2\nup 1\n{"<b>","<i>"="<u>"} 1\n';
    const server = createServer((request, response) => (request.url === '/metrics?key=secret' ? response.end(body) : response.writeHead(503).end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const page = join(folder, 'replay.html');
    const json = join(folder, 'replay.json');
    try {
      const [ended, refused] = await Promise.all([
        tallystick('cardinality', '--from', `${url}/metrics?key=secret`, '--max', '31', '--seconds', '8', '--json', json, '--html', page),
        tallystick('cardinality', '--from', url),
      ]);
      expect(ended).toMatchObject({ status: 0, error: '' });
      expect(ended.out).toContain(`Grown: 3 metrics as in ${url}/metrics.`);
      expect(refused).toEqual({ status: 1, out: '', error: `tallystick cardinality: ${url}/ answered with status 503\n` });
    } finally {
      server.close();
      server.closeAllConnections();
    }
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(report.steps.map((step) => step.series)).toEqual([4, 10, 31]);
    expect(report.families).toContainEqual({ name: 'hits_total', kind: 'counter', series: 2, labels: [['route', 2], ['code', 1]], buckets: 0 });
    expect(readFileSync(page, 'utf8') + JSON.stringify(report)).not.toMatch(/secret|<script>|<b>.*<\/b>/);
    expect(readFileSync(page, 'utf8')).not.toContain('<u>');
  });

  test('When the time is up it tells what it reached.', async () => {
    const { status, out } = await tallystick('cardinality', '--max', '1e8', '--seconds', '1', '--json', '-');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ending: 'time', command: 'cardinality' });
  });

  test.each([
    [[], 2, 'tallystick: no command is given\n\nUsage:'],
    [['nonsense'], 2, 'tallystick: "nonsense" is no command\n\nUsage:'],
    [['constructor'], 2, 'tallystick: "constructor" is no command\n\nUsage:'],
    [['cardinality', '--kind', 'meter'], 2, 'tallystick cardinality: --kind is "meter"; give one of counter, gauge, histogram, summary\n'],
    [['cardinality', '--from', 'package.json'], 1, 'tallystick cardinality: the exposition has no sample that could be read; is it in the text format?\n'],
    [['cardinality', '--from', 'nowhere.txt'], 1, "tallystick cardinality: nowhere.txt cannot be read: ENOENT: no such file or directory, open 'nowhere.txt'\n"],
    [['cardinality', '--from', '/'], 1, 'tallystick cardinality: / cannot be read: EISDIR: illegal operation on a directory, read\n'],
  ] as const)('%j ends with status %i.', async (args, status, message) => {
    const ended = await tallystick(...args);
    expect(ended).toMatchObject({ status, out: '' });
    expect(ended.error.slice(0, message.length)).toBe(message);
  });

  test('An exposition of more series than the most asked for is refused.', async () => {
    const file = join(folder, 'metrics.txt');
    writeFileSync(file, 'x{a="1"} 1\nx{a="2"} 1\nx{a="3"} 1\n');
    expect(await tallystick('cardinality', '--from', file, '--max', '2')).toEqual({ status: 2, out: '', error: 'tallystick cardinality: --max is 2, and the exposition has 3 series to begin with; give at least that\n' });
  });

  test.each(['--version', '-v'])('%s says which version it is.', async (flag) => {
    expect(await tallystick(flag)).toEqual({ status: 0, out: '1.2.3\n', error: '' });
  });

  test.each([[['--help'], 'Usage: tallystick <command>'], [['cardinality', '--help'], 'Usage: tallystick cardinality [flags]'], [['cardinality', '--max', '5', '-h'], 'Usage: tallystick cardinality [flags]']] as const)('%j shows how it is used.', async (args, begin) => {
    const { status, out, error } = await tallystick(...args);
    expect({ status, error }).toEqual({ status: 0, error: '' });
    expect(out.startsWith(begin)).toBe(true);
  });

  test('A report that cannot be written is told, after the table.', async () => {
    const { status, out, error } = await tallystick('cardinality', '--max', '10', '--seconds', '4', '--json', join(folder, 'none', 'x.json'));
    expect(status).toBe(1);
    expect(out).toContain('Grown: one counter');
    expect(error).toContain('x.json cannot be written: ENOENT');
  });
});
