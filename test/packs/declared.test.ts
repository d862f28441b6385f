import { describe, expect, it } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { DeclaredMetrics, type DeclaredRow } from '../../src/packs/declared.js';
import { Registry } from '../../src/registry/registry.js';

const rows = [
  { name: 'app.training.steps', kind: 'counter', unit: '1', summary: 'Training steps done.' },
  { name: 'app.training.step.duration', kind: 'histogram', unit: 'ms', summary: 'Time of a training step.' },
  { name: 'app.queue_depth', kind: 'gauge', unit: '1', summary: 'Jobs that wait.' },
  { name: 'app.read_bytes', kind: 'counter', unit: 'bytes', summary: 'Bytes read.' },
] as const;

function declared(registry = new Registry({ onFault: () => {} })): DeclaredMetrics<typeof rows> {
  return new DeclaredMetrics(rows, { registry });
}

describe('the declared metrics', () => {
  it('are one instrument each, made when it is asked for', () => {
    const metrics = declared();
    expect(metrics.registry.instruments()).toEqual([]);
    expect(metrics.counter('app.training.steps')).toBe(metrics.counter('app.training.steps'));
    expect(metrics.histogram('app.training.step.duration')).toBe(metrics.histogram('app.training.step.duration'));
    expect(metrics.gauge('app.queue_depth')).toBe(metrics.gauge('app.queue_depth'));
    expect(metrics.registry.instruments()).toHaveLength(3);
  });

  it('show their dots as underscores on the wire', () => {
    const metrics = declared();
    metrics.counter('app.training.steps').inc(3);
    metrics.histogram('app.training.step.duration').observe(7);
    expect(toText(metrics.registry)).toContain('\napp_training_steps 3\n');
    expect(toText(metrics.registry)).toContain('\napp_training_step_duration_bucket{le="10"} 1\n');
  });

  it('show a unit where the name ends in it', () => {
    const metrics = declared();
    metrics.counter('app.read_bytes');
    metrics.counter('app.training.steps');
    expect(metrics.registry.snapshot().map(({ name, unit }) => [name, unit])).toEqual([['app_read_bytes', 'bytes'], ['app_training_steps', undefined]]);
  });

  it('take a namespace', () => {
    const metrics = new DeclaredMetrics(rows, { registry: new Registry(), namespace: 'site' });
    expect(metrics.gauge('app.queue_depth').name).toBe('site_app_queue_depth');
  });

  it('refuse a name that is not declared, and one of another kind, with what was asked, what there is and the way out', () => {
    const metrics = declared();
    // @ts-expect-error it is not declared
    expect(() => metrics.counter('app.training.epochs')).toThrow(
      'declared metrics: counter("app.training.epochs") is asked for, and declared are "app.training.steps", "app.training.step.duration", "app.queue_depth", "app.read_bytes"; add a row, or correct the name',
    );
    // @ts-expect-error it is a histogram
    expect(() => metrics.gauge('app.training.step.duration')).toThrow(
      'declared metrics: gauge("app.training.step.duration") is asked for, and declared is a histogram in "ms"; call histogram("app.training.step.duration"), or change its row',
    );
    expect(metrics.registry.instruments()).toEqual([]);
  });

  it('refuse observing NaN, and a negative increment', () => {
    const metrics = declared();
    expect(() => metrics.histogram('app.training.step.duration').observe(NaN)).toThrow(/observe\(NaN\) is not a number/);
    expect(() => metrics.counter('app.training.steps').inc(-1)).toThrow(/inc\(-1\) is negative/);
  });

  it.each([
    ['a duplicate', [rows[0], rows[0]], /"app.training.steps" and "app.training.steps" are both "app_training_steps" on the wire; declare each metric once/],
    ['two names that are one on the wire', [rows[2], { ...rows[2], name: 'app_queue_depth' }], /"app_queue_depth" and "app.queue_depth" are both "app_queue_depth"/],
    ['a name that is none', [{ ...rows[0], name: 'app..steps' }], /"app..steps" is no name/],
    ['a kind that is none', [{ ...rows[0], kind: 'meter' }], /the kind of "app.training.steps" is "meter"; the kinds are "counter", "gauge", "histogram"/],
    ['no unit', [{ ...rows[0], unit: undefined }], /the unit of "app.training.steps" is undefined/],
    ['no summary', [{ ...rows[0], summary: '' }], /the summary of "app.training.steps" is ""/],
    ['no row', [null], /undefined is no name/],
    ['no table', 'app', /the table is "app"; give an array of rows/],
  ])('refuse %s', (_, table, message) => {
    expect(() => new DeclaredMetrics(table as unknown as readonly DeclaredRow[], { registry: new Registry() })).toThrow(message);
  });

  it('refuse a name that something else has in the registry', () => {
    const metrics = declared();
    metrics.registry.counter({ name: 'app_training_steps', help: 'Held for the test.' });
    expect(() => metrics.counter('app.training.steps')).toThrow(/already/);
  });

  it('cannot be changed by who has declared them', () => {
    const table: DeclaredRow[] = [{ ...rows[0] }];
    const metrics = new DeclaredMetrics(table, { registry: new Registry() });
    table.push({ ...rows[2] });
    (table[0] as { summary: string }).summary = 'Something else.';
    expect(metrics.rows).toEqual([rows[0]]);
    expect(() => (metrics.rows as DeclaredRow[]).push(rows[2])).toThrow(TypeError);
    expect(() => ((metrics.rows[0] as { name: string }).name = 'x')).toThrow(TypeError);
  });

  it('give one histogram as bounds, cumulative counts, sum and count', () => {
    const metrics = declared();
    const histogram = metrics.histogram('app.training.step.duration');
    for (const value of [0.5, 3, 3, 20_000]) histogram.observe(value);
    expect(metrics.distribution('app.training.step.duration')).toEqual({
      bounds: [0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, Infinity],
      cumulativeCounts: [1, 1, 1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4],
      sum: 20_006.5,
      count: 4,
    });
  });

  it('give every live metric, in the order of the table, and no other', () => {
    const metrics = declared();
    metrics.gauge('app.queue_depth').set(4);
    metrics.counter('app.training.steps').inc(2);
    expect(metrics.snapshot()).toEqual([
      { ...rows[0], value: 2 },
      { ...rows[2], value: 4 },
    ]);
    metrics.histogram('app.training.step.duration');
    expect(metrics.snapshot()[1]).toMatchObject({ name: 'app.training.step.duration', distribution: { sum: 0, count: 0 } });
  });
});

