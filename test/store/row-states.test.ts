import { describe, expect, test } from 'vitest';
import { RowStates, changing, clearedEnd, clearedStart, clearedVersion, dead, kindMask, lifeOf, live } from '../../src/store/row-states.js';

function statesOf(): { states: RowStates; state: () => number } {
  const states = new RowStates();
  states.share();
  states.reach(0);
  return { states, state: () => states.column.page(0)[0]! };
}

describe('The state of a row', () => {
  test('It is another one for each series, also when the numbers of these begin anew; and never that of a row that was never used.', () => {
    const { states, state } = statesOf();
    states.publish(0);
    expect(state() & kindMask).toBe(live);
    states.column.page(0)[0] = (2 ** 20 - 2) << 12;
    const seen = [state()];
    for (let i = 0; i < 4; i++) {
      states.retire(0);
      expect([state() & kindMask, lifeOf(state())]).toEqual([dead, lifeOf(seen.at(-1)!)]);
      states.publish(0);
      expect(state() & kindMask).toBe(live);
      expect(lifeOf(state())).toBeGreaterThan(0);
      expect(lifeOf(state())).toBeLessThan(2 ** 20);
      seen.push(state());
    }
    expect(new Set(seen.map(lifeOf)).size).toBe(seen.length);
    expect(seen).not.toContain(0);
  });

  test('A change leaves the series what it is, and the state another one, however many there are.', () => {
    const { states, state } = statesOf();
    states.publish(0);
    const life = lifeOf(state());
    for (let change = 0; change < 3000; change++) {
      const before = state();
      expect(states.change(0)).toBe(true);
      expect([state() & kindMask, lifeOf(state())]).toEqual([changing, life]);
      expect(states.change(0)).toBe(false);
      states.settle(0);
      expect([state() & kindMask, lifeOf(state())]).toEqual([live, life]);
      expect(state()).not.toBe(before);
    }
  });

  test('What is dead is not changed, and settling it does not bring it back.', () => {
    const { states, state } = statesOf();
    states.publish(0);
    states.change(0);
    states.retire(0);
    states.settle(0);
    expect(state() & kindMask).toBe(dead);
    expect(states.change(0)).toBe(false);
  });

  test('The version of the cleared rows is even when they stand.', () => {
    const { states } = statesOf();
    for (const [start, end] of [[0, 10], [3, 10], [0, 0]] as const) {
      const before = states.cleared[clearedVersion]!;
      states.setCleared(start, end);
      expect([states.cleared[clearedVersion], states.cleared[clearedStart], states.cleared[clearedEnd]]).toEqual([before + 2, start, end]);
    }
  });
});
