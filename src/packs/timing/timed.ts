/// <reference lib="esnext.disposable" preserve="true" />
import { TallystickError, show } from '../../model/errors.js';
import type { LabelValue } from '../../model/labels.js';
import { asyncDispose, dispose } from '../../instruments/timer.js';
import { isAsync } from './calls.js';
import { type Measure, measureOf } from './measure.js';
import type { TimedOptions, TimingLabels } from './options.js';

/** A block of code that is being timed; its end is recorded once. */
export interface TimedBlock {
  /** Says whether it went well; the last call counts. Without an argument it did. */
  setSuccess(success?: boolean): TimedBlock;
  /** Adds a label, or replaces it; a string, number, boolean or bigint. What is none is noted at the end, and never thrown. */
  addLabel(name: string, value: LabelValue): TimedBlock;
  /** Ends the block by hand, and returns the seconds it took; 0 or more, the same at every call. */
  end(): number;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

class Block {
  private readonly measure: Measure;
  private readonly labels: Record<string, LabelValue>;
  private readonly leave: (() => void) | undefined;
  private success: boolean;
  private error: unknown;
  private seconds: number | undefined;
  private readonly started: number;

  constructor(measure: Measure, labels: TimingLabels, success: boolean) {
    this.measure = measure;
    this.labels = { ...labels };
    this.success = success;
    this.error = undefined;
    this.seconds = undefined;
    this.leave = measure.enter();
    this.started = measure.clock.monotonicSeconds();
  }

  setSuccess(success: boolean = true): this {
    this.success = success;
    return this;
  }

  addLabel(name: string, value: LabelValue): this {
    this.labels[name] = value;
    return this;
  }

  /** Notes what ended the block. */
  fail(error: unknown): void {
    this.success = false;
    this.error = error;
  }

  end(): number {
    if (this.seconds === undefined) {
      this.seconds = this.measure.secondsSince(this.started);
      this.leave?.();
      this.measure.record(this.seconds, this.success, this.error, this.labels);
    }
    return this.seconds;
  }

  // By keys that are the platform's where it has them.
  [dispose](): void {
    this.end();
  }

  async [asyncDispose](): Promise<void> {
    this.end();
  }
}

/**
 * Times a block of code: until the block of its `using` or `await using` declaration is left, or until `end()`. What goes wrong in measuring is
 * noted with the registry, and never thrown.
 *
 * A `using` declaration is not told of errors: a block that is left by one counts as the options and `setSuccess` have said. Give the
 * block as a function, and it counts as failed. An options object that is kept is checked at its first use only.
 *
 * @example
 * const seconds = new Histogram({ name: 'import_duration_seconds', help: 'Time to import a file.', labelNames: ['kind', 'success'] });
 * const rows = timed({ histogram: seconds }, (block) => {
 *   block.addLabel('kind', 'csv');
 *   return 12;
 * });
 * console.log(rows);
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function timed<const Names extends readonly string[] = readonly [], Sets = object>(options: TimedOptions<Names, Sets>): TimedBlock;
/** Runs a function as the block, whose end is its return, its throw, or the settling of its promise; what it returns or throws is unchanged. */
export function timed<T, const Names extends readonly string[] = readonly [], Sets = object>(options: TimedOptions<Names, Sets>, run: (block: TimedBlock) => T): T;
export function timed(options: TimedOptions, run?: (block: TimedBlock) => unknown): unknown {
  const measure = measureOf('timed', options, ['labels', 'success']);
  const { labels = {}, success = true } = options;
  if (typeof labels !== 'object' || labels === null) throw new TallystickError('INVALID_OPTIONS', `timed: labels is ${show(labels)}; give an object`);
  if (typeof success !== 'boolean') throw new TallystickError('INVALID_OPTIONS', `timed: success is ${show(success)}; give true or false`);
  if (run !== undefined && typeof run !== 'function') throw new TallystickError('INVALID_OPTIONS', `timed: was given ${show(run)} to run; give a function, or leave it out`);
  const block = new Block(measure, labels, success);
  return run === undefined ? block : runIn(block, run);
}

function runIn(block: Block, run: (block: TimedBlock) => unknown): unknown {
  let result: unknown;
  try {
    result = run(block);
  } catch (error) {
    block.fail(error);
    block.end();
    throw error;
  }
  if (!(result instanceof Promise)) {
    block.end();
    return result;
  }
  const failed = (error: unknown): void => {
    block.fail(error);
    block.end();
  };
  // Nobody else knows the promise of an async function: one that follows it keeps a rejection that nobody handles as visible as it was.
  if (isAsync(run)) {
    return result.then(
      (value: unknown) => {
        block.end();
        return value;
      },
      (error: unknown) => {
        failed(error);
        throw error;
      },
    );
  }
  result.then(() => block.end(), failed);
  return result;
}
