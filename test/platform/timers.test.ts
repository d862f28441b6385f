import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadlinePassed, startInterval, withDeadline } from '../../src/platform/timers.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('waiting with a deadline', () => {
  it('gives what the promise gives before the deadline, and leaves no timer', async () => {
    await expect(withDeadline(Promise.resolve(5), 1000)).resolves.toBe(5);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes on a rejection before the deadline, as an error whatever was thrown', async () => {
    const error = new Error('broken');
    await expect(withDeadline(Promise.reject(error), 1000)).rejects.toBe(error);
    await expect(withDeadline(Promise.reject('broken'), 1000)).rejects.toEqual(new Error('broken'));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says that the time is up, not earlier than at the deadline', async () => {
    let answer: unknown = 'waiting';
    void withDeadline(new Promise(() => {}), 1000).then((value) => (answer = value));
    await vi.advanceTimersByTimeAsync(999);
    expect(answer).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(answer).toBe(deadlinePassed);
  });

  it('swallows a rejection after the deadline', async () => {
    let fail: (error: Error) => void = () => {};
    const waited = withDeadline(new Promise((_, reject) => (fail = reject)), 10);
    await vi.advanceTimersByTimeAsync(10);
    fail(new Error('late'));
    await expect(waited).resolves.toBe(deadlinePassed);
  });

  it('waits for ever when told so, or longer than timers can', async () => {
    for (const milliseconds of [Infinity, 2 ** 31, 1e15]) {
      let finish: (value: string) => void = () => {};
      const waited = withDeadline(new Promise<string>((resolve) => (finish = resolve)), milliseconds);
      expect(vi.getTimerCount()).toBe(0);
      finish('at last');
      await expect(waited).resolves.toBe('at last');
    }
  });
});

describe('an interval', () => {
  it('calls again and again until it is stopped', () => {
    let calls = 0;
    const interval = startInterval(() => (calls += 1), 100)!;
    vi.advanceTimersByTime(350);
    expect(calls).toBe(3);
    interval.stop();
    vi.advanceTimersByTime(1000);
    expect(calls).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is unreferenced', () => {
    vi.useRealTimers();
    const unref = vi.fn();
    const timer = vi.spyOn(globalThis, 'setInterval').mockReturnValue({ unref } as never);
    expect(startInterval(() => {}, 100)).toBeDefined();
    expect(unref).toHaveBeenCalledOnce();
    timer.mockRestore();
  });

  it('is not started where it would keep the process alive', () => {
    const started = vi.spyOn(globalThis, 'setInterval').mockReturnValue(7 as never);
    const ended = vi.spyOn(globalThis, 'clearInterval');
    expect(startInterval(() => {}, 100)).toBeUndefined();
    expect(ended).toHaveBeenCalledWith(7);
    started.mockRestore();
    ended.mockRestore();
  });
});
