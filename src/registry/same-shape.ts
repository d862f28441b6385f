import { show } from '../model/errors.js';
import type { Collectable } from '../store/catalog.js';

/** How two instruments of the same name and kind differ in what their numbers mean; the help text is not part of it. */
export function differences({ descriptor: existing, settings }: Collectable, { descriptor: asked, settings: askedSettings }: Collectable): string[] {
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
  for (const name of new Set([...Object.keys(settings), ...Object.keys(askedSettings)])) compare(name, settings[name], askedSettings[name]);
  return found;
}

/** Constant labels in an order of their own: the one in which they were given means nothing. */
function pairs(labels: readonly (readonly [string, string])[]): string[] {
  return labels.map(([name, value]) => `${name}=${value}`).sort();
}
