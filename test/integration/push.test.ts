import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pushgateway } from '../../src/export/pushgateway.js';
import { startStatsd } from '../../src/export/statsd/exporter.js';
import { startTextfile, writeTextfile } from '../../src/export/textfile.js';
import { Registry } from '../../src/index.js';
import { type Program, freePort, start, until } from './support/processes.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const peers = fileURLToPath(new URL('peers', import.meta.url));

/** A registry with every type, and names and labels that need care. */
function filled(): Registry {
  const registry = new Registry({ nameValidation: 'utf8' });
  registry.counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] }).inc({ queue: 'a"b\\c\nd é' }, 5);
  registry.gauge({ name: 'temperature.é', help: 'A name beyond the legacy ones.' }).set(-3.5);
  registry.histogram({ name: 'duration_seconds', help: 'Durations.', buckets: [0.1, 1] }).observe(0.5);
  registry.summary({ name: 'size', help: 'Sizes.', quantiles: [0.5], maxSamples: 10 }).observe(4);
  registry.info({ name: 'build', help: 'Build.', labelNames: ['version'] }).set({ version: '1' });
  registry.stateSet({ name: 'door', help: 'Door.', states: ['open', 'shut'] }).set('shut');
  registry.register({ name: 'c', collect: () => [{ name: 'timed', help: 'With a time.', type: 'gauge', series: [{ labels: {}, value: 1, timestamp: 1_700_000_000 }] }] });
  return registry;
}

/** What a program that runs without being watched would do. */
function script(...lines: readonly string[]): Program {
  return start(process.execPath, ['--input-type=module', '-e', lines.join('\n')], { cwd: root });
}

describe('a Pushgateway', () => {
  let gateway: Program;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    gateway = start('prometheus-pushgateway', [`--web.listen-address=127.0.0.1:${port}`, '--persistence.file=']);
    await until('the Pushgateway', async () => (await fetch(`${url}/-/ready`)).ok);
  });

  afterAll(() => gateway.stop());

  /** The groups that the gateway has, by their labels. */
  async function groups(): Promise<Record<string, string>[]> {
    const answer = (await (await fetch(`${url}/api/v1/metrics`)).json()) as { data: { labels: Record<string, string>; last_push_successful: boolean }[] };
    expect(answer.data.every((group) => group.last_push_successful)).toBe(true);
    return answer.data.map(({ labels }) => labels);
  }

  const metrics = async (): Promise<string[]> => (await (await fetch(`${url}/metrics`)).text()).split('\n');

  it.each(['text-0.0.4', 'protobuf'] as const)('keeps every value that is pushed, in groups of any labels: %s.', async (format) => {
    const labels = [
      { job: 'plain' },
      { job: 'a/b', instance: '' },
      { job: '.', instance: '..', zone: 'ü ?#%2F&+' },
      { job: '🎉', instance: 'a/b//', zone: ' ' },
    ];
    for (const { job, ...grouping } of labels) {
      const one = new Pushgateway({ url, job, grouping, registry: filled(), format });
      await one.push();
      expect(await groups()).toContainEqual({ job, ...grouping });
      await one.delete();
    }
    expect(await groups()).toEqual([]);

    const plain = new Pushgateway({ url, job: 'plain', registry: filled(), format });
    await plain.push();
    const shown = await metrics();
    for (const line of [
      'jobs_total{instance="",job="plain",queue="a\\"b\\\\c\\nd é"} 5',
      'temperature__{instance="",job="plain"} -3.5',
      'duration_seconds_bucket{instance="",job="plain",le="0.1"} 0',
      'duration_seconds_bucket{instance="",job="plain",le="1"} 1',
      'duration_seconds_sum{instance="",job="plain"} 0.5',
      'size{instance="",job="plain",quantile="0.5"} 4',
      'build_info{instance="",job="plain",version="1"} 1',
      'door{door="shut",instance="",job="plain"} 1',
      'timed{instance="",job="plain"} 1',
    ]) expect(shown).toContain(line);

    const other = new Registry();
    other.counter({ name: 'other_total', help: 'Other.' }).inc();
    await new Pushgateway({ url, job: 'plain', registry: other, format }).add();
    expect((await metrics()).filter((line) => /^(other|jobs)_total/.test(line))).toHaveLength(2);
    await new Pushgateway({ url, job: 'plain', registry: other, format }).push();
    expect((await metrics()).filter((line) => /^(other|jobs)_total/.test(line))).toHaveLength(1);
    await plain.delete();
  });

  it('is told again and again by a loop, and last of all at the end.', async () => {
    const registry = filled();
    const loop = new Pushgateway({ url, job: 'loop', registry, intervalSeconds: 0.1 }).start();
    await until('a push', async () => (await metrics()).some((line) => line.startsWith('jobs_total')));
    registry.counter({ name: 'more_total', help: 'More.' }).inc(3);
    await registry.shutdown();
    expect(await metrics()).toContain('more_total{instance="",job="loop"} 3');
    await loop.flush();
    await new Pushgateway({ url, job: 'loop', registry }).delete();
  });

  it('says why it refuses something.', async () => {
    const bad = new Pushgateway({ url: `${url}/nowhere`, job: 'x', registry: filled() });
    await expect(bad.push()).rejects.toThrow('it answered 404');
  });

  it('hears of a process that ends by itself, and not of one that calls process.exit.', async () => {
    const lines = (job: string, last: string): string[] => [
      "import { Registry } from 'tallystick';",
      "import { Pushgateway } from 'tallystick/pushgateway';",
      'const registry = new Registry();',
      "registry.counter({ name: 'done_total', help: 'Done.' }).inc(7);",
      `new Pushgateway({ url: ${JSON.stringify(url)}, job: ${JSON.stringify(job)}, registry, intervalSeconds: 1000 }).start();`,
      last,
    ];
    expect(await script(...lines('itself', '')).ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(await script(...lines('exit', 'process.exit();')).ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect((await metrics()).filter((line) => line.startsWith('done_total'))).toEqual(['done_total{instance="",job="itself"} 7']);
  });
});

