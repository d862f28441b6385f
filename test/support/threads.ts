import { Aggregator, type AggregatorOptions } from '../../src/aggregate/aggregator.js';
import type { Announcement } from '../../src/registry/announcement.js';
import { Publication } from '../../src/registry/publication.js';
import { Registry } from '../../src/registry/registry.js';
import { type FamilySnapshot, type SeriesSnapshot, snapshotOf } from '../../src/registry/snapshot.js';
import { FakeClock } from './fake-clock.js';

/** What stands for a thread in tests of merging: a registry whose pages are published, in this very thread. */
export interface FakeThread {
  readonly registry: Registry;
  readonly publication: Publication;
  readonly source: string;
  readonly thread: number;
  readonly clock: FakeClock;
}

let sources = 0;
let names = 0;

/** A name that no other test uses. */
export function ownName(): string {
  return `test-${process.pid}-${++names}`;
}

export function quietAggregator(options: Partial<AggregatorOptions> = {}): Aggregator {
  return new Aggregator({ name: ownName(), deadlineMilliseconds: 0, onFault: () => {}, ...options });
}

/** Publishes a registry of a thread; what it says goes to whoever is given. */
export function publish(post: (announcement: Announcement) => void, thread: number = sources + 1, registry?: Registry, isAskable: boolean = false): FakeThread {
  const clock = new FakeClock();
  const shared = registry ?? new Registry({ clock, onFault: () => {} });
  const source = `${thread}/${++sources}`;
  // Its clock is one of its own: of windows everything is taken.
  const publication = new Publication(shared.catalog, { source, thread, timeOrigin: NaN, isAskable: () => isAskable, post });
  return { registry: shared, publication, source, thread, clock };
}

/** Everything that is shown, but for what an aggregation tells of itself; series in an order of their own. */
export async function shownBy(registry: Registry): Promise<FamilySnapshot[]> {
  const views = await registry.collect();
  return views.map(snapshotOf).filter(({ name }) => !name.startsWith('tallystick_')).map(inOrder);
}

/** The series of one metric, or none. */
export async function seriesOf(registry: Registry, name: string): Promise<readonly SeriesSnapshot[]> {
  return (await shownBy(registry)).find((family) => family.name === name)?.series ?? [];
}

/** A snapshot whose series stand in the order of their labels, and labels in the order of their names. */
export function inOrder(family: FamilySnapshot): FamilySnapshot {
  const key = ({ labels }: SeriesSnapshot): string => JSON.stringify(Object.entries(labels).sort());
  return { ...family, series: [...family.series].sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}
