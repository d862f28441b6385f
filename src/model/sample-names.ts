import { type Descriptor, familyName } from './descriptor.js';

/**
 * Every name that some format writes for this metric, its family name included. Two metrics that share one of them could not stand in
 * one exposition (OpenMetrics 1.0, "MetricFamily": no two families may yield the same sample name).
 */
export function sampleNames(descriptor: Pick<Descriptor, 'name' | 'type'>): readonly string[] {
  const { name } = descriptor;
  const family = familyName(descriptor);
  switch (descriptor.type) {
    case 'counter':
      return [...new Set([name, family, `${family}_total`, `${family}_created`])];
    case 'histogram':
      return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`, `${name}_created`];
    case 'gaugehistogram':
      return [name, `${name}_bucket`, `${name}_gcount`, `${name}_gsum`, `${name}_count`, `${name}_sum`];
    case 'summary':
      return [name, `${name}_count`, `${name}_sum`, `${name}_created`];
    case 'info':
      return [...new Set([name, family, `${family}_info`])];
    default:
      return [name];
  }
}
