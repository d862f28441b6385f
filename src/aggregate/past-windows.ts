import { performance } from 'node:perf_hooks';
import { mergeSamples, subtractSamples } from '../distribution/samples.js';
import { type Sketch, mergeSketches, subtractSketch } from '../distribution/sketch.js';
import { type FamilyShape, type WindowPlace, windowSeconds } from '../model/shape.js';
import { type MergeFault, Merger } from './merger.js';
import type { MergedFamily } from './merged-family.js';
import type { MergeTarget, Source } from './source.js';
import type { ThreadPages } from './thread-pages.js';
import { ThreadSource } from './thread-source.js';

/** In how many steps what is left of a window is forgotten: at most two of them early, never late. */
const steps = 10;

/** What one series remembers. */
interface Remembered {
  readonly labels: readonly string[];
  sketch: Sketch | undefined;
  samples: Float64Array | undefined;
}

interface RememberedFamily {
  readonly shape: FamilyShape;
  readonly rows: Map<string, Remembered>;
}

/**
 * What the summaries of ended threads remember, until its time has passed. It is kept by when that will be and by series, not by thread, so that it takes no
 * more room however many threads end; and none of their pages.
 */
export class PastWindows implements Source {
  readonly origin: string;
  /** By when they are over, in milliseconds of `performance.now()`; and in these by metric. */
  private readonly slots: Map<number, Map<string, RememberedFamily>>;
  private readonly onFault: MergeFault;

  constructor(onFault: MergeFault) {
    this.origin = 'what has ended';
    this.slots = new Map();
    this.onFault = onFault;
  }

  get isEmpty(): boolean {
    return this.slots.size === 0;
  }

  /** Takes over what a thread remembers that is over. */
  take(pages: ThreadPages): void {
    this.forget();
    const windows = new Set([...pages.families.values()].map(({ shape }) => windowSeconds(shape.places.window)));
    for (const seconds of windows) if (seconds > 0) this.takeWindow(pages, seconds);
    pages.ahead = 0;
  }

  contribute(merger: MergeTarget): void {
    this.forget();
    for (const families of this.slots.values()) {
      for (const { shape, rows } of families.values()) {
        const target = merger.family(shape, this.origin);
        if (target === undefined) continue;
        for (const { labels, sketch, samples } of rows.values()) {
          for (const [place, text] of labels.entries()) target.table.wanted[place] = merger.labels.intern(text);
          const row = target.row();
          target.touch(row);
          if (sketch !== undefined) target.addSketch(row, sketch);
          if (samples !== undefined) target.addSamples(row, samples);
        }
      }
    }
  }

  /** Forgets what is over. */
  forget(): void {
    const now = performance.now();
    for (const until of this.slots.keys()) if (until <= now) this.slots.delete(until);
  }

  /** Looks at the windows as they will be after each step, the last one first: what is there and not after one step more is over by then. */
  private takeWindow(pages: ThreadPages, seconds: number): void {
    const scratch = new Merger(this.onFault);
    const source = new ThreadSource(pages, scratch, () => [], ({ places }) => windowSeconds(places.window) === seconds);
    const step = (seconds * 1000) / steps;
    const now = performance.now();
    const after = new Map<MergedFamily, (Remembered | undefined)[]>();
    for (let count = steps - 1; count > 0; count--) {
      pages.ahead = (count * step) / 1000;
      scratch.run([source]);
      const until = Math.floor((now + count * step) / step) * step;
      for (const family of scratch.families.values()) {
        const before = after.get(family) ?? [];
        after.set(family, this.takeRows(family, before, until));
      }
    }
    source.close();
  }

  /** @param after what each row still has one step later */
  private takeRows(family: MergedFamily, after: readonly (Remembered | undefined)[], until: number): Remembered[] {
    const { table, shape } = family;
    const present: Remembered[] = [];
    table.forEachRow((row) => {
      const labels = shape.descriptor.labelNames.map((_, place) => table.labelText(row, place));
      const sketch = family.sketchAt(row);
      const samples = family.samplesAt(row);
      present[row] = { labels, sketch, samples };
      this.remember(until, shape, {
        labels,
        sketch: sketch && subtractSketch(sketch, after[row]?.sketch),
        samples: samples && subtractSamples(samples, after[row]?.samples),
      });
    });
    return present;
  }

  private remember(until: number, shape: FamilyShape, { labels, sketch, samples }: Remembered): void {
    if ((sketch?.buckets.length ?? 0) + (samples?.length ?? 0) === 0) return;
    let slot = this.slots.get(until);
    if (slot === undefined) this.slots.set(until, (slot = new Map()));
    const kind = JSON.stringify([shape.descriptor, shape.settings]);
    let family = slot.get(kind);
    if (family === undefined) slot.set(kind, (family = { shape, rows: new Map() }));
    const key = JSON.stringify(labels);
    const known = family.rows.get(key);
    if (known === undefined) {
      family.rows.set(key, { labels, sketch, samples });
      return;
    }
    if (sketch !== undefined) known.sketch = known.sketch === undefined ? sketch : mergeSketches([known.sketch, sketch]);
    if (samples !== undefined) known.samples = someOf(known.samples === undefined ? samples : mergeSamples([known.samples, samples]), shape.places.window);
  }
}

/** No more samples than one series keeps, evenly taken from all that there are: where many threads end, exact quantiles would take room without end. */
function someOf(samples: Float64Array, window: WindowPlace | undefined): Float64Array {
  const most = window?.kind === 'samples' ? window.places : samples.length;
  if (samples.length <= most) return samples;
  return Float64Array.from({ length: most }, (_, place) => samples[Math.round((place * (samples.length - 1)) / Math.max(1, most - 1))]!);
}
