import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Merger } from '../../src/aggregate/merger.js';
import { ThreadPages } from '../../src/aggregate/thread-pages.js';
import { ThreadSource } from '../../src/aggregate/thread-source.js';
import type { Announcement } from '../../src/registry/announcement.js';
import { Publication } from '../../src/registry/publication.js';
import { Registry } from '../../src/registry/registry.js';

/** Label values of the same length: each takes integers and bytes that another one has left. */
const queues = ['mail-out', 'print-12', 'archives', 'billings'] as const;
type Queue = (typeof queues)[number];
/** What one recording in a series counts: whatever is counted in another one shows. */
const amounts: Readonly<Record<string, number>> = { 'mail-out': 1, 'print-12': 1e3, archives: 1e6, billings: 1e9 };

/** What the writer does next: count in a series, remove it, or clear the metric. */
type Step = readonly ['count' | 'remove' | 'clear', Queue];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.oneof({ weight: 6, arbitrary: fc.constant('count' as const) }, { weight: 3, arbitrary: fc.constant('remove' as const) }, { weight: 1, arbitrary: fc.constant('clear' as const) }),
  fc.constantFrom(...queues),
);
/** For each pass: what is done before which of its loads; what comes between is a quiet stretch. */
const interruptions = fc.array(fc.tuple(fc.integer({ min: 0, max: 48 }), fc.array(step, { minLength: 1, maxLength: 4 })), { maxLength: 4 });
const passes = fc.array(interruptions.map((all) => new Map(all)), { minLength: 1, maxLength: 4 });

/** A counter, what it should show, and a reader that is overtaken by the writer whenever it loads something, plainly or atomically. */
class Race {
  /** What each series has counted. */
  readonly truth: Map<string, number>;
  /** Series that have come or gone since a pass began. */
  readonly disturbed: Set<string>;
  private readonly counter;
  private readonly publication: Publication;
  private readonly merger: Merger;
  private readonly source: ThreadSource;
  /** What the writer does before the next load of the reader. */
  private overtake: () => void;
  readonly faults: unknown[];

  constructor() {
    const registry = new Registry();
    this.truth = new Map();
    this.disturbed = new Set();
    this.faults = [];
    this.overtake = () => {};
    this.counter = registry.counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] });
    const heard: Announcement[] = [];
    this.publication = new Publication(registry.catalog, { source: 'one', thread: 0, timeOrigin: NaN, post: (announcement) => heard.push(announcement), isAskable: () => false });
    this.count('mail-out');
    this.publication.announce();
    const pages = new ThreadPages(heard.at(-1) as Extract<Announcement, { kind: 'open' }>);
    const [family] = pages.families.values();
    for (const column of [family!.ids, family!.cells, pages.labelValues, pages.labelWords]) this.watch(column);
    this.merger = new Merger((where, error) => this.faults.push([where, error]));
    this.source = new ThreadSource(pages, this.merger, () => []);
  }

  do([what, queue]: Step): void {
    if (what === 'count') this.count(queue);
    else if (what === 'remove') this.counter.remove(queue);
    else this.counter.clear();
    if (what === 'remove' && this.truth.delete(queue)) this.disturbed.add(queue);
    if (what !== 'clear') return;
    for (const each of this.truth.keys()) this.disturbed.add(each);
    this.truth.clear();
  }

  /** One pass, during which the writer does this: before each load of the reader. */
  pass(steps: ReadonlyMap<number, readonly Step[]>): Map<string, number> {
    this.disturbed.clear();
    const load = Atomics.load.bind(Atomics) as (view: Int32Array, index: number) => number;
    const original = Atomics.load;
    let loads = 0;
    let isWriting = false;
    this.overtake = () => {
      if (isWriting) return;
      isWriting = true;
      for (const each of steps.get(loads++) ?? []) this.do(each);
      isWriting = false;
    };
    const overtaken = (view: Int32Array, index: number): number => {
      this.overtake();
      return load(view, index);
    };
    Object.assign(Atomics, { load: overtaken });
    try {
      this.merger.run([this.source]);
    } finally {
      Object.assign(Atomics, { load: original });
      this.overtake = () => {};
    }
    return this.shown();
  }

  end(): void {
    this.publication.close();
  }

  private count(queue: Queue): void {
    if (!this.truth.has(queue)) this.disturbed.add(queue);
    this.counter.inc({ queue }, amounts[queue]);
    this.truth.set(queue, (this.truth.get(queue) ?? 0) + amounts[queue]!);
  }

  /** Has every look at these pages be overtaken. */
  private watch(pages: (Int32Array | Float64Array)[]): void {
    for (const [number, page] of pages.entries()) {
      pages[number] = new Proxy(page, {
        get: (target, property) => {
          this.overtake();
          const found: unknown = Reflect.get(target, property, target);
          return typeof found === 'function' ? (found as () => unknown).bind(target) : found;
        },
      });
    }
  }

  private shown(): Map<string, number> {
    const values = new Map<string, number>();
    for (const view of this.merger.views()) {
      const cursor = view.cursor();
      while (cursor.next()) values.set(cursor.labelText(0), cursor.cells[cursor.cellBase]!);
    }
    return values;
  }
}

describe('A reader that is overtaken by the writer', () => {
  test('It shows a series that was there all the while with a value of that while, none that was not there, what was counted in each under its own label, and in quiet exactly what there is.', () => {
    fc.assert(
      fc.property(passes, (all) => {
        const race = new Race();
        for (const steps of all) {
          const before = new Map(race.truth);
          const shown = race.pass(steps);
          for (const queue of queues) {
            const multiple = (shown.get(queue) ?? 0) / amounts[queue]!;
            expect([queue, multiple]).toEqual([queue, Math.floor(multiple) % 1000]);
            if (race.disturbed.has(queue)) continue;
            if (!before.has(queue)) {
              expect([queue, shown.get(queue)]).toEqual([queue, undefined]);
              continue;
            }
            expect(shown.get(queue)).toBeGreaterThanOrEqual(before.get(queue)!);
            expect(shown.get(queue)).toBeLessThanOrEqual(race.truth.get(queue)!);
          }
          expect([...shown.keys()].filter((queue) => !(queues as readonly string[]).includes(queue))).toEqual([]);
        }
        expect(race.pass(new Map())).toEqual(race.truth);
        expect(race.faults).toEqual([]);
        race.end();
      }),
      { numRuns: 2000 },
    );
  });
});
