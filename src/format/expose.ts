import { TallystickError, show } from '../model/errors.js';
import { ByteBuffer, decodeUtf8 } from '../platform/byte-buffer.js';
import { nextTurn } from '../platform/timers.js';
import type { CollectOptions } from '../registry/composition.js';
import { type Registry, oneRegistry } from '../registry/registry.js';
import type { FamilyView } from '../store/family-view.js';
import { TextFamilyWriter, writeTextFamily } from './text.js';

export { textContentType } from './text.js';

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

/**
 * As {@link toText}, but waits for asynchronous functions and collectors, as `registry.collect()` does. For frameworks that want a string;
 * its content type is {@link textContentType}.
 */
export async function collectText(registries: Registry | readonly Registry[], options: CollectOptions = {}): Promise<string> {
  const registry = oneRegistry(registries);
  return decodeUtf8(writeText(await registry.collect(options), registry));
}

/** As {@link toText}, in UTF-8: without a string on the way. The caller owns the bytes. */
export function toBytes(registries: Registry | readonly Registry[]): Uint8Array<ArrayBuffer> {
  const registry = oneRegistry(registries);
  return writeText(registry.collectSync(), registry);
}

/** Writes collected families in the text format, version 0.0.4; one that fails is left out, and noted with the registry. */
export function writeText(views: readonly FamilyView[], registry: Registry): Uint8Array<ArrayBuffer> {
  const out = new ByteBuffer(estimate(views));
  for (const view of views) {
    const before = out.length;
    try {
      writeTextFamily(view, out);
    } catch (error) {
      out.length = before;
      registry.noteFault(view.descriptor.name, error);
    }
  }
  return out.written();
}

/** Bytes in a chunk of {@link stream}. */
const chunkBytes = 65_536;

export interface StreamOptions extends CollectOptions {
  /** How long the event loop may be kept from other work at a time, in milliseconds; 0 or more, default 5. */
  readonly maxBlockMilliseconds?: number;
}

/**
 * The exposition in chunks of about 64 KiB, with pauses in which the event loop runs: for registries so large that writing them at once
 * would be felt. A series is written whole, so a histogram's or summary's numbers are of one moment; different series may be of different
 * moments. Asynchronous functions and collectors are waited for as by `registry.collect()`.
 *
 * @param registries one, or several to be shown as one
 * @throws TallystickError as {@link toText}, and for a bad option; from the first `next()`
 */
export async function* stream(registries: Registry | readonly Registry[], options: StreamOptions = {}): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const milliseconds = checkBlock(options.maxBlockMilliseconds);
  const registry = oneRegistry(registries);
  yield* streamText(await registry.collect(options), registry, milliseconds);
}

/**
 * Checks how long the event loop may be blocked.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkBlock(milliseconds: unknown = 5): number {
  if (typeof milliseconds === 'number' && milliseconds >= 0) return milliseconds;
  throw new TallystickError('INVALID_OPTIONS', `stream: maxBlockMilliseconds is ${show(milliseconds)}; give a number of milliseconds, 0 or more`);
}

/** Writes collected families in chunks; see {@link stream}. One that fails ends with the series before, and is noted. */
export async function* streamText(views: readonly FamilyView[], registry: Registry, maxBlockMilliseconds: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const out = new ByteBuffer(chunkBytes + chunkBytes / 4);
  for (const { table } of views) table.hold();
  try {
    // A scrape begins where its request was read, and the first pause would go on in the same turn of the loop, before any timer: two blocks
    // would count as one.
    await nextTurn();
    let turnBegan = performance.now();
    for (const view of views) {
      const writer = new TextFamilyWriter(view, out);
      for (let more = true; more; ) {
        more = writeSome(view, writer, registry);
        if (out.length < chunkBytes) continue;
        yield out.take();
        if (performance.now() - turnBegan < maxBlockMilliseconds) continue;
        await nextTurn();
        turnBegan = performance.now();
      }
    }
    if (out.length > 0) yield out.take();
  } finally {
    for (const { table } of views) table.release();
  }
}

function writeSome(view: FamilyView, writer: TextFamilyWriter, registry: Registry): boolean {
  try {
    return writer.write(chunkBytes);
  } catch (error) {
    registry.noteFault(view.descriptor.name, error);
    return false;
  }
}

/** A first size that is seldom far off, so that little is copied while the buffer grows. */
export function estimate(views: readonly FamilyView[]): number {
  let bytes = 1024;
  for (const { descriptor, table } of views) {
    const lines = Math.max(1, descriptor.bounds.length + descriptor.quantiles.length + descriptor.states.length);
    bytes += 256 + table.size * lines * (descriptor.name.length + 16 + descriptor.labelNames.length * 24);
  }
  return bytes;
}
