import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beat, makePulse, mostSilentLooks, watchPulse } from '../../src/expose/pulse.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const seconds = (count: number): unknown => vi.advanceTimersByTime(count * 1000);

describe('The pulse of a thread', () => {
  it('is heard for as long as the thread goes on, and for some seconds more.', () => {
    const pulse = makePulse();
    const silent = vi.fn();
    const stop = beat(pulse);
    watchPulse(pulse, silent);
    seconds(1000);
    stop();
    seconds(mostSilentLooks - 1);
    expect(silent).not.toHaveBeenCalled();
    seconds(2);
    expect(silent).toHaveBeenCalledOnce();
    seconds(1000);
    expect(silent).toHaveBeenCalledOnce();
  });

  it('is missing from one that never begins, too.', () => {
    const silent = vi.fn();
    watchPulse(makePulse(), silent);
    seconds(mostSilentLooks + 1);
    expect(silent).toHaveBeenCalledOnce();
  });

  it('may stop for a while.', () => {
    const pulse = makePulse();
    const silent = vi.fn();
    watchPulse(pulse, silent);
    for (let pause = 0; pause < 10; pause++) {
      seconds(mostSilentLooks - 1);
      Atomics.add(pulse, 0, 1);
    }
    expect(silent).not.toHaveBeenCalled();
  });

  it('is listened for until that is ended.', () => {
    const silent = vi.fn();
    watchPulse(makePulse(), silent)();
    seconds(100);
    expect(silent).not.toHaveBeenCalled();
  });
});
