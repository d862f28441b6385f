import type { Exemplar } from '../../model/exemplar.js';
import type { FamilyView } from '../../store/family-view.js';
import { type ExemplarMessage, type KeyValue, nanosOf, textAttribute } from './request.js';

const traceId = /^(?!0{32})[0-9a-fA-F]{32}$/;
const spanId = /^(?!0{16})[0-9a-fA-F]{16}$/;

/**
 * The exemplars of a series that have come since the last collection; undefined for none. The others were sent with it.
 *
 * @param slots buckets, or 1 for a counter
 * @param since wall-clock seconds
 * @param now the time of those that have none of their own
 */
export function exemplarsSince({ exemplars, native }: FamilyView, row: number, slots: number, since: number, now: number): readonly ExemplarMessage[] | undefined {
  if (exemplars === undefined) return undefined;
  const found: ExemplarMessage[] = [];
  const add = (exemplar: Exemplar | undefined): void => {
    if (exemplar !== undefined && !(exemplar.timestamp !== undefined && exemplar.timestamp <= since)) found.push(messageOf(exemplar, now));
  };
  if (native !== undefined) exemplars.spread(row).forEach(add);
  else for (let slot = 0; slot < slots; slot++) add(exemplars.at(row, slot));
  return found.length === 0 ? undefined : found;
}

/** Labels that are ids of a trace become such, all others are attributes ("Prometheus and OpenMetrics Compatibility", "Exemplars"). */
function messageOf({ labels, value, timestamp }: Exemplar, now: number): ExemplarMessage {
  const filteredAttributes: KeyValue[] = [];
  let trace: Uint8Array | undefined;
  let span: Uint8Array | undefined;
  for (const [name, text] of Object.entries(labels)) {
    if (name === 'trace_id' && traceId.test(text)) trace = Buffer.from(text, 'hex');
    else if (name === 'span_id' && spanId.test(text)) span = Buffer.from(text, 'hex');
    else filteredAttributes.push(textAttribute(name, text));
  }
  return {
    timeUnixNano: nanosOf(timestamp ?? now),
    asDouble: value,
    ...(span === undefined ? {} : { spanId: span }),
    ...(trace === undefined ? {} : { traceId: trace }),
    filteredAttributes,
  };
}
