import type { CollectedFamily } from '../model/collected.js';
import type { Collectable } from '../store/catalog.js';
import type { FamilyView } from '../store/family-view.js';
import type { Store } from '../store/store.js';
import { loadFamily } from './collected-family.js';

/** What limits have refused, from the first refusal on; shown whether a registry describes itself or not. */
export function refusalViews(members: readonly Collectable[]): readonly FamilyView[] {
  const series = addUp(members.flatMap(({ descriptor, keeping }) => keeping.refusals.entries().map(([reason, value]) => ({ labels: { metric: descriptor.name, reason }, value }))));
  if (series.length === 0) return [];
  return [loadFamily({ name: 'tallystick_refused_recordings_total', help: 'Recordings that would have made a new series, and were refused by a limit.', type: 'counter', series })];
}

/** What a registry tells of itself when asked to; cheap, as no series is looked at. */
export function selfViews(members: readonly Collectable[], stores: readonly Store[], collectionSeconds: number): readonly FamilyView[] {
  const each = (value: (member: Collectable) => number): CollectedFamily['series'] => addUp(members.map((member) => ({ labels: { metric: member.descriptor.name }, value: value(member) })));
  const over = (value: (store: Store) => number): CollectedFamily['series'] => [{ value: stores.reduce((sum, store) => sum + value(store), 0) }];
  const families: CollectedFamily[] = [
    { name: 'tallystick_series', help: 'Series of each metric.', type: 'gauge', series: each(({ keeping }) => keeping.table.size) },
    { name: 'tallystick_series_bytes', help: 'Memory for the rows, cells and look-up of each metric, resident or reserved.', type: 'gauge', unit: 'bytes', series: each(({ keeping }) => keeping.table.bytesHeld()) },
    { name: 'tallystick_expired_series_total', help: 'Series removed because their value had not changed for long.', type: 'counter', series: each(({ keeping }) => keeping.expiry?.expired ?? 0) },
    { name: 'tallystick_label_values', help: 'Distinct label values over all metrics.', type: 'gauge', series: over(({ labels }) => labels.size) },
    { name: 'tallystick_label_value_bytes', help: 'Memory for label values and their look-up, resident or reserved.', type: 'gauge', unit: 'bytes', series: over(({ labels }) => labels.bytesHeld()) },
    { name: 'tallystick_collection_duration_seconds', help: 'Time the last collection took, before this one.', type: 'gauge', unit: 'seconds', series: [{ value: collectionSeconds }] },
  ];
  return families.map((family) => loadFamily(family));
}

/** A number of a series. */
export interface Figure {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Figures of the same labels as one: registries that are merged may come to have metrics of one name. */
export function addUp(figures: readonly Figure[]): readonly Figure[] {
  const sums = new Map<string, Figure>();
  for (const { labels, value } of figures) {
    const key = JSON.stringify(labels);
    sums.set(key, { labels, value: value + (sums.get(key)?.value ?? 0) });
  }
  return [...sums.values()];
}
