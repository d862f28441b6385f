import { describe, expect, test } from 'vitest';
import { Info } from '../../src/instruments/info.js';

const make = () => new Info({ name: 'build', help: 'Build.', labelNames: ['version'], registry: null });

describe('An info', () => {
  test('Stating facts withdraws what was stated before; adding does not.', () => {
    const build = make();
    build.set({ version: '1' });
    build.add({ version: '2' });
    expect(build.getAll()).toMatchObject([{ labels: { version: '1' }, value: 1 }, { labels: { version: '2' }, value: 1 }]);
    build.set({ version: 3 });
    expect(build.getAll()).toMatchObject([{ labels: { version: '3' }, value: 1 }]);
    build.set({ version: '3' });
    expect(build.size).toBe(1);
  });

  test('Facts that are refused withdraw nothing.', () => {
    const build = make();
    build.set({ version: '1' });
    expect(() => build.set({ version: undefined } as never)).toThrow('label "version" is undefined');
    expect(() => build.set({} as never)).toThrow('missing label "version"');
    expect(build.getAll()).toMatchObject([{ labels: { version: '1' } }]);
  });

  test('A handle tells whether the facts still hold, and a reset leaves them.', () => {
    const build = make();
    const handle = build.labels('1');
    build.reset();
    expect(handle.get()).toBe(1);
    build.set({ version: '2' });
    expect(handle.get()).toBe(0);
  });

  test('Without labels it is there, and stays.', () => {
    const up = new Info({ name: 'up', help: 'Up.', registry: null });
    up.clear();
    expect(up.get()?.value).toBe(1);
  });
});
