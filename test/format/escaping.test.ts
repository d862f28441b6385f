import { describe, expect, it } from 'vitest';
import { describedIn, escapeFamilies, escapeLabelName, escapeName, escapingSchemes, unescapeName } from '../../src/format/escaping.js';
import { type CollectedFamily, type EscapingScheme, Registry, collectText, stream, toText } from '../../src/index.js';
import { loadFamily } from '../../src/registry/collected-family.js';

const gauge = (name: string, labels: Record<string, string> = {}): CollectedFamily => ({ name, help: 'Held for the test.', type: 'gauge', series: [{ labels, value: 1 }] });
const view = (family: CollectedFamily) => loadFamily(family, 'utf8');

describe('escapeName', () => {
  it.each([
    ['cpu.load', 'cpu_load', 'cpu_dot_load', 'U__cpu_2e_load'],
    ['cpu.load_total', 'cpu_load_total', 'cpu_dot_load__total', 'U__cpu_2e_load__total'],
    ['plain_name', 'plain_name', 'plain__name', 'plain_name'],
    ['a:b', 'a:b', 'a:b', 'a:b'],
    ['a:b.c', 'a:b_c', 'a:b_dot_c', 'U__a:b_2e_c'],
    ['9lives', '_lives', '__lives', 'U___39_lives'],
    ['x9', 'x9', 'x9', 'x9'],
    ['with space 🎉', 'with_space__', 'with__space____', 'U__with_20_space_20__1f389_'],
    ['雷', '_', '__', 'U___96f7_'],
    ['_', '_', '__', '_'],
  ])('spells %j as prometheus/common does: %j, %j, %j.', (name, underscores, dots, values) => {
    expect(escapingSchemes.map((scheme) => escapeName(name, scheme))).toEqual([name, underscores, dots, values]);
  });

  it('keeps colons out of label names, which have none.', () => {
    expect(escapingSchemes.map((scheme) => escapeLabelName('a:b', scheme))).toEqual(['a:b', 'a_b', 'a__b', 'U__a_3a_b']);
  });
});

describe('unescapeName', () => {
  it('takes digits of either case.', () => {
    for (const name of ['U__a_2e_b', 'U__a_2E_b', 'U__a_002e_b']) expect(unescapeName(name, 'values')).toBe('a.b');
    expect(unescapeName('U___1F389__1f389_', 'values')).toBe('🎉🎉');
    expect(unescapeName('U___10ffff_', 'values')).toBe('\u{10ffff}');
  });

  it.each(['', 'a_2e_b', 'u__a_2e_b', 'U__a_2e', 'U__a_', 'U__a_2g_b', 'U__a_2e.b', 'U___d800_', 'U___dfff_', 'U___110000_', 'U___0000041_', 'U___-1_', 'U__a_ 1_'])('gives %j back as it is.', (name) => {
    expect(unescapeName(name, 'values')).toBe(name);
  });

  it('tells an escaped underscore from half a dot.', () => {
    for (const name of ['a_dot_b', 'a._b', 'a_.b', '_dot_.dot.', '...']) expect(unescapeName(escapeName(name, 'dots'), 'dots')).toBe(name);
  });
});

describe('describedIn', () => {
  it('leaves a family with legacy names as it is, whatever the scheme.', () => {
    const plain = view(gauge('plain_name', { some_label: 'x' }));
    for (const scheme of escapingSchemes) expect(describedIn(plain, scheme)).toBe(plain);
  });

  it('escapes the names of the family, its labels, constant labels and the label of states, and nothing else.', () => {
    const registry = new Registry({ nameValidation: 'utf8' });
    const power = registry.stateSet({ name: 'power.state', help: 'Än.', states: ['o.n', 'off'], stateLabel: 'state', labelNames: ['the.room', 'plain_one'], constLabels: { 'da:ta.center': 'a.b' } });
    const { descriptor } = describedIn(power.view(), 'dots');
    expect(descriptor).toEqual({ ...power.descriptor, name: 'power_dot_state', labelNames: ['the_dot_room', 'plain_one'], constLabels: [['da__ta_dot_center', 'a.b']] });
    expect(describedIn(power.view(), 'allow-utf-8').descriptor).toBe(power.descriptor);
  });

  it.each([
    [{ 'a.b': '1', 'a/b': '2' }, 'gauge "g": label "a/b" is escaped to "a_b", as is label "a.b"; rename it'],
    [{ a_b: '1', 'a.b': '2' }, 'gauge "g": label "a.b" is escaped to "a_b", as is label "a_b"; rename it'],
    [{ '..name..': 'other' }, 'gauge "g": label "..name.." is escaped to "__name__", as is the name of the metric; rename it'],
  ])('refuses labels that become one: %j.', (labels, message) => {
    expect(() => describedIn(view(gauge('g', labels)), 'underscores')).toThrow(expect.objectContaining({ code: 'INVALID_LABEL_NAME', message }));
    expect(describedIn(view(gauge('g', labels)), 'values').descriptor.labelNames).toHaveLength(Object.keys(labels).length);
  });
});

