import { describe, expect, test } from 'vitest';
import { type Remembered, SeriesHistory } from '../../../src/export/otlp/series-history.js';

const remembered = (total: number, created = NaN): Remembered<number> => ({ start: 1, created, seen: 2, total, values: total });

describe('What is remembered of series', () => {
  test('Is what the last collection had, and no more.', () => {
    const history = new SeriesHistory(0);
    for (let collection = 1; collection <= 100; collection++) {
      const family = history.family<number>('f');
      for (let i = 0; i < 10; i++) family.put(`${collection} ${i}`, remembered(i));
      history.end(collection);
      expect(history.size).toBe(10);
      expect(history.previousSeconds).toBe(collection);
    }
  });

  test('Is nothing where counting has begun anew: the count has fallen, or the time of creation is another.', () => {
    const history = new SeriesHistory(0);
    history.family<number>('f').put('a', remembered(5, 100));
    history.end(1);
    const family = history.family<number>('f');
    expect(family.last('a', 100, 5)).toEqual(remembered(5, 100));
    expect(family.last('a', 100, 4.9)).toBeUndefined();
    expect(family.last('a', 101, 9)).toBeUndefined();
    expect(family.last('a', NaN, 9)).toBeUndefined();
    expect(family.last('b', 100, 9)).toBeUndefined();
  });

  test('Of a family that is missing is kept for ten collections.', () => {
    const known = (missed: number): boolean => {
      const history = new SeriesHistory(0);
      history.family<number>('f').put('a', remembered(5));
      history.end(1);
      for (let i = 0; i < missed; i++) history.end(2 + i);
      expect(history.size).toBe(missed <= 10 ? 1 : 0);
      return history.family<number>('f').last('a', NaN, 6) !== undefined;
    };
    expect(known(10)).toBe(true);
    expect(known(11)).toBe(false);
  });

  test('Of a family that broke off is kept for those that were not reached.', () => {
    const history = new SeriesHistory(0);
    const first = history.family<number>('f');
    first.put('a', remembered(1));
    first.put('b', remembered(1));
    history.end(1);
    const second = history.family<number>('f');
    second.put('a', remembered(2));
    second.keepRest();
    history.end(2);
    const third = history.family<number>('f');
    expect(third.last('a', NaN, 2)?.total).toBe(2);
    expect(third.last('b', NaN, 2)?.total).toBe(1);
  });
});
