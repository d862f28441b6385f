import type { Descriptor } from '../model/descriptor.js';
import { show } from '../model/errors.js';

/** How two descriptors of the same name differ in what the numbers mean; the help text is not part of it. */
export function differences(existing: Descriptor, asked: Descriptor): string[] {
  const found: string[] = [];
  const compare = (what: string, one: unknown, other: unknown): void => {
    if (JSON.stringify(one) !== JSON.stringify(other)) found.push(`${what} ${show(one)}, asked for was ${show(other)}`);
  };
  compare('type', existing.type, asked.type);
  compare('labels', existing.labelNames, asked.labelNames);
  compare('constant labels', existing.constLabels.flat(), asked.constLabels.flat());
  compare('unit', existing.unit, asked.unit);
  compare('buckets', existing.bounds, asked.bounds);
  compare('quantiles', existing.quantiles, asked.quantiles);
  compare('states', existing.states, asked.states);
  compare('state label', existing.stateLabel, asked.stateLabel);
  return found;
}
