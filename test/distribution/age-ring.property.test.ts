import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgeRing, stepsOver } from '../../src/distribution/age-ring.js';

/** Keeps events in the buckets of a ring, as a window does. */
class Events {
  readonly buckets: number[][];
  private readonly ring: AgeRing;
  private readonly cells = new Float64Array(2);
  private readonly seconds: number;

  constructor(count: number, seconds: number, now: number) {
    this.buckets = Array.from({ length: count }, () => []);
    this.seconds = seconds;
    this.ring = new AgeRing(count, seconds, this.cells, 0);
    this.ring.begin(now);
  }

  advance(now: number): void {
    const count = this.buckets.length;
    const expected = this.youngAt(now);
    const over = this.ring.advance(now);
    expect(over).toBeLessThanOrEqual(count);
    for (let step = 0; step < over; step++) this.buckets[(this.ring.current - step + count) % count] = [];
    expect(this.ring.isCurrent(now)).toBe(true);
    expect(this.kept()).toEqual(expected);
  }

  add(now: number, event: number): void {
    if (!this.ring.isCurrent(now)) this.advance(now);
    this.buckets[this.ring.current]!.push(event);
  }

  /** What whoever reads the cells takes for young, without advancing. */
  private youngAt(now: number): number[] {
    const [current, began] = this.cells as unknown as [number, number];
    const count = this.buckets.length;
    const young = count - stepsOver(now - began, this.seconds, count);
    return Array.from({ length: young }, (_, age) => this.buckets[(current - age + count) % count]!)
      .flat()
      .sort((a, b) => a - b);
  }

  kept(): number[] {
    return this.buckets.flat().sort((a, b) => a - b);
  }
}

const shape = fc.record({ count: fc.integer({ min: 1, max: 12 }), seconds: fc.constantFrom(0.25, 1, 12, 60) });
/** In quarters of a second, so that sums of them are exact. */
const forward = fc.array(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 100_000 })), { maxLength: 80 });

describe('an age ring', () => {
  it('keeps nothing older than all buckets together, and loses nothing younger than all but one', () => {
    fc.assert(
      fc.property(shape, forward, fc.integer({ min: -1000, max: 1000 }), ({ count, seconds }, steps, start) => {
        const events = new Events(count, seconds, start);
        const times: number[] = [];
        let now = start;
        for (const step of steps) {
          now += step / 4;
          events.add(now, now);
          times.push(now);
          events.advance(now);
          const kept = events.kept();
          for (const time of kept) if (!(now - time < count * seconds)) expect.fail(`kept an event ${now - time} s old`);
          for (const time of times) if (now - time < (count - 1) * seconds && !kept.includes(time)) expect.fail(`lost an event ${now - time} s old`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('ages the same whether it is advanced often or seldom', () => {
    fc.assert(
      fc.property(shape, fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 40 }), ({ count, seconds }, steps) => {
        const often = new Events(count, seconds, 0);
        const once = new Events(count, seconds, 0);
        often.add(0, 0);
        once.add(0, 0);
        let now = 0;
        for (const step of steps) {
          now += step / 4;
          often.advance(now);
        }
        once.advance(now);
        expect(often.kept()).toEqual(once.kept());
      }),
      { numRuns: 500 },
    );
  });

  it('loses nothing when the clock steps back, and forgets again as time goes on from there', () => {
    fc.assert(
      fc.property(shape, forward, fc.integer({ min: 1, max: 1_000_000 }), ({ count, seconds }, steps, back) => {
        const events = new Events(count, seconds, 0);
        let now = 0;
        for (const step of steps) events.add((now += step / 4), now);
        events.advance(now);
        const before = events.kept();
        now -= back;
        events.advance(now);
        expect(events.kept()).toEqual(before);
        // The current bucket began anew: one turn less a step keeps what is in it, a whole turn empties all.
        events.add(now, -1);
        events.advance(now + (count - 1) * seconds);
        expect(events.kept()).toContain(-1);
        events.advance(now + count * seconds);
        expect(events.kept()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('empties every bucket once, after however long a time', () => {
    const ring = new AgeRing(5, 1, new Float64Array(2), 0);
    ring.begin(0);
    expect(ring.advance(1e12)).toBe(5);
    expect(ring.isCurrent(1e12 + 0.5)).toBe(true);
    expect(ring.isCurrent(1e12 + 1)).toBe(false);
  });

  it('says for no time at all that nothing is over', () => {
    expect(stepsOver(NaN, 1, 5)).toBe(0);
    expect(stepsOver(-1, 1, 5)).toBe(0);
    expect(stepsOver(Infinity, 1, 5)).toBe(5);
  });
});
