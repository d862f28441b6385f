import { ByteBuffer, decodeUtf8 } from '../platform/byte-buffer.js';
import { type Registry, oneRegistry } from '../registry/registry.js';
import type { FamilyView } from '../store/family-view.js';
import { writeTextFamily } from './text.js';

/**
 * The exposition of this moment in the text format, version 0.0.4. Functions given to gauges and counters are read; an asynchronous one
 * shows the last value it gave (the request handlers wait for it). Collectors that fail are left out and counted, and never make this throw.
 *
 * @param registries one, or several to be shown as one
 * @throws TallystickError when an argument is no registry, or two registries have the same metric
 */
export function toText(registries: Registry | readonly Registry[]): string {
  return decodeUtf8(toBytes(registries));
}

/** As {@link toText}, in UTF-8: without a string on the way. The caller owns the bytes. */
export function toBytes(registries: Registry | readonly Registry[]): Uint8Array<ArrayBuffer> {
  return writeText(oneRegistry(registries).collectSync());
}

/** Writes collected families in the text format, version 0.0.4. */
export function writeText(views: readonly FamilyView[]): Uint8Array<ArrayBuffer> {
  const out = new ByteBuffer(estimate(views));
  for (const view of views) writeTextFamily(view, out);
  return out.written();
}

/** A first size that is seldom far off, so that little is copied while the buffer grows. */
function estimate(views: readonly FamilyView[]): number {
  let bytes = 1024;
  for (const { descriptor, table } of views) {
    const lines = Math.max(1, descriptor.bounds.length + descriptor.quantiles.length + descriptor.states.length);
    bytes += 256 + table.size * lines * (descriptor.name.length + 16 + descriptor.labelNames.length * 24);
  }
  return bytes;
}
