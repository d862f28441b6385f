import { type Descriptor, type MetricType, familyName } from '../model/descriptor.js';
import type { CollectedFamily } from '../model/collected.js';
import { TallystickError, list, show } from '../model/errors.js';
import { isLegacyLabelName, isLegacyName } from '../model/names.js';
import type { ParsedFormat } from '../format/parse/parse-error.js';
import { FamilyView } from '../store/family-view.js';
import type { Registry } from '../registry/registry.js';
import type { FamilySnapshot, SeriesSnapshot } from '../registry/snapshot.js';

/**
 * Whose metrics they are: a registry, read as by `collectSync`; families as `await registry.collect()` gives them, as `registry.snapshot()` does, as
 * `parse` reads them or as a collector yields them. They are only read.
 */
export type MetricsSource = Registry | readonly (FamilyView | CollectedFamily | FamilySnapshot)[];

/** The format that Prometheus scrapes, which decides about names: OpenMetrics 1.0 ends every counter in `_total`, and calls the label of a state set as the set. */
export type ScrapedFormat = ParsedFormat;

/** A family as queries see it. */
export interface Scraped {
  /** What it is called where it is recorded, or in the exposition. */
  readonly name: string;
  /** What its value is queried by; counts, sums and buckets append their suffix to it. */
  readonly sample: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
  /** Label names as Prometheus stores them, sorted; without `le`, `quantile` and the label of a state set. */
  readonly labels: readonly string[];
  readonly quantiles: readonly number[];
  /** Histograms: which buckets are scraped. */
  readonly buckets: 'classic' | 'native' | 'none';
  readonly states: readonly string[];
  readonly stateLabel: string;
  /** Suffixes of the number of observations and of their sum. */
  readonly countSuffix: string;
  readonly sumSuffix: string;
}

/** What is known of a family before it is known how it is scraped. */
type Known = Pick<Scraped, 'name' | 'type' | 'help' | 'unit' | 'labels' | 'quantiles' | 'states' | 'stateLabel'> & { readonly hasClassic: boolean; readonly hasNative: boolean };

const formats: readonly ScrapedFormat[] = ['text-0.0.4', 'text-1.0.0', 'openmetrics-1.0.0', 'openmetrics-2.0.0', 'protobuf'];

/**
 * The families of a source as queries see them, by name; of several of one name the first.
 *
 * @param subject how errors call what is generated
 * @throws TallystickError `INVALID_OPTIONS`, `INVALID_FAMILY`
 */
export function scrapedFrom(subject: string, source: MetricsSource, format: ScrapedFormat = 'openmetrics-1.0.0'): readonly Scraped[] {
  if (!formats.includes(format)) throw new TallystickError('INVALID_OPTIONS', `${subject}: format is ${show(format)}; give one of ${list(formats)}`);
  const families = isRegistry(source) ? source.collectSync() : source;
  if (!Array.isArray(families)) throw new TallystickError('INVALID_OPTIONS', `${subject}: metrics are ${show(source)}; give a registry, or an array of families`);
  const byName = new Map<string, Scraped>();
  for (const family of families as readonly (FamilyView | CollectedFamily | FamilySnapshot)[]) {
    const scraped = asScraped(family instanceof FamilyView ? knownFromView(family) : knownFromData(subject, family), format);
    if (!byName.has(scraped.name)) byName.set(scraped.name, scraped);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isRegistry(source: MetricsSource): source is Registry {
  return typeof (source as Registry | undefined)?.collectSync === 'function';
}

function knownFromView({ descriptor, native }: FamilyView): Known {
  const { name, type, help, unit, labelNames, constLabels, bounds, quantiles, states, stateLabel }: Descriptor = descriptor;
  const labels = [...constLabels.map(([label]) => label), ...labelNames];
  return { name, type, help, unit, labels, quantiles, states, stateLabel, hasClassic: bounds.length > 0 || native === undefined, hasNative: native !== undefined };
}

function knownFromData(subject: string, family: CollectedFamily | FamilySnapshot): Known {
  if (typeof family !== 'object' || family === null || typeof family.name !== 'string' || typeof family.help !== 'string' || typeof family.type !== 'string' || !Array.isArray(family.series)) {
    throw new TallystickError('INVALID_FAMILY', `${subject}: a family is ${show(family)}; give objects with name, help, type and series`);
  }
  const { name, type, help, unit = '' } = family;
  const series = family.series as readonly (SeriesSnapshot | CollectedFamily['series'][number])[];
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels ?? {})))];
  const quantiles = [...new Set(series.flatMap((one) => (one.quantiles ?? []).map(({ quantile }) => quantile)))].sort((a, b) => a - b);
  // A histogram without series is taken for what most are.
  const hasClassic = series.length === 0 || series.some((one) => (one.buckets ?? []).length > 1);
  const hasNative = series.some((one) => one.native !== undefined);
  const known: Known = { name, type, help, unit, labels, quantiles, states: statesOf(family), stateLabel: 'stateLabel' in family ? (family.stateLabel ?? name) : name, hasClassic, hasNative };
  return type === 'gauge' ? disguised(known, series) : known;
}

