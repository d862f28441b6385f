import type { Exemplar } from '../model/exemplar.js';
import { isWithin } from '../store/exemplar-supply.js';

/** Most exemplars of a series of a native histogram. */
export const mostSpread = 10;
/** An exemplar that is older makes room first, wherever it lies: what it leads to may be gone. */
const staleSeconds = 300;
/** The supplier is asked when there is none younger than this within a factor of two of the value … */
const freshSeconds = 5;
/** … and not sooner than this after the last time: values may be spread wider than ten exemplars are. */
const pauseSeconds = 0.5;

interface Spread {
  readonly exemplar: Exemplar;
  readonly taken: number;
  /** Rises with each one: clocks may stand still, or be set back. */
  readonly turn: number;
  /** Where it lies on the scale by which they are spread. */
  readonly place: number;
}

/**
 * The exemplars of one series of a native histogram, spread over the values on a logarithmic scale. Where there is one too many, the one
 * goes that is out of date; else, of the two that lie closest together, the older one, or the inner one where the other is the smallest or
 * the largest of all: values that creep up would take the ends along otherwise.
 */
export class ExemplarSpread {
  /** By rising value. */
  private readonly kept: Spread[];
  private latest: number;
  private turns: number;

  constructor() {
    this.kept = [];
    this.latest = -Infinity;
    this.turns = 0;
  }

  add(exemplar: Exemplar, taken: number): void {
    const { kept } = this;
    const place = placeOf(exemplar.value);
    let at = kept.length;
    while (at > 0 && kept[at - 1]!.exemplar.value > exemplar.value) at -= 1;
    kept.splice(at, 0, { exemplar, taken, turn: (this.turns += 1), place });
    this.latest = taken;
    if (kept.length > mostSpread) kept.splice(this.superfluous(taken), 1);
  }

  /** Whether an exemplar of this value would bring something new. */
  isDue(value: number, now: number): boolean {
    if (isWithin(now, this.latest, pauseSeconds)) return false;
    const place = placeOf(value);
    return !this.kept.some((one) => Math.abs(one.place - place) <= 1 && isWithin(now, one.taken, freshSeconds));
  }

  exemplars(): readonly Exemplar[] {
    return this.kept.map(({ exemplar }) => exemplar);
  }

  /** Which one goes. */
  private superfluous(now: number): number {
    const { kept } = this;
    let oldest = 0;
    let close = 1;
    for (let i = 1; i < kept.length; i++) {
      if (kept[i]!.turn < kept[oldest]!.turn) oldest = i;
      if (kept[i]!.place - kept[i - 1]!.place < kept[close]!.place - kept[close - 1]!.place) close = i;
    }
    if (now - kept[oldest]!.taken >= staleSeconds) return oldest;
    const older = kept[close]!.turn < kept[close - 1]!.turn ? close : close - 1;
    if (kept[close]!.place === kept[close - 1]!.place) return older;
    return close === 1 ? close : close === kept.length - 1 ? close - 1 : older;
  }
}

/** The base-2 logarithm of the smallest and of the largest double, rounded outwards: the infinities lie a step beyond the latter. */
const leastLog = -1075;
const mostLog = 1025;

/** A place on a scale that is logarithmic on both sides of zero, and rises with the value. */
function placeOf(value: number): number {
  if (value === 0) return 0;
  return Math.sign(value) * (Math.min(Math.log2(Math.abs(value)), mostLog) - leastLog);
}
