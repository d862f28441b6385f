import { TallystickError, show } from './errors.js';
import { checkOptions } from './options.js';
import { storable } from './storable.js';
import { labelText, type LabelValue } from './labels.js';
import { type NameValidation, checkLabelNames, checkName, checkNameValidation, fullName } from './names.js';

/** The kinds of metric an exposition can hold (OpenMetrics 1.0, "Metric types"). */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'gaugehistogram' | 'summary' | 'info' | 'stateset' | 'unknown';

/** What every instrument is described by. */
export interface MetricOptions<Names extends readonly string[] = readonly string[]> {
  /** Metric name; letters, digits, `_` and `:`, not beginning with a digit, unless `nameValidation` says otherwise. A counter's should end in `_total`, one with a unit in that unit. */
  readonly name: string;
  /** What the metric counts or measures, in a sentence; shown as HELP. Must not be empty. */
  readonly help: string;
  /** Names of the labels that tell the series of this metric apart; none by default. */
  readonly labelNames?: Names;
  /** Base unit, for instance `seconds`; the name must end in it (before `_total`). */
  readonly unit?: string;
  /** Put before subsystem and name, joined with `_`. */
  readonly namespace?: string;
  /** Put before the name, joined with `_`. */
  readonly subsystem?: string;
  /** Labels that every series of this metric carries with the same value. */
  readonly constLabels?: Readonly<Record<string, LabelValue>>;
  /**
   * `legacy` (default): names that every format writes as they are. `utf8`: any text as name and as label names, for instance
   * `http.request.duration`; readers that did not ask for such names get them escaped. As the registry says, when left out.
   */
  readonly nameValidation?: NameValidation;
}

/** A metric as collected: what it is, without its numbers. Never changes. */
export interface Descriptor {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Empty when none was given. */
  readonly unit: string;
  readonly labelNames: readonly string[];
  /** Name and value, in the order given. */
  readonly constLabels: readonly (readonly [name: string, value: string])[];
  /** Histograms and gauge histograms: finite upper bounds, ascending; the last bucket, up to +Inf, is implied. */
  readonly bounds: readonly number[];
  /** Summaries: quantiles from 0 to 1, ascending. */
  readonly quantiles: readonly number[];
  /** State sets: the states, and the label that names them. */
  readonly states: readonly string[];
  readonly stateLabel: string;
}

/** Options that are no part of an exposition, but without which two instruments of one name do not mean the same. */
export type Settings = Readonly<Record<string, unknown>>;

/** What a kind of metric adds to its options. */
export interface Shape {
  readonly type: MetricType;
  readonly bounds?: readonly number[];
  readonly quantiles?: readonly number[];
  readonly states?: readonly string[];
  readonly stateLabel?: string;
  readonly settings?: Settings;
  /** Whether its recordings take exemplars: one for each bucket (or for the value), or `spread` over its native buckets as well. */
  readonly exemplars?: 'slots' | 'spread';
  /** Options that only this kind has. */
  readonly options?: readonly string[];
}

/** The options that every kind has. */
const commonOptions = ['name', 'help', 'labelNames', 'labelValues', 'unit', 'namespace', 'subsystem', 'constLabels', 'limits', 'expireAfterSeconds', 'created', 'nameValidation', 'registry'];

const unitName = /^[a-zA-Z0-9][a-zA-Z0-9_:]*$/;

/** Suffixes that belong to the type, not to the name proper. */
const typeSuffixes: Partial<Record<MetricType, string>> = { counter: '_total', info: '_info' };

/** The name without the suffix its type demands: what OpenMetrics 1.0 calls the family name. */
export function familyName(descriptor: Pick<Descriptor, 'name' | 'type'>): string {
  const suffix = typeSuffixes[descriptor.type];
  const { name } = descriptor;
  return suffix !== undefined && name.endsWith(suffix) && name.length > suffix.length ? name.slice(0, -suffix.length) : name;
}

/** `counter "jobs_total"`: how errors and logs speak of a metric. */
export function subjectOf(kind: string, name: string): string {
  return `${kind} ${show(name)}`;
}

/**
 * How errors speak of the metric that options describe.
 *
 * @throws TallystickError `INVALID_OPTIONS`, `INVALID_NAME`
 */
