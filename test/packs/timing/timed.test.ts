import { describe, expect, test, vi } from 'vitest';
import { asyncDispose, dispose } from '../../../src/instruments/timer.js';
import { Registry } from '../../../src/registry/registry.js';
import { timed } from '../../../src/packs/timing/entry.js';
import { FakeClock } from '../../instruments/fake-clock.js';

function make() {
  const clock = new FakeClock();
  const onFault = vi.fn();
  const registry = new Registry({ clock, onFault });
  const histogram = registry.histogram({ name: 'block_duration_seconds', help: 'Time a block takes.', labelNames: ['op', 'success'], buckets: [1, 10] });
  const seen = (): unknown[] => histogram.getAll().map(({ labels, count, sum }) => [labels['op'], labels['success'], count, sum]);
  return { clock, onFault, registry, histogram, options: { histogram, clock, registry }, seen };
}

describe('A timed block', () => {
  test('It is recorded when the block of its `using` declaration is left, as a success unless told otherwise.', () => {
    const { clock, options, seen } = make();
    {
      using block = timed({ ...options, labels: { op: 'a' } });
      clock.advance(2);
      expect(block.setSuccess()).toBe(block);
      expect(seen()).toEqual([]);
    }
    {
      using block = timed(options);
      block.addLabel('op', 'first').addLabel('op', 'b').setSuccess(true).setSuccess(false);
    }
    expect(seen()).toEqual([['a', 'true', 1, 2], ['b', 'false', 1, 0]]);
  });

  test('It is recorded when the block of its `await using` declaration is left.', async () => {
    const { clock, options, seen } = make();
    {
      await using block = timed(options);
      await Promise.resolve();
      clock.advance(1);
      block.addLabel('op', 'later');
    }
    expect(seen()).toEqual([['later', 'true', 1, 1]]);
  });

  test('With `success: false` it counts as failed until it says otherwise, also when an error leaves it.', () => {
    const { options, seen } = make();
    const run = (fail: boolean): void => {
      using block = timed({ ...options, labels: { op: 'a' }, success: false });
      if (fail) throw new Error('no');
      block.setSuccess();
    };
    run(false);
    expect(() => run(true)).toThrow('no');
    expect(seen()).toEqual([['a', 'true', 1, 0], ['a', 'false', 1, 0]]);
  });

  test('It ends once, and says the same seconds every time.', async () => {
    const { clock, options, seen } = make();
    const block = timed({ ...options, labels: { op: 'a' } });
    clock.advance(3);
    expect(block.end()).toBe(3);
    clock.advance(3);
    block[dispose]();
    await block[asyncDispose]();
    expect(block.end()).toBe(3);
    expect(seen()).toEqual([['a', 'true', 1, 3]]);
  });

  test('As a function it sees returns, throws and settled promises, and changes none of them.', async () => {
    const { clock, options, seen } = make();
    const work = { ...options, labels: { op: 'a' } };
    expect(timed(work, () => clock.advance(1))).toBe(undefined);
    expect(() => timed(work, (): never => { throw new RangeError('no'); })).toThrow(new RangeError('no'));
    expect(await timed(work, async (block) => block.addLabel('op', 'async') && 4)).toBe(4);
    await expect(timed(work, async () => Promise.reject(new RangeError('late')))).rejects.toThrow('late');
    const shared = Promise.reject(new Error('shared'));
    expect(timed(work, () => shared)).toBe(shared);
    await shared.catch(() => {});
    expect(seen()).toEqual([['a', 'true', 1, 1], ['a', 'false', 3, 0], ['async', 'true', 1, 0]]);
  });

  test('It counts, counts what is under way, and names errors.', () => {
    const { registry, options } = make();
    const inFlight = registry.gauge({ name: 'blocks_in_flight', help: 'Blocks under way.', labelNames: ['kind'] });
    const errors = registry.counter({ name: 'block_errors_total', help: 'Failed blocks.', labelNames: ['op', 'error_type'] });
    const counter = registry.counter({ name: 'blocks_total', help: 'Blocks.' });
    const all = { ...options, errors, counter, inFlight: inFlight.labels('x'), labels: { op: 'a' } };
    expect(() => timed(all, () => { expect(inFlight.get('x')?.value).toBe(1); throw new SyntaxError('no'); })).toThrow('no');
    expect([inFlight.get('x')?.value, errors.get('a', 'SyntaxError')?.value, counter.get()?.value]).toEqual([0, 1, 1]);
  });

  test('What cannot be recorded is noted once, and never thrown.', () => {
    const { options, onFault, seen } = make();
    for (let i = 0; i < 2; i++) timed(options, (block) => block.addLabel('op', {} as never));
    timed(options).end();
    expect(onFault.mock.calls.map(([message]) => message)).toEqual([
      'tallystick: "timing: block_duration_seconds (INVALID_LABEL_VALUE)" could not be recorded; the application goes on (this is said once)',
      'tallystick: "timing: block_duration_seconds (INVALID_LABELS)" could not be recorded; the application goes on (this is said once)',
    ]);
    expect(seen()).toEqual([]);
  });

  test.each([
    [{ labels: 5 }, undefined, 'timed: labels is 5; give an object'],
    [{ success: 'yes' }, undefined, 'timed: success is "yes"; give true or false'],
    [{}, 5, 'timed: was given 5 to run; give a function, or leave it out'],
  ])('What makes no sense is refused at once: %j', (wrong, run, message) => {
    const { options } = make();
    expect(() => timed({ ...options, ...wrong } as never, run as never)).toThrow(message);
  });
});
