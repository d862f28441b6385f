import { TallystickError, show } from '../../model/errors.js';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting of the environment and the variable it comes from. */
export interface Found {
  readonly variable: string;
  readonly value: string;
}

/** The first of some variables that is set; an empty one is as good as none (OpenTelemetry, "Environment Variable Specification"). */
export function firstOf(environment: Environment, ...variables: readonly string[]): Found | undefined {
  for (const variable of variables) {
    const value = environment[variable]?.trim();
    if (value !== undefined && value !== '') return { variable, value };
  }
  return undefined;
}

/**
 * One of some words.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function oneOf<const Word extends string>({ variable, value }: Found, words: readonly Word[], wayOut: string): Word {
  const word = words.find((one) => one === value.toLowerCase());
  if (word !== undefined) return word;
  throw new TallystickError('INVALID_OPTIONS', `otlp: ${variable} is ${show(value)}; ${wayOut}`);
}

/**
 * Milliseconds, as seconds.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function secondsFrom({ variable, value }: Found): number {
  const milliseconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  if (milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds / 1000;
  throw new TallystickError('INVALID_OPTIONS', `otlp: ${variable} is ${show(value)}; give a number of milliseconds above 0`);
}

/**
 * Names and values as in `api-key=secret,tenant=a%20b`: what is not plain in a value is percent-encoded.
 *
 * @throws TallystickError `INVALID_OPTIONS`, without the value, which may be a secret
 */
export function pairsFrom({ variable, value }: Found): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const [place, part] of value.split(',').entries()) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = decoded(part.slice(0, equals));
    const text = decoded(part.slice(equals + 1));
    if (equals < 1 || name === undefined || name === '' || text === undefined) {
      throw new TallystickError('INVALID_OPTIONS', `otlp: ${variable}: entry ${place + 1} is no name=value; separate entries with commas, and percent-encode what is not plain in them`);
    }
    pairs.push([name, text]);
  }
  return pairs;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
