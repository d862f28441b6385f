import type { MetricType } from '../model/descriptor.js';

/**
 * Whether something stays of numbers of this type when whoever had them is gone: what was counted never goes down, but what a gauge said is no
 * longer so.
 */
export function isCounted(type: MetricType): boolean {
  return type === 'counter' || type === 'histogram' || type === 'summary';
}