function statesOf(family: CollectedFamily | FamilySnapshot): readonly string[] {
  if ('states' in family && family.states !== undefined) return family.states;
  const [first] = family.series;
  return first?.states === undefined || Array.isArray(first.states) ? [] : Object.keys(first.states);
}

/** What text 0.0.4 and protobuf call a gauge may be an info or a state set: its values and labels say so. */
function disguised(known: Known, series: readonly (SeriesSnapshot | CollectedFamily['series'][number])[]): Known {
  const values = new Set<unknown>(series.map(({ value }) => value));
  if (known.name.endsWith('_info') && values.size === 1 && values.has(1)) return { ...known, type: 'info' };
  const stateLabel = known.labels.find((label) => label === 'state' || label === known.name);
  if (stateLabel === undefined || [...values].some((value) => value !== 0 && value !== 1)) return known;
  const states = [...new Set(series.map(({ labels }) => String(labels?.[stateLabel] ?? '')))].sort();
  return states.length < 2 ? known : { ...known, type: 'stateset', stateLabel, states };
}

function asScraped(known: Known, format: ScrapedFormat): Scraped {
  const { name, type, help, unit, quantiles, states, hasClassic, hasNative } = known;
  const stateLabel = type === 'stateset' ? stateLabelOf(known, format) : '';
  // Prometheus keeps the labels of the target under these names, and those of the series under others.
  const labels = known.labels.filter((label) => label !== known.stateLabel || type !== 'stateset').map((label) => (label === 'job' || label === 'instance' ? `exported_${label}` : label));
  const carriesNative = format === 'protobuf' || format === 'openmetrics-2.0.0';
  const gauge = type === 'gaugehistogram' && format === 'openmetrics-1.0.0' ? 'g' : '';
  return {
    name, type, help, unit, quantiles, states, stateLabel,
    labels: [...labels].sort(),
    sample: sampleOf(known, format),
    // Native buckets that stand alone are meant to be scraped, in whatever format that will be.
    buckets: hasNative && (carriesNative || !hasClassic) ? 'native' : hasClassic ? 'classic' : 'none',
    countSuffix: `_${gauge}count`,
    sumSuffix: `_${gauge}sum`,
  };
}

/** OpenMetrics calls the label as the state set; but 1.0 has no label names with a colon, and our writer then shows a gauge. */
function stateLabelOf({ name, stateLabel }: Known, format: ScrapedFormat): string {
  if (format === 'openmetrics-2.0.0' || (format === 'openmetrics-1.0.0' && (isLegacyLabelName(name) || !isLegacyName(name)))) return name;
  return stateLabel;
}

function sampleOf({ name, type }: Known, format: ScrapedFormat): string {
  if (type === 'info') return `${familyName({ name, type })}_info`;
  return type === 'counter' && format === 'openmetrics-1.0.0' ? `${familyName({ name, type })}_total` : name;
}
