import type { Descriptor } from '../model/descriptor.js';
import { bucketCells, quantileCells } from '../model/layout.js';
import type { FamilyShape } from '../model/shape.js';
import type { Collectable } from '../store/catalog.js';

/** What another thread has to know of an instrument to read its pages, and to tell whether they mean what those of others mean. */
export function shapeOf(member: Collectable): FamilyShape {
  const { descriptor, kind, settings, aggregator } = member;
  const { table, createdCell, native, setAtCell, window } = member.view();
  return { descriptor, kind, settings, aggregator, places: { stride: table.cells.stride, width: widthOf(descriptor), created: createdCell, native: native?.cell ?? -1, setAt: setAtCell, window } };
}

/** How many cells a series has for its type; see `model/layout.ts`. */
export function widthOf({ type, bounds, quantiles, states }: Descriptor): number {
  switch (type) {
    case 'histogram':
    case 'gaugehistogram':
      return bucketCells + bounds.length + 1;
    case 'summary':
      return quantileCells + quantiles.length;
    case 'stateset':
      return Math.max(1, states.length);
    default:
      return 1;
  }
}
