import { describe, expect, test } from 'vitest';
import { StateSet } from '../../src/instruments/state-set.js';

const make = (initial?: 'open' | 'shut' | 'locked' | null) =>
  new StateSet({ name: 'doors', help: 'Doors.', labelNames: ['door'], states: ['open', 'shut', 'locked'], registry: null, ...(initial === undefined ? {} : { initial }) });

describe('A state set', () => {
  test('One state holds after set, and others beside it by enable and disable.', () => {
    const doors = make();
    doors.set({ door: 'front' }, 'shut');
    expect(doors.get('front')?.states).toEqual(['shut']);
    const handle = doors.labels('front');
    handle.enable('locked');
    expect(handle.get()).toEqual(['shut', 'locked']);
    handle.disable('shut');
    expect(handle.get()).toEqual(['locked']);
    handle.set('open');
    expect(handle.get()).toEqual(['open']);
  });

  test('A series begins in the first state, in the initial one, or in none.', () => {
    expect(make().labels('a').get()).toEqual(['open']);
    expect(make('locked').labels('a').get()).toEqual(['locked']);
    expect(make(null).labels('a').get()).toEqual([]);
    const doors = make('shut');
    doors.init([{ door: 'a' }]);
    expect(doors.get('a')?.states).toEqual(['shut']);
  });

  test('A handle that is taken later does not change what holds.', () => {
    const doors = make();
    doors.set({ door: 'a' }, 'locked');
    doors.init([{ door: 'a' }]);
    expect(doors.labels('a').get()).toEqual(['locked']);
  });

  test('Without labels it begins so from its creation, and a reset goes back there.', () => {
    const power = new StateSet({ name: 'power', help: 'Power.', states: ['on', 'off'], initial: 'off', registry: null });
    expect(power.get()?.states).toEqual(['off']);
    power.set('on');
    expect(power.get()?.states).toEqual(['on']);
    power.reset();
    expect(power.get()?.states).toEqual(['off']);
  });

  test('A state it does not have is refused, without a series.', () => {
    const doors = make();
    expect(() => doors.set({ door: 'new' }, 'ajar' as 'open')).toThrow('"ajar" is not one of its states; they are "open", "shut", "locked"');
    expect(() => doors.set('open' as never, undefined as never)).toThrow('missing label "door"');
    expect(doors.size).toBe(0);
  });

  test('The handle of a removed series holds no state.', () => {
    const doors = make();
    const handle = doors.labels('a');
    doors.remove('a');
    handle.set('locked');
    expect(handle.get()).toEqual([]);
    expect(doors.labels('b').get()).toEqual(['open']);
  });

  test('An array of states that its owner changes later changes nothing.', () => {
    const states = ['a', 'b'];
    const set = new StateSet({ name: 's', help: 'S.', states, registry: null });
    states.push('c');
    expect(() => set.set('c')).toThrow('"c" is not one of its states');
  });
});
