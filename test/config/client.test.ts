import { describe, expect, test, vi } from 'vitest';
import { Registry } from '../../src/registry/registry.js';
import { type MetricsClient, createMetricsClient, parseMetricsConfig } from '../../src/config/entry.js';
import { toText } from '../../src/format/expose.js';

const config = {
  service: 'registry',
  counters: [
    { name: 'ops_total', description: 'Operations.', labels: ['status'] },
    { name: 'silent_total', description: 'Not captured.', capture: false },
    { name: 'learned_total', description: 'Labels of its first recording.' },
    { name: 'plain_total', description: 'No labels.', labels: [] },
  ],
  gauges: [{ name: 'queued', description: 'Queued.', labels: ['queue'] }],
  histograms: [{ name: 'op_duration_seconds', description: 'Time.', unit: 's', labels: ['status'] }],
  summaries: [{ name: 'wait_seconds', description: 'Waiting.', labels: [] }],
};

function make(given: object = config) {
  const onFault = vi.fn();
  const registry = new Registry({ onFault });
  const client = createMetricsClient('registry', given, { registry });
  return { client, registry, onFault, said: (): unknown[] => onFault.mock.calls.map(([message, error]) => [String(message).replace(/^tallystick: "metrics client: (.*)" could not be recorded.*$/, '$1'), (error as Error).message]) };
}

/** What the registry shows without comments. */
function shown(registry: Registry): string[] {
  return toText(registry).split('\n').filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('tallystick_'));
}