export function subjectFrom(kind: string, options: MetricOptions): string {
  if (typeof options !== 'object' || options === null) {
    throw new TallystickError('INVALID_OPTIONS', `${kind}: options are ${show(options)}; give an object with at least name and help`);
  }
  return subjectOf(kind, fullName(kind, options));
}

/**
 * Builds a descriptor from options, checking each.
 *
 * @param kind how errors call the instrument, for instance `counter`
 * @param nameValidation where the options do not say
 * @throws TallystickError when an option is missing or breaks a rule
 */
export function describe(kind: string, options: MetricOptions, shape: Shape, nameValidation?: NameValidation): Descriptor {
  const subject = subjectFrom(kind, options);
  const name = fullName(kind, options);
  const validation = checkNameValidation(subject, options.nameValidation ?? nameValidation);
  checkName(subject, name, validation);
  checkOptions(subject, options, [...commonOptions, ...(shape.options ?? [])]);
  const { help, labelNames = [], unit = '', constLabels = {} } = options;
  if (typeof help !== 'string' || help === '') {
    throw new TallystickError('INVALID_HELP', `${subject}: help is ${show(help)}; say in a sentence what the metric measures`);
  }
  if (!Array.isArray(labelNames)) {
    throw new TallystickError('INVALID_LABEL_NAME', `${subject}: labelNames is ${show(labelNames)}; give an array of strings`);
  }
  if (typeof constLabels !== 'object' || constLabels === null || Array.isArray(constLabels)) {
    throw new TallystickError('INVALID_LABELS', `${subject}: constLabels is ${show(constLabels)}; give an object of label names and values`);
  }
  const reserved = reservedLabels(shape, name);
  checkLabelNames(subject, [...labelNames, ...Object.keys(constLabels)], reserved, validation);
  checkUnit(subject, name, unit, shape.type);
  return Object.freeze({
    name,
    help: storable(help),
    type: shape.type,
    unit,
    labelNames: Object.freeze([...labelNames]) as readonly string[],
    constLabels: Object.freeze(Object.entries(constLabels).map(([label, value]) => constLabel(subject, label, value))),
    bounds: Object.freeze([...(shape.bounds ?? [])]),
    quantiles: Object.freeze([...(shape.quantiles ?? [])]),
    states: Object.freeze((shape.states ?? []).map(storable)),
    stateLabel: shape.type === 'stateset' ? (shape.stateLabel ?? name) : '',
  });
}

function constLabel(subject: string, label: string, value: unknown): readonly [string, string] {
  const text = labelText(value);
  if (text === undefined) {
    throw new TallystickError('INVALID_LABEL_VALUE', `${subject}: constant label ${show(label)} is ${show(value)}; give a string, number, boolean or bigint`);
  }
  return Object.freeze([label, storable(text)] as const);
}

function reservedLabels(shape: Shape, name: string): readonly string[] {
  switch (shape.type) {
    case 'histogram':
    case 'gaugehistogram':
      return ['le'];
    case 'summary':
      return ['quantile'];
    case 'stateset':
      // OpenMetrics calls the label of the states as the state set is called, whatever the text format calls it.
      return [shape.stateLabel ?? name, name];
    default:
      return [];
  }
}

/** OpenMetrics 1.0, "Unit": the family name ends in the unit; info and state sets have none. */
function checkUnit(subject: string, name: string, unit: unknown, type: MetricType): void {
  if (unit === '') return;
  if (typeof unit !== 'string' || !unitName.test(unit)) {
    throw new TallystickError('INVALID_UNIT', `${subject}: unit is ${show(unit)}; give a base unit such as "seconds" or "bytes", without the "_" before it`);
  }
  if (type === 'info' || type === 'stateset') {
    throw new TallystickError('INVALID_UNIT', `${subject}: unit is ${show(unit)}, but this kind of metric has no unit; leave it out`);
  }
  const family = familyName({ name, type });
  if (!family.endsWith(`_${unit}`)) {
    const suffix = name.slice(family.length);
    throw new TallystickError('INVALID_UNIT', `${subject}: unit is ${show(unit)}, but the name does not end in it; call it ${show(`${family}_${unit}${suffix}`)}`);
  }
}
