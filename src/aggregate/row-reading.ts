import type { Sketch } from '../distribution/sketch.js';
import type { NativeBuckets } from '../model/native.js';

/** What a row of another thread had when it was read last, all of one moment. */
export interface RowReading {
  /** Which series of all that the row has been it was. */
  life: number;
  /** As the thread lays them out. */
  readonly cells: Float64Array;
  native: NativeBuckets | undefined;
  sketch: Sketch | undefined;
  samples: Float64Array | undefined;
}
