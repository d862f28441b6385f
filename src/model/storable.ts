import { wellFormed } from '../platform/byte-buffer.js';

/**
 * A text as every format can carry it: half a surrogate pair, which UTF-8 cannot hold, and a carriage return, which OpenMetrics forbids wherever
 * it stands (OpenMetrics 1.0, "Overall structure"), become U+FFFD.
 */
export function storable(text: string): string {
  const whole = wellFormed(text);
  return whole.includes('\r') ? whole.replaceAll('\r', '\uFFFD') : whole;
}
