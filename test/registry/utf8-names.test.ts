import { describe, expect, test } from 'vitest';
import { type CollectedFamily, Counter, Registry, type TallystickError } from '../../src/index.js';

const help = 'Held for the test.';
const name = 'http.server.größe';
const labels = ['http.method', 'статус', '🚦'] as const;
const values = { 'http.method': 'GET', статус: '200', '🚦': 'go' };

const errorOf = (call: () => unknown): [code: string, message: string] => {
  try {
    call();
  } catch (error) {
    return [(error as TallystickError).code, (error as TallystickError).message];
  }
  return expect.unreachable();
};

describe('Names beyond those of the legacy rules', () => {
  test('They are refused unless asked for, with the way out.', () => {
    const registry = new Registry();
    expect(errorOf(() => registry.counter({ name, help }))).toEqual(['INVALID_NAME', `counter "${name}": not a metric name; use letters, digits, "_" and ":", and do not begin with a digit, or ask for nameValidation: "utf8"`]);
    expect(errorOf(() => registry.counter({ name: 'a', help, labelNames: labels }))).toEqual(['INVALID_LABEL_NAME', 'counter "a": "http.method" is not a label name; use letters, digits and "_", and do not begin with a digit, or ask for nameValidation: "utf8"']);
  });

  test('A registry that allows them allows them to every kind of instrument.', () => {
    const registry = new Registry({ nameValidation: 'utf8' });
    const made = [
      registry.counter({ name: `${name}.a`, help, labelNames: labels }),
      registry.gauge({ name: `${name}.b`, help, labelNames: labels }),
      registry.histogram({ name: `${name}.c`, help, labelNames: labels }),
      registry.summary({ name: `${name}.d`, help, labelNames: labels }),
      registry.sampledCounter({ name: `${name}.e`, help, labelNames: labels, sampleRate: 1 }),
      registry.rateLimitedGauge({ name: `${name}.f`, help, labelNames: labels }),
      registry.info({ name: `${name}.g`, help, labelNames: labels }),
      registry.stateSet({ name: `${name}.h`, help, labelNames: labels, states: ['on'] }),
    ];
    for (const one of made) one.labels(values);
    const families = registry.snapshot();
    expect(families.map((family) => family.name)).toEqual([...'abcdefgh'].map((letter) => `${name}.${letter}`));
    expect(families.every(({ series }) => JSON.stringify(series[0]!.labels) === JSON.stringify(values))).toBe(true);
    expect(registry.get(`${name}.a`)).toBe(made[0]);
  });

  test('An instrument may ask for itself, or keep to the legacy rules where its registry does not.', () => {
    const legacy = new Registry();
    const counter = new Counter({ name, help, nameValidation: 'utf8', registry: legacy });
    counter.inc(2);
    expect(legacy.snapshot()[0]).toEqual({ name, help, type: 'counter', series: [{ labels: {}, value: 2 }] });
    expect(new Counter({ name, help, nameValidation: 'utf8', registry: null }).name).toBe(name);
    const free = new Registry({ nameValidation: 'utf8' });
    expect(errorOf(() => free.counter({ name, help, nameValidation: 'legacy' }))[0]).toBe('INVALID_NAME');
  });

  test('Get or create finds the instrument of such a name again, and says where the shapes differ.', () => {
    const registry = new Registry({ nameValidation: 'utf8' });
    const first = registry.counter({ name, help, labelNames: labels });
    expect(registry.counter({ name, help, labelNames: labels })).toBe(first);
    expect(registry.counter({ name, help, labelNames: labels, nameValidation: 'utf8' })).toBe(first);
    expect(errorOf(() => registry.counter({ name, help, labelNames: ['http.method'] }))[0]).toBe('SHAPE_MISMATCH');
    expect(errorOf(() => registry.gauge({ name, help, labelNames: labels }))).toEqual([
      'SHAPE_MISMATCH',
      `gauge "${name}": the registry has counter "${name}" with another shape: it is a counter, asked for was a gauge. Ask for the same shape, or take another name`,
    ]);
    const legacy = new Registry();
    const own = legacy.histogram({ name, help, nameValidation: 'utf8' });
    expect(legacy.histogram({ name, help, nameValidation: 'utf8' })).toBe(own);
    expect(errorOf(() => legacy.histogram({ name, help }))[0]).toBe('INVALID_NAME');
  });

  test('Labels are given in an object, in order, partly, or as products, as ever.', () => {
    const counter = new Registry({ nameValidation: 'utf8' }).counter({ name, help, labelNames: labels, constLabels: { 'service.name': 'shop' } });
    counter.inc(values, 2);
    counter.labels('GET', '200', 'go').inc();
    counter.init({ 'http.method': ['PUT'], статус: ['200', '404'], '🚦': ['stop'] });
    expect([counter.get('GET', '200', 'go')?.value, counter.size, counter.removeMatching({ статус: '404' })]).toEqual([3, 3, 1]);
    expect(errorOf(() => counter.inc({ ...values, 'http-method': 'x' } as never))[0]).toBe('INVALID_LABELS');
  });

  const refused: readonly (readonly [what: string, options: object, message: string])[] = [
    ['half a surrogate pair in the name', { name: 'a\ud800' }, 'counter "a\\ud800": the name has half a surrogate pair or a carriage return, which no format can carry; check where it comes from'],
    ['an empty name', { name: '' }, 'counter: name is ""; every metric needs a name, for instance name: "jobs_total"'],
    ['a name beyond 512 characters', { name: '.'.repeat(513) }, `counter "${'.'.repeat(64)}…": the name has 513 characters; at most 512 are allowed, shorten it`],
    ['an empty label name', { labelNames: [''] }, 'counter "a.b": "" is not a label name; give up to 512 characters that UTF-8 can carry, at least one, and no carriage return'],
    ['half a surrogate pair in a label name', { labelNames: ['\udc00'] }, 'counter "a.b": "\\udc00" is not a label name; give up to 512 characters that UTF-8 can carry, at least one, and no carriage return'],
    ['a label name beyond 512 characters', { labelNames: ['.'.repeat(513)] }, `counter "a.b": "${'.'.repeat(64)}…" is not a label name; give up to 512 characters that UTF-8 can carry, at least one, and no carriage return`],
    ['a label name that is reserved', { labelNames: ['__größe'] }, 'counter "a.b": label "__größe" begins with "__", which is reserved for Prometheus itself; rename it'],
    ['a label name twice', { labelNames: ['ö', 'ö'] }, 'counter "a.b": label "ö" is declared twice; name each label once'],
    ['a rule that is none', { nameValidation: 'unicode' }, 'counter "a.b": nameValidation is "unicode"; give "legacy" or "utf8"'],
  ];

  test.each(refused)('Such rules, too, refuse %s.', (_what, options, message) => {
    const registry = new Registry({ nameValidation: 'utf8' });
    expect(errorOf(() => registry.counter({ name: 'a.b', help, ...options } as never))[1]).toBe(message);
    expect(registry.instruments()).toEqual([]);
  });

  test('A state set’s states may be named by such a label, unless that is one of its own.', () => {
    const registry = new Registry({ nameValidation: 'utf8' });
    const set = registry.stateSet({ name: 'door.state', help, states: ['offen', 'zu'], stateLabel: 'zustand der tür' });
    set.set('zu');
    expect(set.descriptor.stateLabel).toBe('zustand der tür');
    expect(registry.stateSet({ name: 'a.b', help, states: ['on'] }).descriptor.stateLabel).toBe('a.b');
    expect(errorOf(() => registry.stateSet({ name: 'c.d', help, states: ['on'], labelNames: ['c.d'] }))[0]).toBe('INVALID_LABEL_NAME');
    expect(errorOf(() => new Registry().stateSet({ name: 'e', help, states: ['on'], stateLabel: 'e.f' }))[0]).toBe('INVALID_LABEL_NAME');
  });

  test('A collector’s families follow the rules of the registry.', () => {
    const family: CollectedFamily = { name, help, type: 'gauge', series: [{ labels: { 'a.b': 'x' }, value: 1 }] };
    const states: CollectedFamily = { name: 'door.state', help, type: 'stateset', states: ['on'], series: [{ states: ['on'] }] };
    const collector = { name: 'all', collect: () => [family, states] };
    const free = new Registry({ nameValidation: 'utf8' });
    free.register(collector);
    expect(free.snapshot().map((one) => [one.name, one.series[0]!.labels])).toEqual([['door.state', {}], [name, { 'a.b': 'x' }]]);
    const faults: unknown[] = [];
    const legacy = new Registry({ onFault: (_message, error) => faults.push((error as Error).message) });
    legacy.register(collector);
    expect(legacy.snapshot().map((one) => one.name)).toEqual(['tallystick_collector_errors_total']);
    expect(faults).toEqual([`collected "${name}": not a metric name; use letters, digits, "_" and ":", and do not begin with a digit, or ask for nameValidation: "utf8"`]);
  });

  test('Names that clash in the exposition are refused as ever.', () => {
    const registry = new Registry({ nameValidation: 'utf8' });
    registry.histogram({ name: 'a.b', help });
    expect(errorOf(() => registry.counter({ name: 'a.b_count', help }))[0]).toBe('DUPLICATE_NAME');
  });
});