describe('a gateway that asks who is there', () => {
  it('is told, with every request, and a wrong password is an error.', async () => {
    const seen: IncomingMessage[] = [];
    const wanted = `Basic ${Buffer.from('mé:se:cret').toString('base64')}`;
    const server = createServer((message, response) => {
      seen.push(message);
      message.resume();
      message.on('end', () => response.writeHead(message.headers.authorization === wanted ? 200 : 401).end('who is there?'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const options = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, job: 'a', registry: filled() };
      await new Pushgateway({ ...options, auth: { username: 'mé', password: 'se:cret' }, headers: { 'x-scope': 'b' } }).push();
      expect(seen[0]!.headers).toMatchObject({ authorization: wanted, 'x-scope': 'b', 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      await expect(new Pushgateway({ ...options, auth: { username: 'mé', password: 'wrong' } }).push()).rejects.toThrow('it answered 401: "who is there?"');
      await expect(new Pushgateway({ ...options, auth: { bearerToken: 'token' } }).push()).rejects.toThrow('it answered 401');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('a receiver that is not there', () => {
  it('costs a process that ends by itself a few seconds, a line of warning, and no error.', async () => {
    const port = await freePort();
    const began = performance.now();
    const { code, stderr } = await script(
      "import { Registry } from 'tallystick';",
      "import { Pushgateway } from 'tallystick/pushgateway';",
      "import { startStatsd } from 'tallystick/statsd';",
      'const registry = new Registry();',
      `new Pushgateway({ url: 'http://127.0.0.1:${port}', job: 'x', registry, timeoutSeconds: 1 }).start();`,
      `startStatsd({ protocol: 'tcp', port: ${port}, registry, timeoutSeconds: 1 });`,
    ).ended;
    expect(code).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(stderr.split('\n').filter((line) => line.startsWith('tallystick: pushing to pushgateway failed: connection'))).toHaveLength(1);
  });
});

describe('node_exporter', () => {
  let folder: string;
  let exporter: Program;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallystick-textfile-'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}/metrics`;
    exporter = start('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${port}`, '--collector.disable-defaults', '--collector.textfile', `--collector.textfile.directory=${folder}`, '--web.disable-exporter-metrics']);
    await until('node_exporter', async () => (await fetch(url)).ok);
  });

  afterAll(async () => {
    await exporter.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const scrape = async (): Promise<string[]> => (await (await fetch(url)).text()).split('\n');

  it('shows what a textfile says, each value of it, and finds no fault.', async () => {
    await writeTextfile(join(folder, 'one.prom'), filled());
    const shown = await scrape();
    for (const line of ['node_textfile_scrape_error 0', 'jobs_total{queue="a\\"b\\\\c\\nd é"} 5', 'temperature__ -3.5', 'duration_seconds_bucket{le="1"} 1', 'timed 1']) expect(shown).toContain(line);
    await rm(join(folder, 'one.prom'));
    expect(exporter.output()).not.toMatch(/level=error|failed to collect/);
  });

  it('is shown the latest by a loop.', async () => {
    const registry = new Registry();
    const jobs = registry.counter({ name: 'loop_total', help: 'Jobs.' });
    startTextfile({ path: join(folder, 'loop.prom'), registry, intervalSeconds: 0.05 });
    await until('the file', async () => (await scrape()).includes('loop_total 0'));
    jobs.inc(3);
    await until('the new file', async () => (await scrape()).includes('loop_total 3'));
    jobs.inc();
    await registry.shutdown();
    expect(await scrape()).toContain('loop_total 4');
    await rm(join(folder, 'loop.prom'));
  });

  it('never sees half a file of eight writers that are killed at random.', async () => {
    const path = join(folder, 'shared.prom');
    const write = (): Program => script(
      "import { Registry } from 'tallystick';",
      "import { writeTextfile } from 'tallystick/textfile';",
      'const registry = new Registry();',
      "const jobs = registry.counter({ name: 'shared_total', help: 'Jobs.', labelNames: ['id'] });",
      "for (let id = 0; id < 2000; id++) jobs.inc({ id }, 7);",
      `for (;;) await writeTextfile(${JSON.stringify(path)}, registry);`,
    );
    const writers = Array.from({ length: 8 }, write);
    let reads = 0;
    let scrapes = 0;
    try {
      await until('a first file', () => existsSync(path));
      const end = performance.now() + 6000;
      const killing = (async () => {
        while (performance.now() < end) {
          await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 300));
          await writers.shift()!.stop('SIGKILL');
          writers.push(write());
        }
      })();
      while (performance.now() < end) {
        const text = await readFile(path, 'utf8');
        expect(text.endsWith('shared_total{id="1999"} 7\n')).toBe(true);
        expect(text.split('\n')).toHaveLength(2003);
        reads += 1;
        if (reads % 20 === 0) {
          const shown = await scrape();
          expect(shown).toContain('node_textfile_scrape_error 0');
          expect(shown.filter((line) => line.startsWith('shared_total{'))).toHaveLength(2000);
          scrapes += 1;
        }
      }
      await killing;
    } finally {
      for (const writer of writers) await writer.stop('SIGKILL');
    }
    expect(reads).toBeGreaterThan(100);
    expect(scrapes).toBeGreaterThan(5);
    expect((await readdir(folder)).filter((name) => !name.endsWith('.tmp'))).toEqual(['shared.prom']);
  });
});

describe('Etsy’s StatsD', () => {
  interface Flush {
    readonly counters: Readonly<Record<string, number>>;
    readonly gauges: Readonly<Record<string, number>>;
    readonly timers: Readonly<Record<string, readonly number[]>>;
    readonly timerCounts: Readonly<Record<string, number>>;
  }

  beforeAll(() => {
    if (existsSync(join(peers, 'node_modules/statsd/stats.js'))) return;
    execFileSync('npm', ['ci', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: peers, stdio: ['ignore', 'ignore', 'inherit'] });
  });

  it.each(['udp', 'tcp'] as const)('has counted what was recorded, gauges below zero among it, and no line it does not understand: %s.', async (protocol) => {
    const folder = await mkdtemp(join(tmpdir(), 'tallystick-statsd-'));
    const log = join(folder, 'flushes');
    const [port, mgmt] = [await freePort(), await freePort()];
    await mkdir(join(folder, 'backend'));
    await writeFile(join(folder, 'backend/log.js'), [
      `exports.init = (startup, config, events) => {`,
      `  events.on('flush', (time, { counters, gauges, timers, timer_counters: timerCounts }) => require('fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify({ counters, gauges, timers, timerCounts }) + '\\n'));`,
      '  return true;',
      '};',
    ].join('\n'));
    await writeFile(join(folder, 'config.js'), JSON.stringify({ address: '127.0.0.1', port, mgmt_address: '127.0.0.1', mgmt_port: mgmt, flushInterval: 200, deleteIdleStats: false, server: `./servers/${protocol}`, backends: [join(folder, 'backend/log.js')] }));
    const server = start(process.execPath, ['stats.js', join(folder, 'config.js')], { cwd: join(peers, 'node_modules/statsd') });
    try {
      await until('StatsD', () => ask(mgmt, 'health').then((answer) => answer.includes('health: up')));
      const registry = new Registry();
      const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] });
      const level = registry.gauge({ name: 'level', help: 'Level.' });
      const duration = registry.histogram({ name: 'duration_seconds', help: 'Durations.', buckets: [0.1, 1] });
      const size = registry.histogram({ name: 'size', help: 'Sizes.', buckets: [10] });
      const options = { registry, protocol, port, intervalSeconds: 1000 };
      const counts = startStatsd({ ...options, prefix: 'shop.' });
      const timings = startStatsd({ ...options, prefix: 'timed.', histograms: 'timings' });
      for (let round = 0; round < 3; round++) {
        for (let queue = 0; queue < 500; queue++) jobs.inc({ queue: `q ${queue}` }, queue);
        level.set(-10 - round);
        duration.observe(0.5);
        duration.observe(0.5);
        size.observe(4);
        await counts.flush();
        await timings.flush();
      }
      await registry.shutdown();
      const flushes = await until('the last flush', async () => {
        const all = (await readFile(log, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as Flush);
        return sumOf(all, 'shop.jobs_total.queue.q_499') >= 1497 && sumOf(all, 'timed.jobs_total.queue.q_499') >= 1497 ? all : undefined;
      });
      for (let queue = 0; queue < 500; queue++) expect(sumOf(flushes, `shop.jobs_total.queue.q_${queue}`)).toBe(3 * queue);
      expect(sumOf(flushes, 'shop.duration_seconds_count')).toBe(6);
      expect(sumOf(flushes, 'shop.duration_seconds_sum')).toBeCloseTo(3, 12);
      expect(flushes.at(-1)!.gauges['shop.level']).toBe(-12);
      expect(flushes.flatMap(({ timers }) => timers['timed.duration_seconds'] ?? [])).toEqual([550, 550, 550]);
      expect(flushes.reduce((sum, { timerCounts }) => sum + (timerCounts['timed.duration_seconds'] ?? 0), 0)).toBe(6);
      expect(await ask(mgmt, 'stats')).toContain('messages.bad_lines_seen: 0\n');
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  function sumOf(flushes: readonly Flush[], name: string): number {
    return flushes.reduce((sum, { counters }) => sum + (counters[name] ?? 0), 0);
  }

  /** Asks the server's port for its operators. */
  function ask(port: number, question: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(`${question}\n`));
      socket.setEncoding('utf8').on('data', (chunk) => {
        answer += String(chunk);
        if (/END|health/.test(answer)) socket.end();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  }
});
