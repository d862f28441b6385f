import { TallystickError, show } from '../model/errors.js';
import { labelText } from '../model/labels.js';

/** `init` multiplies no further than this: more series at once are a mistake, and would be a long pause. */
const mostCombinations = 100_000;

/** Declared values by the place of their label; undefined where any is allowed. */
export type DeclaredValues = readonly (ReadonlySet<string> | undefined)[];

/**
 * What `init` was given, as label objects.
 *
 * @param given label objects; or for each label the values to combine; or undefined for all declared values
 * @param checkNames refuses an object that does not have exactly the metric's labels
 * @throws TallystickError `INVALID_LABELS`
 */
export function combinations(subject: string, names: readonly string[], declared: DeclaredValues, given: unknown, checkNames: (labels: object) => void): readonly object[] {
  if (given === undefined) {
    if (declared.some((values) => values === undefined)) {
      throw new TallystickError('INVALID_LABELS', `${subject}: init() without combinations needs labelValues for every label; declare them, or say which series to make`);
    }
    return product(subject, names, declared.map((values) => [...values!]));
  }
  if (typeof given !== 'object' || given === null) {
    throw new TallystickError('INVALID_LABELS', `${subject}: init(${show(given)}); give label objects, or for each label an array of values`);
  }
  if (Symbol.iterator in given) {
    const all = [...(given as Iterable<object>)];
    if (all.length > mostCombinations) refuseMany(subject, all.length);
    return all;
  }
  checkNames(Object.fromEntries(Object.keys(given).map((name) => [name, ''])));
  const values = names.map((name) => {
    const some = (given as Record<string, unknown>)[name];
    if (!Array.isArray(some)) throw new TallystickError('INVALID_LABELS', `${subject}: init() has ${show(some)} for label ${show(name)}; give an array of values`);
    return some as readonly unknown[];
  });
  return product(subject, names, values);
}

function product(subject: string, names: readonly string[], values: readonly (readonly unknown[])[]): readonly object[] {
  const count = values.reduce((total, some) => total * some.length, 1);
  if (count > mostCombinations) refuseMany(subject, count);
  let all: Record<string, unknown>[] = [{}];
  for (const [place, name] of names.entries()) all = all.flatMap((labels) => values[place]!.map((value) => ({ ...labels, [name]: value })));
  return all;
}

function refuseMany(subject: string, count: number): never {
  throw new TallystickError('INVALID_LABELS', `${subject}: init() would make ${count} series; at most ${mostCombinations} can be made at once`);
}

/**
 * Checks the `labelValues` option.
 *
 * @throws TallystickError `INVALID_LABELS`, `INVALID_LABEL_VALUE`
 */
export function declaredValues(subject: string, names: readonly string[], sets: unknown): DeclaredValues {
  if (sets === undefined) return names.map(() => undefined);
  if (typeof sets !== 'object' || sets === null) {
    throw new TallystickError('INVALID_LABEL_VALUE', `${subject}: labelValues is ${show(sets)}; give an object of arrays`);
  }
  for (const name of Object.keys(sets)) {
    if (!names.includes(name)) throw new TallystickError('INVALID_LABELS', `${subject}: labelValues names ${show(name)}, which is not among labelNames; add it there or take it out here`);
  }
  return names.map((name) => {
    // Not what every object has from its prototype: labels may be called `constructor`.
    const values = Object.hasOwn(sets, name) ? (sets as Record<string, unknown>)[name] : undefined;
    if (values === undefined) return undefined;
    if (!Array.isArray(values) || values.length === 0) {
      throw new TallystickError('INVALID_LABEL_VALUE', `${subject}: labelValues of ${show(name)} is ${show(values)}; give an array of at least one value`);
    }
    return new Set(
      (values as readonly unknown[]).map((value) => {
        const text = labelText(value);
        if (text === undefined) throw new TallystickError('INVALID_LABEL_VALUE', `${subject}: labelValues of ${show(name)} holds ${show(value)}; give strings, numbers, booleans or bigints`);
        return text;
      }),
    );
  });
}
