/**
 * The types by which label names, and label values where they are declared, are checked when a program is compiled. The same rules are
 * checked again when it runs, for callers in plain JavaScript.
 */

/** What a label value may be given as; anything but a string is turned into one, once. */
export type LabelValue = string | number | boolean | bigint;

/** The values each label may take, by label name. A label that is not named here takes any. */
export type LabelValueSets<Names extends readonly string[]> = {
  readonly [Name in Names[number]]?: readonly LabelValue[];
};

type ValueOf<Sets, Name> = Name extends keyof Sets ? (Sets[Name] extends readonly (infer Value extends LabelValue)[] ? Value : LabelValue) : LabelValue;

/** An object with exactly these labels. */
export type Labels<Names extends readonly string[], Sets = object> = Names extends readonly []
  ? Readonly<Record<string, never>>
  : { readonly [Name in Names[number]]: ValueOf<Sets, Name> };

/** The label values in the order in which the label names were declared. */
export type LabelTuple<Names extends readonly string[], Sets = object> = { readonly [Index in keyof Names]: ValueOf<Sets, Names[Index]> };

/** Some of the labels, as `removeMatching` takes them. */
export type PartialLabels<Names extends readonly string[], Sets = object> = Names extends readonly []
  ? Readonly<Record<string, never>>
  : { readonly [Name in Names[number]]?: ValueOf<Sets, Name> };

/** For each label the values it is to take, as `init` multiplies them out. */
export type LabelProduct<Names extends readonly string[], Sets = object> = { readonly [Name in Names[number]]: readonly ValueOf<Sets, Name>[] };

/** One argument of `labels(...)`, `remove(...)` and their like: all labels in one object, or the values in order. */
export type LabelArguments<Names extends readonly string[], Sets = object> = [labels: Labels<Names, Sets>] | [...values: LabelTuple<Names, Sets>];

/**
 * A label value as a string, or `undefined` for what is no label value. A lone surrogate is left alone: it becomes U+FFFD when the value is
 * stored, and is the same value as U+FFFD from then on.
 */
export function labelText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      // String(-0) is "0" already.
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return undefined;
  }
}
