import type { Exemplar } from '../../src/model/exemplar.js';
import type { NativeBucket, NativeBuckets } from '../../src/model/native.js';
import { type Head, type Labels, LineScanner, splitFamilies } from './line-scanner.js';

/** A composite value. */
export interface Composite {
  readonly count: number;
  readonly sum: number;
  readonly native?: NativeBuckets;
  /** Bounds and cumulative counts. */
  readonly buckets?: readonly (readonly [bound: number, count: number])[];
  readonly quantiles?: readonly (readonly [quantile: number, value: number])[];
}

/** A line as the checker read it. */
export interface CheckedLine {
  readonly labels: Labels;
  readonly value: number | Composite;
  readonly timestamp?: number;
  readonly start?: number;
  readonly exemplars?: readonly Exemplar[];
}

export interface CheckedFamily2 extends Head {
  readonly lines: readonly CheckedLine[];
}

const types = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'stateset', 'info', 'summary', 'unknown'];
/** Types that may have a start time, and those that may have exemplars. */
const started = ['counter', 'histogram', 'summary'];
const exemplary = ['counter', 'histogram', 'gaugehistogram'];

/**
 * A strict reader of OpenMetrics 2.0.0-rc0 for tests: what a careful writer gives, and nothing else.
 *
 * @throws Error naming what breaks the format
 */
export function checkOpenMetrics2(text: string): CheckedFamily2[] {
  return splitFamilies(text, types).map(({ head, lines }) => {
    if (head.type === 'info' && !head.name.endsWith('_info')) throw new Error(`info ${head.name} does not end in _info`);
    const read = lines.map((line) => readLine(line, head));
    const seen = new Set(read.map(({ labels }) => JSON.stringify([...labels].sort())));
    if (seen.size < read.length) throw new Error(`a series of ${head.name} comes twice`);
    return { ...head, lines: read };
  });
}

function readLine(line: string, { name: family, type }: Head): CheckedLine {
  const scanner = new LineScanner(line);
  const { name, labels } = scanner.sampleHead();
  if (name !== family) scanner.fail(`${name} in family ${family}`);
  scanner.expect(' ');
  const value = readValue(scanner, type);
  if (typeof value !== 'number' && labels.some(([label]) => label === 'le' || label === 'quantile')) scanner.fail('a label that stands for a bound');
  if (type === 'counter' && !((value as number) >= 0)) scanner.fail('a counter that is none');
  if (type === 'info' && value !== 1) scanner.fail('an info that is not 1');
  if (type === 'stateset' && ((value !== 0 && value !== 1) || !labels.some(([label]) => label === name))) scanner.fail('a state that is none');
  const timestamp = scanner.timeBehind();
  const start = scanner.skip(' st@') ? scanner.time() : undefined;
  const exemplars: Exemplar[] = [];
  while (scanner.skip(' # {')) exemplars.push(scanner.exemplar());
  scanner.end();
  if (start !== undefined && !started.includes(type)) scanner.fail(`a ${type} that has a start`);
  if (exemplars.length > 0 && !exemplary.includes(type)) scanner.fail(`a ${type} that has an exemplar`);
  if (exemplars.some((exemplar) => exemplar.timestamp === undefined)) scanner.fail('an exemplar without a time');
  return { labels, value, ...(timestamp === undefined ? {} : { timestamp }), ...(start === undefined ? {} : { start }), ...(exemplars.length === 0 ? {} : { exemplars }) };
}

function readValue(scanner: LineScanner, type: string): number | Composite {
  const distribution = ['histogram', 'gaugehistogram', 'summary'].includes(type);
  if (!distribution) return scanner.number();
  const prefix = type === 'gaugehistogram' ? 'g' : '';
  scanner.expect(`{${prefix}count:`);
  const count = scanner.number();
  scanner.expect(`,${prefix}sum:`);
  const sum = scanner.number();
  if (!Number.isInteger(count) || count < 0) scanner.fail('a count that is none');
  const composite = { count, sum, ...(type === 'summary' ? { quantiles: readQuantiles(scanner, sum) } : readBuckets(scanner, count)) };
  scanner.expect('}');
  return composite;
}