describe('A configured client', () => {
  test('Its gauges have the aggregators that the file and the program say, and are made anew with another.', () => {
    const gauges = (aggregator: string): object => ({ gauges: [{ name: 'version', description: 'Version.', labels: [], aggregator }] });
    const { client, registry, onFault } = make(gauges('last'));
    const rule = (): unknown => (registry.get('version') as { readonly aggregator?: unknown } | undefined)?.aggregator;
    expect(rule()).toBe('last');
    const first = registry.get('version');
    expect([client.reload(gauges('last')), registry.get('version') === first]).toEqual([true, true]);
    expect([client.reload(gauges('max')), rule(), registry.get('version') === first]).toEqual([true, 'max', false]);
    expect(client.createGauge('usage', { description: 'Usage.', aggregator: 'average' })?.aggregator).toBe('average');
    expect(onFault).not.toHaveBeenCalled();
  });

  test('It records by name, whatever the kind.', () => {
    const { client, registry, onFault } = make();
    client.recordCounter('ops_total', 2, { status: 'ok' });
    client.recordCounter('plain_total');
    client.recordGauge('queued', 7, { queue: 'mail' });
    client.recordHistogram('op_duration_seconds', 0.5, { status: 'ok' });
    client.recordSummary('wait_seconds', 3);
    client.recordMetric('ops_total', 1, { status: 'ok' });
    client.recordMetric('queued', 5, { queue: 'mail' });
    client.recordMetric('op_duration_seconds', 1.5, { status: 'ok' });
    client.recordMetric('wait_seconds', 4);
    expect(registry.get('silent_total')).toBe(undefined);
    expect(shown(registry)).toEqual(expect.arrayContaining(['ops_total{status="ok"} 3', 'plain_total 1', 'queued{queue="mail"} 5', 'op_duration_seconds_count{status="ok"} 2', 'op_duration_seconds_sum{status="ok"} 2', 'wait_seconds_sum 7']));
    expect(onFault).not.toHaveBeenCalled();
    expect(client.service).toBe('registry');
  });

  test('It gives the instruments themselves, and nothing for those of another kind, not captured or unknown.', () => {
    const { client, registry, onFault } = make();
    expect(client.getCounter('ops_total')).toBe(registry.get('ops_total'));
    expect(client.getGauge('queued')).toBe(registry.get('queued'));
    expect(client.getHistogram('op_duration_seconds')).toBe(registry.get('op_duration_seconds'));
    expect(client.getSummary('wait_seconds')).toBe(registry.get('wait_seconds'));
    expect([client.getCounter('silent_total'), client.getCounter('queued'), client.getCounter('none'), client.getHistogram('ops_total')]).toEqual([undefined, undefined, undefined, undefined]);
    expect(onFault).not.toHaveBeenCalled();
  });

  test('A metric that is not captured is recorded without a word, by every method.', () => {
    const { client, registry, onFault } = make();
    client.recordCounter('silent_total', 1, { any: 'label' });
    client.recordMetric('silent_total', -1);
    expect(client.createCounter('silent_total', { description: 'Not captured.', labels: [] })).toBe(undefined);
    expect(onFault).not.toHaveBeenCalled();
    expect(shown(registry).filter((line) => line.startsWith('silent'))).toEqual([]);
  });

  test('A metric without declared labels takes those of its first recording, and refuses others later.', () => {
    const { client, registry, said } = make();
    expect(registry.get('learned_total')).toBe(undefined);
    client.recordCounter('learned_total', 1, { a: 'x', b: 'y' });
    client.recordCounter('learned_total', 1, { b: 'y', a: 'x' });
    client.recordCounter('learned_total', 1, { c: 'z' });
    client.recordCounter('learned_total', 1, { c: 'z' });
    expect(shown(registry)).toContain('learned_total{a="x",b="y"} 2');
    expect(said()).toEqual([['learned_total (INVALID_LABELS)', expect.stringContaining('unknown label "c"')]]);
  });

  test('Nothing that a program does wrong is thrown, and each cause is said once.', () => {
    const { client, said, registry } = make();
    const loose = client as unknown as MetricsClient;
    for (let i = 0; i < 3; i++) {
      loose.recordCounter('ops_total', -1, { status: 'ok' });
      loose.recordCounter('ops_total', 1, { state: 'ok' });
      loose.recordCounter('ops_total', 1, { status: {} as never });
      loose.recordCounter('nowhere_total', 1);
      loose.recordCounter('queued', 1);
      loose.recordGauge('queued', 'much' as never, { queue: 'a' });
      loose.recordHistogram('op_duration_seconds', NaN, { status: 'ok' });
      loose.recordSummary('wait_seconds', 1, null as never);
      loose.recordMetric(undefined as unknown as string, 1);
      loose.recordMetric('', 1);
      loose.createCounter('1x', { description: 'X.' });
      loose.createGauge('ops_total', { description: 'X.' });
      loose.createHistogram('y', undefined as never);
      loose.createSummary('z', { description: 'Z.', quantiles: [2] });
    }
    expect(said()).toEqual([
      ['ops_total (INVALID_AMOUNT)', 'counter "ops_total": inc(-1) is negative; a counter only rises, use a gauge'],
      ['ops_total (INVALID_LABELS)', 'counter "ops_total": unknown label "state" and missing label "status"; the labels are "status"'],
      ['ops_total (INVALID_LABEL_VALUE)', 'counter "ops_total": label "status" is {}; give a string, number, boolean or bigint'],
      ['nowhere_total (INVALID_NAME)', 'recordCounter("nowhere_total"): the client "registry" has no metric of that name; declare it in the configuration, or create it'],
      ['queued (SHAPE_MISMATCH)', 'recordCounter("queued"): it is a gauge; use recordGauge, or recordMetric'],
      ['queued (INVALID_AMOUNT)', 'gauge "queued": set("much") is not a number; give one, NaN for a value that is not known'],
      ['op_duration_seconds (INVALID_AMOUNT)', 'histogram "op_duration_seconds": observe(NaN) is not a number; check where the value comes from, or do not record it'],
      ['wait_seconds (INVALID_AMOUNT)', expect.stringContaining('observe(null)')],
      ['undefined (INVALID_NAME)', expect.stringContaining('recordMetric(undefined)')],
      [' (INVALID_NAME)', expect.stringContaining('recordMetric("")')],
      ['1x (INVALID_CONFIG)', 'createCounter("1x"): counters[0].name: is "1x"; give letters, digits, "_" and ":", not beginning with a digit'],
      ['ops_total (SHAPE_MISMATCH)', 'gauge "ops_total": the client has a counter of that name with another shape; ask for the same shape, or take another name'],
      ['y (INVALID_CONFIG)', 'createHistogram("y"): histograms[0]: has no "description"; give one'],
      ['z (INVALID_CONFIG)', 'createSummary("z"): summaries[0].quantiles[0]: is 2; give a number from 0 to 1'],
    ]);
    expect(shown(registry).filter((line) => line.startsWith('ops') || line.startsWith('queued'))).toEqual([]);
  });

  test('What a program hands in may be as strange as it likes.', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const hostile = (): never => {
      throw new Error('held for the test');
    };
    const strange: unknown[] = [undefined, null, NaN, 1n, Symbol('x'), Object.create(null), { toString: hostile }, { [Symbol.toPrimitive]: hostile }, new Proxy({}, { get: hostile, ownKeys: hostile }), revoked.proxy, JSON.parse('{"__proto__":1}'), '__proto__', '\ud800', () => {}];
    const { client } = make();
    const methods = ['recordCounter', 'recordGauge', 'recordHistogram', 'recordSummary', 'recordMetric', 'getCounter', 'createCounter', 'createGauge', 'createHistogram', 'createSummary', 'reload'] as const;
    for (const method of methods) for (const one of ['ops_total', 'queued', ...strange]) for (const two of strange) for (const three of strange) (client[method] as (...args: unknown[]) => unknown)(one, two, three);
    for (const one of strange) for (const two of strange) createMetricsClient(one as string, two as object, { registry: new Registry({ onFault: () => {} }) });
    for (const options of strange) expect(createMetricsClient('x', {}, options as object).service).toBe('x');
    // Those two that are empty objects.
    expect(strange.filter((one) => client.reload(one as object)).length).toBe(2);
    client.reload(config);
    client.recordCounter('ops_total', 1, { status: 'ok' });
    expect(client.getCounter('ops_total')?.get('ok')?.value).toBe(1);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('Names that a program makes up without end are said as one from the thousandth on.', () => {
    const { client, onFault } = make();
    for (let i = 0; i < 2500; i++) client.recordCounter(`made_up_${i}`, 1);
    expect(onFault.mock.calls.length).toBe(1001);
    expect(String(onFault.mock.calls.at(-1)?.[0])).toContain('further names');
  });

  test('What the program creates is found by name from then on; the same again is the same.', () => {
    const { client, registry, onFault } = make();
    const jobs = client.createCounter('jobs_total', { description: 'Jobs.', labels: ['queue'] });
    expect(client.createCounter('jobs_total', { description: 'Jobs.', labels: ['queue'] })).toBe(jobs);
    expect(registry.get('jobs_total')).toBe(jobs);
    client.recordCounter('jobs_total', 4, { queue: 'mail' });
    client.createGauge('level', { description: 'Level.' })?.labels().set(2);
    client.createHistogram('size_bytes', { description: 'Size.', unit: 'By', buckets: [1] })?.labels().observe(1);
    client.createSummary('s', { description: 'S.', quantiles: [] })?.labels().observe(1);
    expect(shown(registry)).toEqual(expect.arrayContaining(['jobs_total{queue="mail"} 4', 'level 2', 'size_bytes_bucket{le="1"} 1', 's_count 1']));
    expect(onFault).not.toHaveBeenCalled();
  });

  test('A configuration with faults declares nothing, is said once, and nothing is thrown.', () => {
    const { client, registry, onFault } = make({ counters: [{ name: 'a_total' }] });
    expect(onFault.mock.calls[0]?.[0]).toBe('tallystick: "metrics client \\"registry\\": configuration" failed (this is said once)');
    expect(String(onFault.mock.calls[0]?.[1])).toContain('configuration: counters[0]: has no "description"; give one');
    client.recordCounter('a_total', 1);
    expect(shown(registry)).toEqual([]);
  });

  test('A metric whose name the registry has otherwise is left out and said; the others work.', () => {
    const onFault = vi.fn();
    const registry = new Registry({ onFault });
    registry.gauge({ name: 'ops_total', help: 'Not the same.' });
    const client = createMetricsClient('registry', config, { registry });
    client.recordCounter('ops_total', 1, { status: 'ok' });
    client.recordCounter('plain_total', 1);
    expect(onFault).toHaveBeenCalledTimes(1);
    expect(shown(registry)).toEqual(expect.arrayContaining(['ops_total 0', 'plain_total 1']));
  });

  test('A metric that the registry has in the same shape is shared, and stays when the client drops it.', () => {
    const registry = new Registry();
    const own = registry.counter({ name: 'ops_total', help: 'Mine.', labelNames: ['status'] });
    const client = createMetricsClient('registry', config, { registry });
    client.recordCounter('ops_total', 3, { status: 'ok' });
    expect(own.get('ok')?.value).toBe(3);
    expect(client.reload({})).toBe(true);
    expect(registry.get('ops_total')).toBe(own);
    expect(registry.get('plain_total')).toBe(undefined);
  });
});

describe('Another configuration in place of the present one', () => {
  const counter = (name: string, more: object = {}): object => ({ name, description: 'A counter.', labels: [], ...more });

  test('What both have keeps its counts, what is new comes, what is gone goes and goes on where it was.', () => {
    const { client, registry, onFault } = make({ counters: [counter('a_total'), counter('b_total')] });
    const a = client.getCounter('a_total');
    client.recordCounter('a_total', 1);
    client.recordCounter('b_total', 2);
    expect(client.reload({ counters: [counter('c_total'), counter('a_total', { description: 'In other words.', limits: { series: 5 } })] })).toBe(true);
    client.recordCounter('a_total', 1);
    expect(client.getCounter('a_total')).toBe(a);
    expect(shown(registry)).toEqual(['a_total 2', 'c_total 0']);
    client.reload(parseMetricsConfig({ counters: [counter('b_total')] }));
    client.recordCounter('b_total', 1);
    expect(shown(registry)).toEqual(['b_total 3']);
    expect(onFault).not.toHaveBeenCalled();
  });

  test('Capture may be turned off and on again without losing a count.', () => {
    const { client, registry } = make({ counters: [counter('a_total')] });
    client.recordCounter('a_total', 5);
    for (let i = 0; i < 2; i++) {
      client.reload({ counters: [counter('a_total', { capture: false })] });
      client.recordCounter('a_total', 100);
      expect(shown(registry)).toEqual([]);
    }
    client.reload({ counters: [counter('a_total')] });
    client.recordCounter('a_total', 1);
    expect(shown(registry)).toEqual(['a_total 6']);
  });

  test('Names that come and go without end are not kept for ever.', () => {
    const { client } = make({});
    const named = (place: number): object => ({ counters: [{ name: `made_${place}_total`, description: 'Made up.', labels: [] }] });
    for (let place = 0; place < 1500; place++) {
      client.reload(named(place));
      client.recordCounter(`made_${place}_total`, 1);
    }
    client.reload(named(1200));
    expect(client.getCounter('made_1200_total')?.labels().get()).toBe(1);
    client.reload(named(3));
    expect(client.getCounter('made_3_total')?.labels().get()).toBe(0);
  });

  test('A metric of another shape begins anew.', () => {
    const { client, registry } = make({ counters: [counter('a_total')], histograms: [{ name: 'h', description: 'H.', labels: [], buckets: [1] }] });
    client.recordCounter('a_total', 5);
    client.recordHistogram('h', 1);
    client.reload({ counters: [counter('a_total', { labels: ['x'] })], histograms: [{ name: 'h', description: 'H.', labels: [], buckets: [1, 2] }] });
    client.recordCounter('a_total', 1, { x: 'y' });
    expect(shown(registry)).toEqual(['a_total{x="y"} 1', 'h_bucket{le="1"} 0', 'h_bucket{le="2"} 0', 'h_bucket{le="+Inf"} 0', 'h_sum 0', 'h_count 0']);
  });

  test('One with faults changes nothing; what the program created stays in any case.', () => {
    const { client, registry, onFault } = make({ counters: [counter('a_total')] });
    client.createCounter('own_total', { description: 'Own.' });
    client.recordCounter('a_total', 1);
    expect(client.reload({ counters: [{ name: 'b' }] })).toBe(false);
    expect(client.reload(5 as never)).toBe(false);
    expect(shown(registry)).toEqual(['a_total 1', 'own_total 0']);
    expect(client.reload({})).toBe(true);
    expect(shown(registry)).toEqual(['own_total 0']);
    expect(onFault).toHaveBeenCalledTimes(1);
  });
});
