import { TallystickError, show } from './errors.js';
import { type LabelValue, labelText } from './labels.js';
import { storable } from './storable.js';
import { isTime } from './times.js';

/** A recording that stands for others like it, with what leads to more about it: usually the trace it belongs to. */
export interface Exemplar {
  /** For instance `{ trace_id: '4bf92f35…' }`. Names and values together have at most 128 characters (OpenMetrics 1.0, "Exemplars"). */
  readonly labels: Readonly<Record<string, string>>;
  /** What was recorded. */
  readonly value: number;
  /** When, in seconds since the Unix epoch. */
  readonly timestamp?: number;
}

/** What leads from an exemplar to more: usually a trace id and a span id. */
export type ExemplarLabels = Readonly<Record<string, LabelValue>>;

/** An exemplar as a recording takes it. */
export interface RecordedExemplar {
  /** For instance `{ trace_id: '4bf92f35…' }`. Names and values together have at most 128 characters (OpenMetrics 1.0, "Exemplars"). */
  readonly labels: ExemplarLabels;
  /** What is recorded, when left out. A histogram's lies in the bucket that is counted. Any number but NaN. */
  readonly value?: number;
  /** When, in seconds since the Unix epoch: now, when left out. */
  readonly timestamp?: number;
}

/**
 * Gives the labels of an exemplar for what is being recorded just now, or nothing: for instance those of the active span, where there is one.
 * It is called within a recording, so it should be quick; what it throws does not reach the application.
 */
export type ExemplarSupplier = () => ExemplarLabels | undefined;

/** OpenMetrics 1.0, "Label": names that begin with `_` are reserved. */
const labelName = /^[a-zA-Z][a-zA-Z0-9_]*$/;
/** Unicode code points (OpenMetrics 1.0, "Exemplars"). */
export const mostCharacters = 128;

/**
 * Checks an exemplar, and copies it.
 *
 * @param recorded the value of one that has none
 * @param now the time of one that has none
 * @throws TallystickError `INVALID_EXEMPLAR`
 */
export function checkExemplar(subject: string, exemplar: unknown, recorded?: number, now?: number): Exemplar {
  if (typeof exemplar !== 'object' || exemplar === null) throw fault(subject, `exemplar is ${show(exemplar)}; give { labels, value, timestamp }`);
  const { labels, value = recorded, timestamp = now } = exemplar as Partial<Exemplar>;
  if (typeof value !== 'number') throw fault(subject, `exemplar value is ${show(value)}; give a number`);
  if (timestamp !== undefined && !isTime(timestamp)) {
    throw fault(subject, `exemplar timestamp is ${show(timestamp)}; give seconds since the Unix epoch, or leave it out`);
  }
  return Object.freeze({ labels: checkExemplarLabels(subject, labels), value, ...(timestamp === undefined ? {} : { timestamp }) });
}

/**
 * Checks an exemplar of a time that is not over yet, and so can have no value, and copies it.
 *
 * @throws TallystickError `INVALID_EXEMPLAR`
 */
export function checkTimedExemplar(subject: string, exemplar: unknown): RecordedExemplar {
  const given = (exemplar as Partial<Exemplar> | null)?.value;
  if (given !== undefined) throw fault(subject, `exemplar value is ${show(given)} before the time has been taken; leave it out for the seconds it took`);
  const { labels, timestamp } = checkExemplar(subject, exemplar, 0);
  return timestamp === undefined ? { labels } : { labels, timestamp };
}

/**
 * Checks the labels of an exemplar, and copies them.
 *
 * @throws TallystickError `INVALID_EXEMPLAR`
 */
export function checkExemplarLabels(subject: string, labels: unknown): Readonly<Record<string, string>> {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) throw fault(subject, `exemplar labels is ${show(labels)}; give an object, for instance { trace_id: "4bf92f35" }`);
  const copy: [string, string][] = [];
  let characters = 0;
  for (const [name, given] of Object.entries(labels)) {
    const text = labelText(given);
    if (!labelName.test(name)) throw fault(subject, `exemplar label ${show(name)} is not a label name; use letters, digits and "_", and begin with a letter`);
    if (text === undefined) throw fault(subject, `exemplar label ${show(name)} is ${show(given)}; give a string, number, boolean or bigint`);
    // Prometheus, to 3.5 at least, takes a NUL here for the end of what it scrapes, and refuses the whole.
    const value = storable(text).replaceAll('\0', '\uFFFD');
    characters += name.length + codePoints(value);
    copy.push([name, value]);
  }
  if (characters > mostCharacters) throw fault(subject, `the names and values of the exemplar's labels have ${characters} characters; at most ${mostCharacters} are allowed, keep to what leads to the trace`);
  return Object.freeze(Object.fromEntries(copy));
}

/** How many Unicode code points a text has. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count -= 1;
  return count;
}

function fault(subject: string, what: string): TallystickError {
  return new TallystickError('INVALID_EXEMPLAR', `${subject}: ${what}`);
}
