import type { FamilyView, SeriesCursor } from '../../store/family-view.js';
import { type KeyValue, nanosOf, textAttribute } from './request.js';
import type { FamilyHistory } from './series-history.js';

/** What all points of one collection have in common. */
export interface Moment {
  /** Wall-clock seconds. */
  readonly now: number;
  /** Of the collection before, or the start of the exporter. */
  readonly previous: number;
  /** Exemplars up to this time were sent before. */
  readonly exemplarsSince: number;
  /** The start of the exporter. */
  readonly began: number;
  /** Whether counters and histograms tell the difference to the last collection. */
  readonly isDelta: boolean;
}

/** What a point stands for: a stretch of time, and what was before it. */
export interface Stretch<Values> {
  readonly start: number;
  readonly time: number;
  /** The numbers at the last point, where the point is to tell the difference. */
  readonly last: Values | undefined;
}

/** The time that the sample of a series carries. */
export function timeOf({ timestampCell }: FamilyView, { cells, cellBase }: SeriesCursor, moment: Moment): number {
  const time = timestampCell < 0 ? NaN : cells[cellBase + timestampCell]!;
  return time === time ? time : moment.now;
}

/**
 * The stretch of a series that only counts up. A cumulative one begins where counting did and stays so: when the series was created, where it
 * says so; else at the last collection that did not have it yet. It begins anew where counting does. Deltas begin where the last one ended.
 *
 * @param total what falls only when counting begins anew
 * @param values what to remember for the next delta
 */
export function stretchOf<Values>(view: FamilyView, cursor: SeriesCursor, history: FamilyHistory<Values>, moment: Moment, total: number, values: () => Values): Stretch<Values> {
  const { createdCell } = view;
  const created = createdCell < 0 ? NaN : cursor.cells[cursor.cellBase + createdCell]!;
  const time = timeOf(view, cursor, moment);
  // Nothing need be remembered.
  if (!moment.isDelta && created === created) return { start: created, time, last: undefined };
  const key = keyOf(view, cursor);
  const last = history.last(key, created, total);
  const start = created === created ? created : (last?.start ?? moment.previous);
  history.put(key, { start, created, seen: time, total, values: moment.isDelta ? values() : undefined });
  return { start: moment.isDelta && last !== undefined ? last.seen : start, time, last: last?.values };
}

/** The times of a point; it does not start after its end, even where the clock has been set back. */
export function timesOf({ start, time }: Pick<Stretch<unknown>, 'start' | 'time'>): { startTimeUnixNano: bigint; timeUnixNano: bigint } {
  return { startTimeUnixNano: nanosOf(Math.min(start, time)), timeUnixNano: nanosOf(time) };
}

/** The labels of a series; an empty one is none (Prometheus data model, "Labels"). */
export function attributesOf({ descriptor }: FamilyView, cursor: SeriesCursor): KeyValue[] {
  const attributes: KeyValue[] = [];
  for (const [name, value] of descriptor.constLabels) if (value !== '') attributes.push(textAttribute(name, value));
  for (let place = 0; place < descriptor.labelNames.length; place++) {
    const value = cursor.labelText(place);
    if (value !== '') attributes.push(textAttribute(descriptor.labelNames[place]!, value));
  }
  return attributes;
}

/** A text for each set of label values, never the same for two. */
function keyOf({ descriptor }: FamilyView, cursor: SeriesCursor): string {
  let key = '';
  for (let place = 0; place < descriptor.labelNames.length; place++) {
    const text = cursor.labelText(place);
    key += `${text.length}:${text}`;
  }
  return key;
}

/** A count as OTLP can hold it: a whole number. */
export function whole(count: number): number {
  return Math.min(Math.round(count), Number.MAX_SAFE_INTEGER);
}

/** The differences of numbers that only rise; undefined when one of them has fallen. */
export function risen(now: readonly number[], last: readonly number[]): number[] | undefined {
  const differences: number[] = [];
  for (let i = 0; i < now.length; i++) {
    if (!(now[i]! >= last[i]!)) return undefined;
    differences.push(now[i]! - last[i]!);
  }
  return differences;
}