describe('a reconciled counter', () => {
  it('follows its total just before each exposition, and never falls', () => {
    const metrics = declared();
    let total = 5;
    metrics.reconcile('app.training.steps', () => total);
    const shown = (): string | undefined => /^app_training_steps (.*)$/m.exec(toText(metrics.registry))?.[1];
    expect(metrics.counter('app.training.steps').get()!.value).toBe(0);
    expect(shown()).toBe('5');
    total = 9;
    expect(shown()).toBe('9');
    total = 2;
    expect(shown()).toBe('9');
    metrics.counter('app.training.steps').inc(3);
    total = 11;
    expect(shown()).toBe('12');
    total = -1;
    expect(shown()).toBe('12');
  });

  it('is told of when its total is none, and shows again when it is one', () => {
    const said: string[] = [];
    const metrics = declared(new Registry({ onFault: (_message, error) => said.push(String(error)) }));
    let total = NaN;
    metrics.reconcile('app.training.steps', () => total);
    expect(toText(metrics.registry)).not.toMatch(/^app_training_steps /m);
    expect(said).toEqual([expect.stringContaining('the total of "app.training.steps" is NaN; give a number of at least 0')]);
    total = 1;
    expect(toText(metrics.registry)).toMatch(/^app_training_steps 1$/m);
  });

  it('is refused for what is no function, no counter, or not declared', () => {
    const metrics = declared();
    expect(() => metrics.reconcile('app.training.steps', 5 as unknown as () => number)).toThrow(/reconcile\("app.training.steps"\) was given 5; give a function/);
    // @ts-expect-error it is a gauge
    expect(() => metrics.reconcile('app.queue_depth', () => 1)).toThrow(/declared is a gauge/);
  });
});
