import type { Sketch } from '../../../src/distribution/sketch.js';
import type { NativeBuckets } from '../../../src/model/native.js';
import type { MetricType } from '../../../src/model/descriptor.js';
import type { Aggregator, FamilyShape, WindowPlace } from '../../../src/model/shape.js';
import { widthOf } from '../../../src/registry/family-shape.js';
import { nativeCells } from '../../../src/model/layout.js';
import type { RowExemplars } from '../../../src/aggregate/merged-family.js';
import { mergedShape } from '../../../src/aggregate/merged-shape.js';
import { Merger } from '../../../src/aggregate/merger.js';
import type { MergeTarget, Source } from '../../../src/aggregate/source.js';

/** What a row of a model has. */
export interface ModelRow {
  readonly cells: readonly number[];
  readonly sketch?: Sketch;
  readonly samples?: Float64Array;
  readonly native?: NativeBuckets;
  readonly exemplars?: RowExemplars;
}

export interface ModelFamily {
  readonly shape: FamilyShape;
  /** By label values as JSON. */
  readonly rows: Map<string, ModelRow>;
}

export interface ShapeOptions {
  readonly name: string;
  readonly type?: MetricType;
  readonly labelNames?: readonly string[];
  readonly bounds?: readonly number[];
  readonly quantiles?: readonly number[];
  readonly states?: readonly string[];
  readonly aggregator?: Aggregator;
  readonly window?: WindowPlace;
  readonly native?: boolean;
  readonly created?: boolean;
  readonly timestamp?: boolean;
}

/** The shape of a family, as that of something merged. */
export function shape({ name, type = 'counter', labelNames = [], bounds = [], quantiles = [], states = [], aggregator = 'sum', window, native = false, created = false, timestamp = false }: ShapeOptions): FamilyShape {
  const descriptor = { name, help: 'Of a test.', type, unit: '', labelNames, constLabels: [], bounds, quantiles, states, stateLabel: type === 'stateset' ? 'state' : '' };
  const width = widthOf(descriptor);
  const places = { stride: width + (native ? nativeCells : 0) + (created ? 1 : 0), width, created: created ? width + (native ? nativeCells : 0) : -1, native: native ? width : -1, setAt: -1, window, ...(timestamp ? { timestamp: width } : {}) };
  return mergedShape({ descriptor, kind: type, settings: {}, aggregator, places });
}

/** A source that has what it is given: for what tests say of merging. */
export class ModelSource implements Source {
  readonly origin: string;
  readonly families: Map<string, ModelFamily>;

  constructor(origin = 'the model') {
    this.origin = origin;
    this.families = new Map();
  }

  /** Sets a row, in a family that is made if there is none. */
  set(family: FamilyShape, labels: readonly string[], row: ModelRow): void {
    const { name } = family.descriptor;
    let known = this.families.get(name);
    if (known === undefined) this.families.set(name, (known = { shape: family, rows: new Map() }));
    known.rows.set(JSON.stringify(labels), row);
  }

  contribute(merger: MergeTarget): void {
    for (const { shape: one, rows } of this.families.values()) {
      const target = merger.family(one, this.origin);
      if (target === undefined) continue;
      for (const [labels, { cells, sketch, samples, native, exemplars }] of rows) {
        for (const [place, label] of (JSON.parse(labels) as string[]).entries()) target.table.wanted[place] = merger.labels.intern(label);
        const row = target.row();
        target.addMerged(row, Float64Array.from(cells), 0);
        if (sketch !== undefined) target.addSketch(row, sketch);
        if (samples !== undefined) target.addSamples(row, samples);
        if (native !== undefined) target.addNative(row, native);
        if (exemplars !== undefined) target.addExemplars(row, exemplars);
      }
    }
  }
}

/** Everything in a merger, as plain data that can be compared. */
export function contentsOf(merger: Merger): Record<string, unknown> {
  const contents: Record<string, unknown> = {};
  for (const [name, family] of [...merger.families].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const { table } = family;
    const { stride } = family.shape.places;
    const rows: [string, unknown][] = [];
    table.forEachRow((row) => {
      if (!family.isShown(row)) return;
      const labels = JSON.stringify(Array.from({ length: table.labelCount }, (_, place) => table.labelText(row, place)));
      const base = table.cells.base(row);
      const cells = [...table.cells.page(row).subarray(base, base + stride)];
      rows.push([labels, { cells, sketch: family.sketchAt(row), samples: family.samplesAt(row), native: family.nativeAt(row), exemplars: family.exemplarsAt(row) }]);
    });
    contents[name] = { shape: family.shape, rows: Object.fromEntries(rows.sort(([one], [other]) => (one < other ? -1 : 1))) };
  }
  return contents;
}

/** A merger that has faults thrown. */
export function strictMerger(): Merger {
  return new Merger((where, error) => {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`);
  });
}
