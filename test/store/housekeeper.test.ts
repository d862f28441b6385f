import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Chore, Housekeeper } from '../../src/store/housekeeper.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Chores that take so many milliseconds each, or as long as they are given, on a clock that moves with them only. */
function chores(milliseconds: readonly number[]) {
  let now = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const done: number[] = [];
  const housekeeper = new Housekeeper();
  const all = milliseconds.map(
    (needed, name): Chore => ({
      sweep(until) {
        done.push(name);
        now = Math.min(now + needed, Math.max(now, until + 0.01));
      },
    }),
  );
  for (const chore of all) housekeeper.add(chore);
  const work = (): readonly [order: string, milliseconds: number] => {
    const began = now;
    done.length = 0;
    housekeeper.work();
    return [done.join(' '), Math.round(now - began)];
  };
  return { housekeeper, all, work };
}

describe('A housekeeper', () => {
  test('It gives every chore a turn where the time is enough, and ends the round there.', () => {
    const { housekeeper, work } = chores([0.1, 0.2, 0.3, 0]);
    expect(work()).toEqual(['0 1 2 3', 1]);
    expect(work()).toEqual(['0 1 2 3', 1]);
    housekeeper.stop();
  });

  test('All together take no longer than one would, and those that had no time come first the next time.', () => {
    const { housekeeper, work } = chores([100, 0.5, 100, 0.5, 0.5]);
    expect(work()).toEqual(['0', 2]);
    expect(work()).toEqual(['1 2', 2]);
    expect(work()).toEqual(['3 4 0', 2]);
    expect(work()).toEqual(['1 2', 2]);
    housekeeper.stop();
  });

  test('A chore that was taken out or is added twice does not come twice, and no other is left out.', () => {
    const { housekeeper, all, work } = chores([0, 0, 100, 0]);
    housekeeper.add(all[1]!);
    expect(work()).toEqual(['0 1 2', 2]);
    housekeeper.remove(all[3]!);
    expect(work()).toEqual(['0 1 2', 2]);
    housekeeper.remove(all[2]!);
    expect(work()).toEqual(['0 1', 0]);
    housekeeper.stop();
  });
});
