import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { Registry, exponentialBuckets, toBytes } from '../../src/index.js';
import { type Generated, registries, withTexts, write } from './support/generated.js';
import { type Ended, run, start, until } from './support/processes.js';

const check = (exposition: string | Uint8Array): Promise<Ended> => run('promtool', ['check', 'metrics'], { input: exposition });
const silent = { code: 0, stdout: '', stderr: '' };

/** A registry with every kind of instrument, named as Prometheus advises. */
function wellNamed(): Registry {
  const registry = new Registry({ onFault: () => {} });
  registry.counter({ name: 'shop_orders_total', help: 'Orders taken.', labelNames: ['kind'] }).inc({ kind: 'a "b" \\ c\nd' }, 3);
  registry.sampledCounter({ name: 'shop_lookups_total', help: 'Look-ups.', sampleRate: 1 }).inc();
  registry.gauge({ name: 'shop_temperature_celsius', help: 'Temperature.' }).set(-3.5);
  registry.rateLimitedGauge({ name: 'shop_queue_depth', help: 'Orders waiting, with "quotes", a \\ and a\nline feed.' }).set(4);
  registry.histogram({ name: 'shop_order_duration_seconds', help: 'Time an order took.', unit: 'seconds', labelNames: ['kind'] }).observe({ kind: 'a' }, 0.3);
  registry.histogram({ name: 'shop_order_size_bytes', help: 'Size of an order.', unit: 'bytes', buckets: exponentialBuckets(64, 4, 12) }).observe(70);
  registry.summary({ name: 'shop_packing_duration_seconds', help: 'Time packing took.', unit: 'seconds' }).observe(2);
  registry.summary({ name: 'shop_idle_duration_seconds', help: 'Time nobody came.', quantiles: [] });
  registry.info({ name: 'shop_build', help: 'What is running.', labelNames: ['version'] }).set({ version: '1.0.0' });
  registry.stateSet({ name: 'shop_door_state', help: 'State of the door.', states: ['open', 'shut'], stateLabel: 'state' });
  registry.counter({ name: 'shop_returns_total', help: 'Never recorded.', labelNames: ['kind'] });
  registry.register({ name: 'tills', collect: () => [{ name: 'shop_till_coins', help: 'Coins in a till.', type: 'gauge', series: [{ labels: { till: 1 }, value: 12 }] }] });
  registry.register({ name: 'broken', collect: () => { throw new Error('broken'); } });
  return registry;
}

describe('promtool check metrics', () => {
  it('has nothing to say about a well-named registry, our own fault counter included.', async () => {
    const exposition = toBytes(wellNamed());
    expect(new TextDecoder().decode(exposition)).toContain('tallystick_collector_errors_total{collector="broken",reason="error"} 1\n');
    expect(await check(exposition)).toMatchObject(silent);
  });

  it('has nothing to say about the example service.', async () => {
    const service = start(process.execPath, [fileURLToPath(new URL('../../docs/examples/service.js', import.meta.url))], { env: { ...process.env, PORT: '0' } });
    try {
      const url = await until('the service', () => /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(service.output())?.[0]);
      expect(await check(await (await fetch(url)).text())).toMatchObject(silent);
    } finally {
      await service.stop();
    }
  });

  it('complains of bad names and of broken syntax, so that its silence means something.', async () => {
    const registry = new Registry();
    registry.counter({ name: 'ordersTaken', help: 'Orders.' });
    expect(await check(toBytes(registry))).toMatchObject({ code: 3 });
    expect(await check('orders_total{kind="a} 1\n')).toMatchObject({ code: 1 });
  });
});

describe('generated registries', () => {
  let folder: string;
  let generated: Generated[];

  /**
   * The strict lint wants neither carriage returns nor blanks at the end of a line, though the format allows both in texts, and takes the
   * end of a label value such as `a,` for the beginning of a quoted name.
   */
  const tame = (text: string): string => text.replaceAll('\r', '␍').replace(/[{,]$/, '$&.');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallystick-promtool-'));
    generated = await write(folder, registries(100, (spec) => withTexts(spec, (help) => `«${tame(help)}»`, tame)));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are syntax that promtool accepts.', async () => {
    for (const { path, spec } of generated) {
      const { code, stderr } = await run('sh', ['-c', 'promtool check metrics <"$1"', 'sh', path]);
      // 3 means that it would have chosen other names.
      expect([0, 3], `${stderr}\n${JSON.stringify(spec)}`).toContain(code);
    }
  });

  const oracles = process.env['METRICS_ORACLES'] ?? fileURLToPath(new URL('../../../shared/oracles', import.meta.url));
  const lint = join(oracles, 'lint-text.py');

  test.runIf(existsSync(lint))('have nothing that a lint stricter than the parsers complains of (runs where METRICS_ORACLES names the folder of lint-text.py).', async () => {
    const fixed = join(folder, 'fixed.prom');
    await writeFile(fixed, toBytes(wellNamed()));
    for (const path of [fixed, ...generated.map((one) => one.path)]) {
      const { code, stdout, stderr } = await run('/usr/bin/python3', [lint, path, '--legacy']);
      expect({ path, code, stdout: code === 0 ? '' : stdout + stderr }).toEqual({ path, code: 0, stdout: '' });
    }
  });
});