function readQuantiles(scanner: LineScanner, sum: number): readonly (readonly [number, number])[] {
  if (!(sum >= 0)) scanner.fail(`a sum of ${sum}`);
  scanner.expect(',quantile:[');
  const quantiles = scanner.skip(']') ? [] : readSteps(scanner);
  if (quantiles.some(([quantile, value]) => !(quantile >= 0 && quantile <= 1) || value < 0)) scanner.fail('a quantile that is none');
  return quantiles;
}

function readBuckets(scanner: LineScanner, count: number): Pick<Composite, 'native' | 'buckets'> {
  const native = scanner.skip(',schema:') ? readNative(scanner) : undefined;
  if (native !== undefined) {
    const { schema, zeroThreshold, zeroCount, positive, negative } = native;
    if (!Number.isInteger(schema) || schema < -4 || schema > 8 || !(zeroThreshold >= 0 && zeroThreshold < Infinity)) scanner.fail('a schema or zero bucket that is none');
    if ([...positive, ...negative].reduce((sum, bucket) => sum + bucket.count, zeroCount) !== count) scanner.fail('native buckets that do not add up');
  }
  const buckets = scanner.skip(',bucket:[') ? readSteps(scanner) : undefined;
  if (native === undefined && buckets === undefined) scanner.fail('no buckets');
  if (buckets !== undefined) {
    if (buckets.at(-1)![0] !== Infinity || buckets.at(-1)![1] !== count) scanner.fail('no last bucket that has the count');
    if (buckets.some(([, value], place) => !Number.isInteger(value) || value < (place === 0 ? 0 : buckets[place - 1]![1]))) scanner.fail('buckets that fall');
  }
  return { ...(native === undefined ? {} : { native }), ...(buckets === undefined ? {} : { buckets }) };
}

/** `0.5:1,+Inf:2]`, rising. */
function readSteps(scanner: LineScanner): readonly (readonly [number, number])[] {
  const steps: (readonly [number, number])[] = [];
  do {
    const step = scanner.number();
    scanner.expect(':');
    if (steps.length > 0 && !(step > steps.at(-1)![0])) scanner.fail('steps that do not rise');
    steps.push([step, scanner.number()]);
  } while (scanner.skip(','));
  scanner.expect(']');
  return steps;
}

function readNative(scanner: LineScanner): NativeBuckets {
  const schema = scanner.number();
  scanner.expect(',zero_threshold:');
  const zeroThreshold = scanner.number();
  scanner.expect(',zero_count:');
  const zeroCount = scanner.number();
  const negative = readSide(scanner, 'negative');
  return { schema, zeroThreshold, zeroCount, positive: readSide(scanner, 'positive'), negative };
}

/** The buckets of one side by their index, from spans and counts. */
function readSide(scanner: LineScanner, side: string): readonly NativeBucket[] {
  if (!scanner.skip(`,${side}_spans:[`)) return [];
  const indices: number[] = [];
  let next = 0;
  let isFirst = true;
  do {
    const offset = scanner.number();
    scanner.expect(':');
    const length = scanner.number();
    // Two spans with nothing between them are one.
    if (!Number.isInteger(offset) || (!isFirst && offset <= 0) || !Number.isInteger(length) || length <= 0) scanner.fail('a span that is none');
    next += offset;
    for (let i = 0; i < length; i++) indices.push(next++);
    isFirst = false;
  } while (scanner.skip(','));
  scanner.expect(`],${side}_buckets:[`);
  const buckets: NativeBucket[] = [];
  do {
    const count = scanner.number();
    if (!(count > 0 && count < Infinity) || indices[buckets.length] === undefined) scanner.fail('a bucket that is none');
    buckets.push({ index: indices[buckets.length]!, count });
  } while (scanner.skip(','));
  if (buckets.length !== indices.length) scanner.fail('spans of other buckets');
  scanner.expect(']');
  return buckets;
}
