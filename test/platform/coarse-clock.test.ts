import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkClock, systemClock } from '../../src/platform/clock.js';
import { CoarseClock } from '../../src/platform/coarse-clock.js';
import { FakeClock } from '../support/fake-clock.js';

describe('a coarse clock over a clock of the application', () => {
  it('asks it at every reading, and shows steps in both directions at once', () => {
    const clock = new FakeClock(5);
    const coarse = new CoarseClock(clock);
    const shown: number[] = [];
    for (const step of [0, 0.125, 3, -10, 0.5]) {
      clock.advance(step);
      shown.push(coarse.read());
    }
    expect(shown).toEqual([5, 5.125, 8.125, -1.875, -1.375]);
    expect(clock.readings).toBe(5);
    coarse.stop();
    expect(coarse.read()).toBe(clock.seconds);
  });
});

describe("a coarse clock over the platform's clock", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is at most a quarter of a second late while the event loop runs', () => {
    const coarse = new CoarseClock(systemClock);
    coarse.read();
    for (let i = 0; i < 200; i++) {
      vi.advanceTimersByTime(37);
      expect(systemClock.monotonicSeconds() - coarse.read()).toBeLessThanOrEqual(0.25);
      expect(systemClock.monotonicSeconds() - coarse.read()).toBeGreaterThanOrEqual(0);
    }
    coarse.stop();
  });

  /** Reads so fast that most readings come from the cache. */
  function warm(coarse: CoarseClock): void {
    for (let i = 0; i < 1000; i++) coarse.read();
  }

  it('is at most 64 readings late when the event loop is blocked after fast readings', () => {
    const coarse = new CoarseClock(systemClock);
    warm(coarse);
    const before = coarse.refresh();
    const read = vi.spyOn(systemClock, 'monotonicSeconds').mockReturnValue(before + 100);
    const shown = Array.from({ length: 65 }, () => coarse.read());
    read.mockRestore();
    coarse.stop();
    expect(shown[0]).toBe(before);
    expect(shown[64]).toBe(before + 100);
  });

  it('is never late for who reads seldom, the event loop blocked or not', () => {
    const coarse = new CoarseClock(systemClock);
    const begin = systemClock.monotonicSeconds();
    const read = vi.spyOn(systemClock, 'monotonicSeconds');
    const shown: number[] = [];
    for (let i = 0; i < 10; i++) {
      read.mockReturnValue(begin + i);
      shown.push(coarse.read() - begin);
    }
    read.mockRestore();
    expect(shown).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks the platform seldom when it is read fast', () => {
    const coarse = new CoarseClock(systemClock);
    warm(coarse);
    const read = vi.spyOn(systemClock, 'monotonicSeconds');
    for (let i = 0; i < 6500; i++) coarse.read();
    const asked = read.mock.calls.length;
    read.mockRestore();
    coarse.stop();
    expect(asked).toBe(100);
  });

  it('has no timer before fast readings, one while they go on, and none when they have become rare', () => {
    const coarse = new CoarseClock(systemClock);
    coarse.read();
    expect(vi.getTimerCount()).toBe(0);
    warm(coarse);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(250);
    warm(coarse);
    vi.advanceTimersByTime(250);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(250);
    expect(vi.getTimerCount()).toBe(0);
    expect(coarse.read()).toBe(systemClock.monotonicSeconds());
  });

  it('ends its timer when stopped, and shows the right time when read afterwards', () => {
    const coarse = new CoarseClock(systemClock);
    warm(coarse);
    coarse.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(10_000);
    expect(coarse.read()).toBe(systemClock.monotonicSeconds());
    coarse.stop();
    coarse.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows this moment when it is refreshed', () => {
    const coarse = new CoarseClock(systemClock);
    warm(coarse);
    coarse.refresh();
    vi.advanceTimersByTime(100);
    expect(coarse.read()).toBeLessThan(systemClock.monotonicSeconds());
    expect(coarse.refresh()).toBe(systemClock.monotonicSeconds());
    coarse.stop();
  });

  it('asks at every reading where there are no timers', () => {
    const coarse = new CoarseClock(systemClock);
    const refuse = vi.spyOn(globalThis, 'setInterval').mockImplementation(() => {
      throw new Error('no timers outside of a request');
    });
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(10);
      expect(coarse.read()).toBe(systemClock.monotonicSeconds());
    }
    refuse.mockRestore();
  });
});

describe('a clock', () => {
  it('is refused unless it has both methods', () => {
    for (const clock of [null, undefined, {}, { monotonicSeconds: () => 0 }, { wallSeconds: () => 0 }, 5]) {
      expect(() => checkClock(clock as never)).toThrow(TypeError);
    }
    const clock = new FakeClock();
    expect(checkClock(clock)).toBe(clock);
  });

  it("of the platform's gives seconds", () => {
    expect(Math.abs(systemClock.wallSeconds() - Date.now() / 1000)).toBeLessThan(5);
    expect(Math.abs(systemClock.monotonicSeconds() - performance.now() / 1000)).toBeLessThan(5);
  });
});