describe('escapeFamilies', () => {
  const faults: [string, string, string | undefined][] = [];
  const registry = { noteFault: (name: string, error: unknown, reason?: string) => void faults.push([name, (error as Error).message, reason]) };
  const names = (...families: CollectedFamily[]) => escapeFamilies(families.map(view), registry, 'underscores').map(({ descriptor }) => descriptor.name);

  it('leaves out a family whose name becomes that of another, and keeps the one that is called so.', () => {
    expect(names(gauge('a.b'), gauge('a/b'), gauge('a_b'), gauge('c.d'), gauge('c/d'))).toEqual(['a_b', 'c_d']);
    expect(faults.splice(0)).toEqual([
      ['a.b', 'gauge "a.b": escaped as underscores, it shares the name "a_b" with another family; rename one of the two', 'clash'],
      ['a/b', 'gauge "a/b": escaped as underscores, it shares the name "a_b" with another family; rename one of the two', 'clash'],
      ['c/d', 'gauge "c/d": escaped as underscores, it shares the name "c_d" with another family; rename one of the two', 'clash'],
    ]);
  });

  it('sees names that are written beside the family’s own.', () => {
    expect(names(gauge('wait_count'), { name: 'wait', help: 'x', type: 'summary', series: [] }, gauge('wait.sum'))).toEqual(['wait_count', 'wait']);
    expect(faults.splice(0).map(([name]) => name)).toEqual(['wait.sum']);
  });

  it('leaves out a family of which two labels become one, and nothing else.', () => {
    expect(names(gauge('one', { 'a.b': '1', 'a/b': '2' }), gauge('two.three', { 'a.b': '1' }))).toEqual(['two_three']);
    expect(faults.splice(0).map(([name, , reason]) => [name, reason])).toEqual([['one', 'clash']]);
  });

  it('leaves out a state set of which a label would be called as OpenMetrics calls its states.', () => {
    const door: CollectedFamily = { name: 'my.door', help: 'x', type: 'stateset', states: ['open'], stateLabel: 'state', series: [{ labels: { my_door: 'x' }, states: ['open'] }] };
    expect(names(door, gauge('other'))).toEqual(['other']);
    expect(faults.splice(0).map(([name, , reason]) => [name, reason])).toEqual([['my.door', 'clash']]);
  });

  it('counts and logs a clash as those of collectors are.', () => {
    const log: string[] = [];
    const whole = new Registry({ nameValidation: 'utf8', onFault: (message) => log.push(message) });
    whole.gauge({ name: 'a.b', help: 'x' });
    whole.gauge({ name: 'a/b', help: 'x' });
    expect(escapeFamilies(whole.collectSync(), whole, 'underscores')).toHaveLength(1);
    expect(escapeFamilies(whole.collectSync(), whole, 'values')).toHaveLength(3);
    expect(toText(whole)).toContain('tallystick_collector_errors_total{collector="a/b",reason="clash"} 2\n');
    expect(log).toEqual(['tallystick: "a/b" shares a name with another family, and is left out (this is said once)']);
  });

  it('goes before every way to write an exposition.', async () => {
    const whole = new Registry({ nameValidation: 'utf8' });
    whole.gauge({ name: 'a.b', help: 'x', labelNames: ['c.d'] }).set({ 'c.d': 'e' }, 1);
    const texts = async (escaping?: EscapingScheme): Promise<string[]> => {
      const options = escaping === undefined ? {} : { escaping };
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream(whole, options)) chunks.push(chunk);
      return [toText(whole, options), await collectText(whole, options), Buffer.concat(chunks).toString()].map((text) => text.trim().split('\n').at(-1)!);
    };
    expect(await texts()).toEqual(Array(3).fill('a_b{c_d="e"} 1'));
    expect(await texts('values')).toEqual(Array(3).fill('U__a_2e_b{U__c_2e_d="e"} 1'));
    expect(toText(whole, { format: 'openmetrics-2.0.0' })).toContain('{"a.b","c.d"="e"} 1');
  });
});
