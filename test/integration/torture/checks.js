/** What must be so in every pass, whatever the writers are doing. All take snapshots, as `registry.snapshot()` gives them. */
import { areLabels, stepOf } from './labels.js';
import { octaves } from './churning.js';
import { bounds, eighths, kinds, perBatch, routes, tenths, wild } from './steady.js';

/** @typedef {import('../../../dist/index.js').FamilySnapshot} Family @typedef {import('../../../dist/index.js').SeriesSnapshot} Series */
/** @typedef {(what: string) => void} Report */
/** @typedef {{ readonly least: readonly number[], readonly most: readonly number[] }} Limits batches of each kind that all writers have finished before the pass, and begun after it */

const sum = (values) => values.reduce((total, value) => total + value, 0);
/** Rounding, relatively: a sum is kept with twice the precision of a double, and shown as one. */
const rounding = 2 ** -50;

/** @param {readonly Family[]} families @param {Limits} limits @param {Report} report */
export function checkSteady(families, { least, most }, report) {
  const within = (what, kind, value, perOne, slack = 0) => {
    const at = kinds.indexOf(kind);
    if (!(value >= least[at] * perOne * (1 - slack) && value <= most[at] * perOne * (1 + slack))) report(`${what} is ${value}: not from ${least[at] * perOne} to ${most[at] * perOne}`);
  };
  const seriesOf = (name) => {
    const found = families.find((family) => family.name === name)?.series ?? [];
    if (found.length === 0 && least.some((batches) => batches > 0)) report(`${name} is not there`);
    return found;
  };
  for (const { value } of seriesOf('steady_total')) within('steady_total', 'handle', value, perBatch);
  const labelled = seriesOf('steady_labelled_total');
  if (labelled.length !== 0 && labelled.length !== 2 * routes.length + 1 && least[1] > 0) report(`steady_labelled_total has ${labelled.length} series`);
  for (const { labels, value } of labelled) within(`steady_labelled_total ${JSON.stringify(labels)}`, 'labels', value, labels.route === '/in-hand' ? routes.length : labels.method === 'GET' ? 1 : 2);
  for (const [name, kind, values, slack] of [['steady_eighths', 'eighths', eighths, 0], ['steady_tenths', 'tenths', tenths, rounding], ['steady_native', 'native', wild], ['steady_native_only', 'nativeOnly', wild]]) {
    for (const series of seriesOf(name)) {
      checkHistogram(name, series, report);
      within(`${name}_count`, kind, series.count, perBatch);
      if (slack !== undefined) within(`${name}_sum`, kind, series.sum, sum(values), slack);
      if (slack === undefined) continue;
      for (const { le, count } of series.buckets) within(`${name}_bucket ${le}`, kind, count, values.filter((value) => value <= (le === '+Inf' ? Infinity : le)).length);
    }
  }
  for (const [name, kind] of [['steady_sketch', 'sketch'], ['steady_samples', 'samples']]) {
    for (const { count, sum: total, quantiles } of seriesOf(name)) {
      within(`${name}_count`, kind, count, perBatch);
      within(`${name}_sum`, kind, total, sum(tenths), rounding);
      let before = -Infinity;
      for (const { quantile, value } of quantiles) {
        if (value === 'NaN') continue;
        if (!(value >= before && value >= Math.min(...tenths) * 0.98 && value <= Math.max(...tenths) * 1.02)) report(`${name} ${quantile} is ${value}`);
        before = value;
      }
    }
  }
}

/** Cumulative, and as many in one way of counting as in the other. @param {string} name @param {Series} series @param {Report} report */
function checkHistogram(name, { labels, count, buckets, native }, report) {
  let before = 0;
  for (const bucket of buckets) {
    if (!(bucket.count >= before)) report(`${name} ${JSON.stringify(labels)} is not cumulative at ${bucket.le}`);
    before = bucket.count;
  }
  if (buckets.at(-1).le !== '+Inf' || before !== count) report(`${name} ${JSON.stringify(labels)}: _count ${count}, the last bucket ${before}`);
  if (native === undefined) return;
  const counted = native.zeroCount + sum(native.positive.map((bucket) => bucket.count)) + sum(native.negative.map((bucket) => bucket.count));
  if (counted !== count) report(`${name} ${JSON.stringify(labels)}: _count ${count}, the native buckets ${counted}`);
}

/** What only rises. @param {Family} family @yields {[string, number]} */
function* risingOf({ name, series }) {
  for (const each of series) {
    const id = `${name} ${JSON.stringify(each.labels)}`;
    if (each.value !== undefined) yield [id, each.value];
    if (each.count !== undefined) yield [`${id} count`, each.count];
    // Sums of what is not negative; those of tenths may be read between two steps of one addition, which rounds differently.
    if (name === 'steady_eighths') yield [`${id} sum`, each.sum];
    if (name === 'steady_tenths' || name === 'steady_sketch') yield [`${id} sum`, each.sum * (1 + rounding)];
    for (const { le, count } of each.buckets ?? []) yield [`${id} ${le}`, count];
  }
}

