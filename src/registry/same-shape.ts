import type { Settings } from '../model/descriptor.js';
import { show } from '../model/errors.js';
import { defaultAggregator } from '../model/shape.js';
import type { Collectable } from '../store/catalog.js';

/** What is compared. */
type Comparable = Pick<Collectable, 'descriptor' | 'settings'> & Partial<Pick<Collectable, 'collectFunction'>>;

/**
 * How two instruments of the same name and kind differ in what their numbers mean; the help text is not part of it. A `collect` function
 * that was asked for and would never be called is a difference; to ask without one is not.
 */
export function differences({ descriptor: existing, settings, collectFunction }: Comparable, { descriptor: asked, settings: askedSettings, collectFunction: askedFunction }: Comparable): string[] {
  const found: string[] = [];
  const compare = (what: string, one: unknown, other: unknown): void => {
    if (JSON.stringify(one) !== JSON.stringify(other)) found.push(`${what} ${show(one)}, asked for was ${show(other)}`);
  };
  compare('type', existing.type, asked.type);
  compare('labels', existing.labelNames, asked.labelNames);
  compare('constant labels', pairs(existing.constLabels), pairs(asked.constLabels));
  compare('unit', existing.unit, asked.unit);
  compare('buckets', existing.bounds, asked.bounds);
  compare('quantiles', existing.quantiles, asked.quantiles);
  compare('states', existing.states, asked.states);
  compare('state label', existing.stateLabel, asked.stateLabel);
  for (const name of new Set([...Object.keys(settings), ...Object.keys(askedSettings)])) compare(name, settings[name] ?? unsaid[name], askedSettings[name] ?? unsaid[name]);
  if (askedFunction !== undefined && askedFunction !== collectFunction) {
    found.push(`collect is ${collectFunction === undefined ? 'not set there' : 'another function there'}, and this one would never be called: leave it out, or give it where the metric is made first`);
  }
  return found;
}

/** What settings stand for that are left out. */
const unsaid: Settings = { aggregator: defaultAggregator };

/** Constant labels in an order of their own: the one in which they were given means nothing. */
function pairs(labels: readonly (readonly [string, string])[]): string[] {
  return labels.map(([name, value]) => `${name}=${value}`).sort();
}
