import { TallystickError, show } from '../../model/errors.js';
import type { LabelValue } from '../../model/labels.js';
import { checkOptions } from '../../model/options.js';
import { type Clock, checkClock, systemClock } from '../../platform/clock.js';
import { type Registry, defaultRegistry } from '../../registry/registry.js';
import type { CallCounter, InFlightGauge, TimingLabels, TimingOptions } from './options.js';

/** A histogram or summary, whatever its labels. */
interface DurationSink {
  readonly name: string;
  readonly labelNames: readonly string[];
  observe(labelsOrValue: TimingLabels | number, value?: number): void;
}

/** A counter, whatever its labels. */
interface CountSink extends Omit<CallCounter, 'inc'> {
  inc(labels?: TimingLabels): void;
}

/** Measures of options that have been seen before: blocks are often timed with the same ones. */
const known = /* @__PURE__ */ new WeakMap<TimingOptions, Measure>();

/** The measure of some options, which are checked the first time. @throws TallystickError `INVALID_OPTIONS` */
export function measureOf(subject: string, options: TimingOptions, ownOptions: readonly string[]): Measure {
  let measure = known.get(options);
  if (measure === undefined) {
    measure = new Measure(subject, options, ownOptions);
    known.set(options, measure);
  }
  return measure;
}

const noLabels: TimingLabels = /* @__PURE__ */ Object.freeze({});

/** The names of {@link TimingOptions}. */
const optionNames = ['histogram', 'counter', 'errors', 'inFlight', 'record', 'clock', 'registry'];

/**
 * What is recorded for each thing that is timed, and how. Nothing that goes wrong in it is thrown: it is noted with the registry, where it is
 * counted, and logged once.
 */
export class Measure {
  readonly clock: Clock;
  readonly inFlight: InFlightGauge | undefined;
  private readonly histogram: DurationSink | undefined;
  private readonly counter: CountSink | undefined;
  private readonly errors: CountSink | undefined;
  private readonly recorder: ((seconds: number, labels: TimingLabels) => void) | undefined;
  private readonly registry: Registry;
  /** Whether all there is to do for a success is to observe. */
  private readonly isSimple: boolean;
  /** Labels that never change, and what instruments take of them for a success: they are not picked again for each call. */
  private fixed: TimingLabels | undefined;
  private fixedForHistogram: TimingLabels;
  private fixedForCounter: TimingLabels;

  /** @throws TallystickError `INVALID_OPTIONS` */
  constructor(subject: string, options: TimingOptions, ownOptions: readonly string[]) {
    checkOptions(subject, options, [...optionNames, ...ownOptions]);
    const { histogram, counter, errors, inFlight, record, clock, registry = defaultRegistry } = options;
    checkMethod(subject, 'histogram', histogram, 'observe', 'a histogram or a summary');
    checkMethod(subject, 'counter', counter, 'inc', 'a counter');
    checkMethod(subject, 'errors', errors, 'inc', 'a counter');
    checkMethod(subject, 'inFlight', inFlight, 'startInProgress', 'a gauge without labels, or the handle of one, such as gauge.labels("x")');
    checkMethod(subject, 'registry', registry, 'noteFault', 'a Registry');
    if (((inFlight as { readonly labelNames?: readonly string[] } | undefined)?.labelNames?.length ?? 0) > 0) {
      throw new TallystickError('INVALID_OPTIONS', `${subject}: inFlight is a gauge with labels; give the handle of one of its series, such as gauge.labels("x")`);
    }
    if (record !== undefined && typeof record !== 'function') throw new TallystickError('INVALID_OPTIONS', `${subject}: record is ${show(record)}; give a function, or leave it out`);
    if (histogram === undefined && counter === undefined && record === undefined) {
      throw new TallystickError('INVALID_OPTIONS', `${subject}: there is nothing to record in; give a histogram, a counter or a record function`);
    }
    this.clock = clock === undefined ? systemClock : checkClock(clock);
    this.inFlight = inFlight;
    this.histogram = histogram as unknown as DurationSink | undefined;
    this.counter = counter as unknown as CountSink | undefined;
    this.errors = errors as unknown as CountSink | undefined;
    this.recorder = record;
    this.registry = registry;
    this.isSimple = counter === undefined && record === undefined;
    this.fixed = undefined;
    this.fixedForHistogram = noLabels;
    this.fixedForCounter = noLabels;
  }

  /** Says that these labels, by identity, will not change. */
  fix(labels: TimingLabels): void {
    this.fixed = labels;
    if (this.histogram !== undefined) this.fixedForHistogram = pick(this.histogram, labels, true, undefined);
    if (this.counter !== undefined) this.fixedForCounter = pick(this.counter, labels, true, undefined);
  }

  /** Counts one more under way; what comes back is called at its end. */
  enter(): (() => void) | undefined {
    try {
      return this.inFlight?.startInProgress();
    } catch (error) {
      this.note('inFlight', error);
      return undefined;
    }
  }

  /** How long it has taken; a clock that the application handed in may step back. */
  secondsSince(started: number): number {
    return Math.max(0, this.clock.monotonicSeconds() - started);
  }

  /** Records one that is over. */
  record(seconds: number, success: boolean, error: unknown, labels: TimingLabels = noLabels): void {
    const { histogram, counter, errors, recorder } = this;
    const isFixed = success && labels === this.fixed;
    if (histogram !== undefined) {
      try {
        if (histogram.labelNames.length === 0) histogram.observe(seconds);
        else histogram.observe(isFixed ? this.fixedForHistogram : pick(histogram, labels, success, error), seconds);
      } catch (fault) {
        this.note(histogram.name, fault);
      }
    }
    if (success && this.isSimple) return;
    if (counter !== undefined) this.count(counter, isFixed ? this.fixedForCounter : labels, success, error);
    if (!success && errors !== undefined) this.count(errors, labels, success, error);
    if (recorder === undefined) return;
    try {
      recorder(seconds, { success, ...labels });
    } catch (fault) {
      this.note('record', fault);
    }
  }

  /** Counts and logs what went wrong in measuring. */
  note(what: string, fault: unknown): void {
    const code = fault instanceof TallystickError ? ` (${fault.code})` : '';
    this.registry.noteFault(`timing: ${what}${code}`, fault, 'lost');
  }

  private count(counter: CountSink, labels: TimingLabels, success: boolean, error: unknown): void {
    try {
      if (counter.labelNames.length === 0) counter.inc();
      else counter.inc(labels === this.fixedForCounter ? labels : pick(counter, labels, success, error));
    } catch (fault) {
      this.note(counter.name, fault);
    }
  }
}

/** Those of the labels that an instrument has, in its order; one that is missing is left for it to refuse. */
function pick({ labelNames }: { readonly labelNames: readonly string[] }, labels: TimingLabels, success: boolean, error: unknown): TimingLabels {
  const picked: Record<string, LabelValue> = {};
  for (const name of labelNames) {
    const given = labels[name];
    if (given !== undefined) picked[name] = given;
    else if (name === 'success') picked[name] = success ? 'true' : 'false';
    else if (name === 'error_type') picked[name] = success ? '' : nameOf(error);
  }
  return picked;
}

/** Names of errors are few; their texts are not. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function checkMethod(subject: string, option: string, value: unknown, method: string, rule: string): void {
  if (value === undefined || typeof (value as Record<string, unknown> | null)?.[method] === 'function') return;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(value)}; give ${rule}`);
}
