import type { ResourceLimits } from 'node:worker_threads';
import { checkShareName } from '../aggregate/sharing-rules.js';
import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import type { ServerSettings } from './http-server.js';

export interface OffThreadOptions {
  /**
   * What workers have to say that attach themselves: `attach(registry, { name })`. Needed only where one process has servers that show different things.
   * 1 to 64 letters, digits, `_`, `.` or `-`; default `default`.
   */
  readonly name?: string;
  /** How long a scrape waits for what only the application can compute, functions and collectors, in milliseconds; 0 or more, default 500. */
  readonly deadlineMilliseconds?: number;
  /** What the thread may take, as `node:worker_threads` has it. One that goes beyond ends, and is started anew. */
  readonly resourceLimits?: ResourceLimits;
}

/** Options, checked. */
export interface OffThread {
  readonly name: string;
  readonly deadlineMilliseconds: number | undefined;
  readonly resourceLimits: ResourceLimits | undefined;
}

export const subject = 'metrics server: offThread';

/**
 * Checks the option `offThread`.
 *
 * @returns undefined where the server is to be on this thread
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkOffThread(given: unknown): OffThread | undefined {
  if (given === undefined || given === false) return undefined;
  if (given !== true && (typeof given !== 'object' || given === null)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject} is ${show(given)}; give true, false, or an object of options`);
  }
  const options: OffThreadOptions = given === true ? {} : given;
  checkOptions(subject, options, ['name', 'deadlineMilliseconds', 'resourceLimits']);
  const { deadlineMilliseconds, resourceLimits } = options;
  if (deadlineMilliseconds !== undefined && !(typeof deadlineMilliseconds === 'number' && deadlineMilliseconds >= 0)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: deadlineMilliseconds is ${show(deadlineMilliseconds)}; give a number of milliseconds, 0 or more`);
  }
  if (resourceLimits !== undefined && (typeof resourceLimits !== 'object' || resourceLimits === null)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: resourceLimits is ${show(resourceLimits)}; give an object, for instance { maxOldGenerationSizeMb: 256 }`);
  }
  if (resourceLimits !== undefined) checkLimits(resourceLimits);
  return { name: checkShareName(subject, options.name), deadlineMilliseconds, resourceLimits };
}

/** Node.js takes what it does not know for no limit, and ends the process where a stack is too small to begin with. */
function checkLimits(limits: ResourceLimits): void {
  checkOptions(`${subject}: resourceLimits`, limits, ['maxYoungGenerationSizeMb', 'maxOldGenerationSizeMb', 'codeRangeSizeMb', 'stackSizeMb']);
  for (const [name, megabytes] of Object.entries(limits) as [string, unknown][]) {
    if (megabytes === undefined || (typeof megabytes === 'number' && megabytes >= 1 && megabytes < Infinity)) continue;
    throw new TallystickError('INVALID_OPTIONS', `${subject}: resourceLimits: ${name} is ${show(megabytes)}; give a number of megabytes, 1 or more`);
  }
}

/**
 * Refuses what cannot be sent to a thread.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function refuseFunctions({ tls, scrape }: ServerSettings): void {
  for (const options of [{ tls }, scrape]) {
    const path = pathOfFunction(options, 0);
    if (path !== undefined) throw new TallystickError('INVALID_OPTIONS', `metrics server: ${path} is a function, which cannot be sent to another thread; leave it out, or offThread`);
  }
}

/** Where the first function stands in options, for instance `tls.SNICallback`. */
function pathOfFunction(value: object, depth: number): string | undefined {
  for (const [name, part] of Object.entries(value) as [string, unknown][]) {
    if (typeof part === 'function') return name;
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part) || depth > 3) continue;
    const inner = pathOfFunction(part, depth + 1);
    if (inner !== undefined) return `${name}.${inner}`;
  }
  return undefined;
}
