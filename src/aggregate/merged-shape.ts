import { nativeCells } from '../model/layout.js';
import { type CellPlaces, type FamilyShape, workerLabel } from '../model/shape.js';
import { widthOf } from '../registry/family-shape.js';
import { gaugeRule } from './gauge-rules.js';

/**
 * The shape of a family in which several are merged: first what its type has, with what a gauge's rule needs; then native buckets and the times of
 * creation and measuring. That of a merged family is the same again, so that what is merged can be merged once more.
 */
export function mergedShape(shape: FamilyShape): FamilyShape {
  const { descriptor, kind, settings, aggregator, places } = shape;
  const isGauge = descriptor.type === 'gauge';
  const width = isGauge ? gaugeRule(aggregator).cells : widthOf(descriptor);
  const native = places.native < 0 ? -1 : width;
  const afterNative = native < 0 ? width : native + nativeCells;
  const created = places.created < 0 ? -1 : afterNative;
  const afterCreated = created < 0 ? afterNative : created + 1;
  const isTimed = places.timestamp !== undefined && places.timestamp >= 0;
  const merged: CellPlaces = {
    stride: isTimed ? afterCreated + 1 : afterCreated,
    width,
    created,
    ...(isTimed ? { timestamp: afterCreated } : {}),
    native,
    setAt: isGauge && aggregator === 'last' ? 1 : -1,
    window: places.window === undefined ? undefined : { ...places.window, cell: -1 },
  };
  return { descriptor: isGauge && aggregator === 'perWorker' ? withWorker(descriptor) : descriptor, kind, settings, aggregator, places: merged };
}

function withWorker(descriptor: FamilyShape['descriptor']): FamilyShape['descriptor'] {
  const { labelNames } = descriptor;
  return labelNames.at(-1) === workerLabel ? descriptor : { ...descriptor, labelNames: [...labelNames, workerLabel] };
}