/** @param {readonly Family[]} families @param {Map<string, number>} highest of each until now @param {Report} report */
export function checkRising(families, highest, report) {
  const found = new Set();
  for (const family of families) {
    if (!family.name.startsWith('steady_')) continue;
    for (const [id, value] of risingOf(family)) {
      const before = highest.get(id);
      found.add(id);
      if (before !== undefined && !(value >= before * (1 - (id.includes('tenths') || id.includes('sketch') ? rounding : 0)))) report(`${id} went from ${before} to ${value}`);
      highest.set(id, value);
    }
  }
  const gone = [...highest.keys()].filter((id) => !found.has(id));
  if (gone.length > 0) report(`${gone.length} of ${highest.size} steady values have vanished, for instance ${gone[0]}; there is ${families.map(({ name }) => name).join(', ')}`);
}

/** @param {readonly Family[]} families @param {Report} report @returns how many series were looked at */
export function checkChurn(families, report) {
  let looked = 0;
  for (const { name, series } of families) {
    if (!name.startsWith('churn_') && !name.startsWith('temporary_')) continue;
    const met = new Set();
    for (const each of series) {
      looked += 1;
      const id = `${name} ${JSON.stringify(each.labels)}`;
      if (met.has(id)) report(`${id} is there twice`);
      met.add(id);
      // A temporary metric may have no labels.
      if (each.labels.text === undefined && name.startsWith('temporary_')) {
        if (each.value % 7 !== 0) report(`${id} is ${each.value}`);
        continue;
      }
      if (!areLabels(each.labels)) report(`${id}: nobody has made these labels`);
      else checkSteps(name, id, each, stepOf(each.labels.text), report);
    }
  }
  return looked;
}

/** @param {string} name @param {string} id @param {Series} series @param {number} step @param {Report} report */
function checkSteps(name, id, series, step, report) {
  const { value, sum: total, count, buckets, native, quantiles } = series;
  if (value !== undefined && value % step !== 0) report(`${id} is ${value}`);
  if (total !== undefined && total % step !== 0) report(`${id}: the sum is ${total}`);
  if (buckets !== undefined) checkHistogram(name, series, report);
  if (name === 'churn_seconds') for (const { le, count: upTo } of buckets) if (upTo !== (le === '+Inf' || le >= step ? count : 0)) report(`${id}: of ${count}, ${upTo} are up to ${le}`);
  if (native !== undefined) {
    if (native.negative.length > 0) report(`${id}: has negative buckets`);
    const growth = 2 ** (2 ** -native.schema);
    for (const { index } of native.positive) {
      const upper = growth ** index * (1 + 1e-9);
      const lower = (upper / growth) * (1 - 1e-9);
      // The greatest of the observed ones that is not above, if any.
      const octave = Math.min(octaves - 1, Math.floor(Math.log2(upper / step)));
      if (!(octave >= 0 && step * 2 ** octave > lower)) report(`${id}: nobody has observed what is in bucket ${index} of schema ${native.schema}`);
    }
  }
  for (const { quantile, value: at } of quantiles ?? []) if (at !== 'NaN' && Math.abs(at - step) > step * 0.011) report(`${id}: ${quantile} is ${at}`);
}

/** Every writer has set 1 more than its number, or 3 more. @param {readonly Family[]} families @param {Report} report */
export function checkGauges(families, report) {
  const each = [[0, 1, 3], [0, 2, 4]];
  const all = each[0].flatMap((one) => each[1].map((other) => [one, other]));
  const possible = {
    sum: all.map(([one, other]) => one + other),
    min: all.map(([one, other]) => Math.min(one, other)),
    max: all.map(([one, other]) => Math.max(one, other)),
    average: all.map(([one, other]) => (one + other) / 2),
    last: all.flat(),
    perWorker: all.flat(),
  };
  for (const [aggregator, values] of Object.entries(possible)) {
    const family = families.find(({ name }) => name === `either_${aggregator}`);
    // Before both have begun there may be one of them only.
    for (const { value, labels } of family?.series ?? []) if (!values.includes(value) && !each.flat().includes(value)) report(`either_${aggregator} ${JSON.stringify(labels)} is ${value}`);
  }
}

/**
 * Once the writers have stopped everything is exact.
 *
 * @param {readonly Family[]} families @param {readonly Record<string, [string, number][]>[]} truths what each writer knows of each series @param {Report} report
 */
export function checkTruth(families, truths, report) {
  for (const name of Object.keys(truths[0])) {
    const expected = new Map();
    for (const truth of truths) for (const [text, steps] of truth[name]) expected.set(text, (expected.get(text) ?? 0) + steps);
    const series = families.find((family) => family.name === name)?.series ?? [];
    for (const each of series) {
      const { text } = each.labels;
      const steps = expected.get(text);
      const counted = each.count ?? each.value / stepOf(text);
      if (steps !== counted) report(`at the end: ${name} ${JSON.stringify(text)} is ${counted} steps of ${steps}`);
      if (name !== 'churn_native' && each.sum !== undefined && each.sum !== counted * stepOf(text)) report(`at the end: ${name} ${JSON.stringify(text)} has a sum of ${each.sum}`);
      expected.delete(text);
    }
    if (expected.size > 0) report(`at the end: ${expected.size} series of ${name} are missing, for instance ${JSON.stringify([...expected.keys()][0])}`);
  }
}
