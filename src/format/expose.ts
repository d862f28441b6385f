import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { ByteBuffer, decodeUtf8 } from '../platform/byte-buffer.js';
import { nextTurn } from '../platform/timers.js';
import type { CollectOptions } from '../registry/composition.js';
import { type Registry, oneRegistry } from '../registry/registry.js';
import { blockCells } from '../store/block-arena.js';
import type { FamilyView } from '../store/family-view.js';
import { escapeFamilies } from './escaping.js';
import { ExpositionBuffer } from './exposition-buffer.js';
import type { EscapingScheme, ExpositionFormat, FamilyWriter, FormatName } from './format.js';
import { checkEscaping, checkFormat, formatFor } from './formats.js';

/** How an exposition is to be written. */
export interface ExpositionOptions {
  /** Default: `text-0.0.4`. */
  readonly format?: FormatName;
  /** How names that are no legacy names are written; default: as they are where the format can do that, else with underscores. */
  readonly escaping?: EscapingScheme;
}

/**
 * The exposition of this moment, in the text format unless the options say otherwise. Functions given to gauges and counters are read; an
 * asynchronous one shows the last value it gave (the request handlers wait for it). Collectors that fail are left out and counted, and never
 * make this throw.
 *
 * @param registries one, or several to be shown as one
 * @throws TallystickError when an argument is no registry, two registries have the same metric, or an option is wrong; protobuf is no text
 */
export function toText(registries: Registry | readonly Registry[], options: ExpositionOptions = {}): string {
  refuseBinary('toText', options);
  return decodeUtf8(toBytes(registries, options));
}

/**
 * As {@link toText}, but waits for asynchronous functions and collectors, as `registry.collect()` does. For frameworks that want a string;
 * the content type of the text format is {@link textContentType}.
 */
export async function collectText(registries: Registry | readonly Registry[], options: ExpositionOptions & CollectOptions = {}): Promise<string> {
  const registry = oneRegistry(registries);
  refuseBinary('collectText', options);
  const format = formatOf('collectText', options, ['timeoutSeconds', 'wanted']);
  return decodeUtf8(writeViews(escapeFamilies(await registry.collect(options), registry, escapingOf(options)), registry, format));
}

export interface BytesOptions extends ExpositionOptions {
  /** Memory to write to, which the answer is a part of: it is overwritten by the next exposition that is given the same. */
  readonly buffer?: ExpositionBuffer;
}

/** As {@link toText}, in bytes: without a string on the way, and in every format. The caller owns the bytes, unless a buffer is given. */
export function toBytes(registries: Registry | readonly Registry[], options: BytesOptions = {}): Uint8Array<ArrayBuffer> {
  const registry = oneRegistry(registries);
  const format = formatOf('toBytes', options, ['buffer']);
  const { buffer } = options;
  if (buffer !== undefined && !(buffer instanceof ExpositionBuffer)) throw new TallystickError('INVALID_OPTIONS', `toBytes: buffer is ${show(buffer)}; give an ExpositionBuffer, or leave it out`);
  const views = escapeFamilies(registry.collectSync(), registry, escapingOf(options));
  return writeViews(views, registry, format, buffer?.begin(estimate(views)));
}

/** Writes collected families; one that fails is left out, and noted with the registry. */
export function writeViews(views: readonly FamilyView[], registry: Pick<Registry, 'noteFault'>, format: ExpositionFormat, out: ByteBuffer = new ByteBuffer(estimate(views))): Uint8Array<ArrayBuffer> {
  let isFirst = true;
  format.begin(out);
  for (const view of views) {
    const before = out.length;
    try {
      const writer = format.family(view, out, isFirst);
      while (writer.write(Infinity));
      isFirst = false;
    } catch (error) {
      out.length = before;
      registry.noteFault(view.descriptor.name, error);
    }
  }
  format.end(out);
  return out.written();
}

/** Bytes in a chunk of {@link stream}. */
const chunkBytes = 65_536;
/** Bytes that are written before there is a look at the time: the first scrapes of a process are several times as slow as those to come. */
const stepBytes = 8192;

export interface StreamOptions extends ExpositionOptions, CollectOptions {
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
  const format = formatOf('stream', options, ['timeoutSeconds', 'wanted', 'maxBlockMilliseconds']);
  const milliseconds = checkBlock(options.maxBlockMilliseconds);
  const registry = oneRegistry(registries);
  yield* streamViews(escapeFamilies(await registry.collect(options), registry, escapingOf(options)), registry, format, milliseconds);
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
export async function* streamViews(
  views: readonly FamilyView[],
  registry: Registry,
  format: ExpositionFormat,
  maxBlockMilliseconds: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const out = new ByteBuffer(chunkBytes + chunkBytes / 4);
  for (const { table } of views) table.hold();
  try {
    // A scrape begins where its request was read, and the first pause would go on in the same turn of the loop, before any timer: two blocks
    // would count as one.
    await nextTurn();
    let turnBegan = performance.now();
    let isFirst = true;
    format.begin(out);
    for (const view of views) {
      const writer = attempt(view, registry, () => format.family(view, out, isFirst));
      if (writer !== undefined) isFirst = false;
      for (let more = writer !== undefined; more; ) {
        more = writeSome(view, writer!, registry, Math.min(chunkBytes, out.length + stepBytes));
        if (out.length >= chunkBytes) yield out.take();
        if (performance.now() - turnBegan < maxBlockMilliseconds) continue;
        await nextTurn();
        turnBegan = performance.now();
      }
    }
    format.end(out);
    if (out.length > 0) yield out.take();
  } finally {
    for (const { table } of views) table.release();
  }
}

function writeSome(view: FamilyView, writer: FamilyWriter, registry: Registry, bytes: number): boolean {
  return attempt(view, registry, () => writer.write(bytes)) ?? false;
}

function attempt<T>(view: FamilyView, registry: Registry, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    registry.noteFault(view.descriptor.name, error);
    return undefined;
  }
}

/** What a native bucket may take in any of the formats, the empty ones of its block aside. */
const nativeBucketBytes = 4;

/** A first size that is seldom far off, so that little is copied while the buffer grows. */
export function estimate(views: readonly FamilyView[]): number {
  let bytes = 1024;
  for (const { descriptor, table, native } of views) {
    const lines = Math.max(1, descriptor.bounds.length + descriptor.quantiles.length + descriptor.states.length);
    const { labels } = table;
    const label = Math.max(24, 16 + Math.ceil(labels.escapedBytes / Math.max(1, labels.size)));
    bytes += 256 + table.size * lines * (descriptor.name.length + 16 + descriptor.labelNames.length * label);
    if (native !== undefined) bytes += native.blocks.size * blockCells * nativeBucketBytes;
  }
  return bytes;
}

function formatOf(subject: string, options: ExpositionOptions, more: readonly string[] = []): ExpositionFormat {
  checkOptions(subject, options, ['format', 'escaping', ...more]);
  const format = checkFormat(subject, options.format);
  checkEscaping(subject, options.escaping, format);
  return formatFor(format);
}

/** The scheme of options that were checked. */
function escapingOf({ format, escaping }: ExpositionOptions): EscapingScheme {
  return checkEscaping('', escaping, format);
}

function refuseBinary(subject: string, options: ExpositionOptions): void {
  if (options?.format === 'protobuf') throw new TallystickError('INVALID_OPTIONS', `${subject}: format is "protobuf", which is no text; call toBytes`);
}
