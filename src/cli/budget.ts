import type { Step } from './step.js';

/** How much may be spent; what was not given does not limit. */
export interface Budgets {
  readonly memoryBytes?: number;
  readonly scrapeMilliseconds?: number;
  readonly delayMilliseconds?: number;
}

export type BudgetName = 'memory' | 'scrape time' | 'delay';

/** How many series one budget allows. */
export interface Fit {
  readonly budget: BudgetName;
  /** In bytes or milliseconds. */
  readonly allowed: number;
  readonly series: number;
  /** Whether the budget is reached within what was measured, below its first step, or above its last. */
  readonly reached: 'within' | 'below' | 'above';
}

/** What is compared with each budget. */
const costs: readonly (readonly [BudgetName, keyof Budgets, (step: Step) => number])[] = [
  ['memory', 'memoryBytes', (step) => step.memory.bytes],
  ['scrape time', 'scrapeMilliseconds', (step) => step.exposition.milliseconds],
  ['delay', 'delayMilliseconds', (step) => step.delay.p999],
];

/** How many series fit each budget that was given, the one that binds first. */
export function fits(steps: readonly Step[], budgets: Budgets): Fit[] {
  if (steps.length === 0) return [];
  const found: Fit[] = [];
  for (const [budget, key, cost] of costs) {
    const allowed = budgets[key];
    if (allowed !== undefined) found.push({ budget, allowed, ...fitOf(steps.map((step) => [step.series, cost(step)]), allowed) });
  }
  // "At least" is more than "about", which is more than "fewer than", even where the figures are equal.
  const place = { below: 0, within: 1, above: 2 };
  return found.sort((a, b) => place[a.reached] - place[b.reached] || a.series - b.series);
}

/**
 * Where a cost reaches what is allowed, between the steps of which one is cheaper and one dearer: on a straight line where both axes are
 * logarithmic, so that a cost that grows as a power of the series is hit exactly.
 *
 * More series never cost less. Where a later step was cheaper, the earlier one was disturbed by something else, and counts as the later one.
 *
 * @param points series and cost, by rising series, at least one
 */
export function fitOf(points: readonly (readonly [series: number, cost: number])[], allowed: number): Pick<Fit, 'series' | 'reached'> {
  let least = Infinity;
  const settled = points.map(([series, cost]) => [series, cost] as const).reverse().map(([series, cost]) => [series, (least = Math.min(least, cost))] as const).reverse();
  const above = settled.findIndex(([, cost]) => cost > allowed);
  if (above < 0) return { series: settled.at(-1)![0], reached: 'above' };
  if (above === 0) return { series: settled[0]![0], reached: 'below' };
  const [lowSeries, lowCost] = settled[above - 1]!;
  const [highSeries, highCost] = settled[above]!;
  // A cost of nothing has no logarithm; a millionth of what is allowed is as good as nothing.
  const low = Math.log(Math.max(lowCost, allowed * 1e-6));
  const share = (Math.log(allowed) - low) / (Math.log(highCost) - low);
  return { series: Math.floor(Math.exp(Math.log(lowSeries) + share * (Math.log(highSeries) - Math.log(lowSeries))) * (1 + 1e-12)), reached: 'within' };
}
