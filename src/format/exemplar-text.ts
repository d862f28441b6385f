import type { Exemplar } from '../model/exemplar.js';
import { escapeLabelValue } from './escape.js';
import { numberText } from './numbers.js';

/** An exemplar as both versions of OpenMetrics write it behind a value: ` # {trace_id="4bf9"} 0.9 1520879607.789`. */
export function exemplarText({ labels, value, timestamp }: Exemplar): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escapeLabelValue(text)}"`);
  return ` # {${pairs.join(',')}} ${numberText(value)}${timestamp === undefined ? '' : ` ${numberText(timestamp)}`}`;
}
