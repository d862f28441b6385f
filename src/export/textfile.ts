import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { type Registry, defaultRegistry, oneRegistry } from '../registry/registry.js';
import type { FamilyView } from '../store/family-view.js';
import { escapeFamilies } from '../format/escaping.js';
import { writeViews } from '../format/expose.js';
import { formatFor } from '../format/formats.js';
import type { Backend, Outcome, Payload } from './backend.js';
import { PushLoop, type Pusher } from './push-loop.js';
import { type PushOptions, pushOptionNames } from './push-settings.js';
import { withoutTimestamps } from './timestamps.js';

export interface TextfileOptions extends PushOptions {
  /** Where the file is to be; its name must end in `.prom`, as node_exporter reads no others. The folder is made when there is none. */
  readonly path: string;
}

const subject = 'textfile';
const defaults = { intervalSeconds: 15, timeoutSeconds: 5 };
/** A temporary file that is so old was left by a process that has crashed. */
const staleMilliseconds = 3_600_000;

/**
 * Writes the metrics to a file for node_exporter's textfile collector, once. A reader sees the old file or the new one, whole, whoever else
 * writes to it at the same time and whatever crashes: it is written under another name in the same folder, brought to the disk, and renamed.
 *
 * @param registries one, or several to be shown as one
 * @throws TallystickError `PUSH_FAILED` (as a rejection) when the file cannot be written; the old one is as it was
 *
 * Source: node_exporter, "Textfile Collector".
 */
export async function writeTextfile(path: string, registries: Registry | readonly Registry[] = defaultRegistry): Promise<void> {
  const registry = oneRegistry(registries);
  const target = checkPath(path);
  const bytes = textOf(await registry.collect(), registry);
  try {
    await replaceFile(target, bytes);
  } catch (error) {
    throw new TallystickError('PUSH_FAILED', `${subject}: ${show(target)} cannot be written: ${error instanceof Error ? error.message : String(error)}; check the folder, its owner and the room on the disk`);
  }
}

/**
 * Writes the metrics to a file again and again; see {@link writeTextfile}.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function startTextfile(options: TextfileOptions): Pusher {
  checkOptions(subject, options, ['path', ...pushOptionNames]);
  const registry = oneRegistry(options.registry ?? defaultRegistry);
  return new PushLoop(subject, new TextfileBackend(checkPath(options.path), registry), options, defaults);
}

class TextfileBackend implements Backend {
  readonly name = 'textfile';
  readonly keepsLatestOnly = true;
  private readonly path: string;
  private readonly registry: Registry;

  constructor(path: string, registry: Registry) {
    this.path = path;
    this.registry = registry;
  }

  encode(views: readonly FamilyView[]): readonly Payload[] {
    return [{ bytes: textOf(views, this.registry), items: views.reduce((sum, view) => sum + view.table.size, 0) }];
  }

  async send({ bytes }: Payload, signal: AbortSignal): Promise<Outcome> {
    await replaceFile(this.path, bytes, signal);
    return { kind: 'sent' };
  }
}

/** The collector takes neither timestamps nor names beyond the legacy ones. */
function textOf(views: readonly FamilyView[], registry: Registry): Uint8Array<ArrayBuffer> {
  return writeViews(escapeFamilies(views.map(withoutTimestamps), registry, 'underscores'), registry, formatFor('text-0.0.4'));
}

function checkPath(path: unknown): string {
  if (typeof path === 'string' && path.endsWith('.prom') && !path.includes('\0') && basename(path) !== '.prom') return resolve(path);
  throw new TallystickError('INVALID_OPTIONS', `${subject}: path is ${show(path)}; give the path of a file whose name ends in ".prom", as node_exporter reads no others`);
}

/** Puts bytes in the place of a file, all at once; not once the signal has come, when a newer attempt may be under way. */
async function replaceFile(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.`;
  await makeFolder(folder);
  await removeStale(folder, prefix);
  // A name of its own for each writer, which node_exporter does not take for a file of metrics.
  const temporary = join(folder, `${prefix}${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(bytes);
      // Else a crash of the machine could leave the new name with nothing behind it.
      await file.sync();
    } finally {
      await file.close();
    }
    signal?.throwIfAborted();
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/**
 * Makes a folder and those above it, where there are none. Node's own `recursive` never comes back where a file system says of a folder inside one that
 * is there that something is missing, as `/proc` does (Node.js 20), and the process would not end.
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder));
      await mkdir(folder).catch(refuseUnlessThere);
    } else if (!(await isFolder(folder))) throw error;
  }
}

/** Another process may have made it meanwhile. */
function refuseUnlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** Removes what crashed processes have left of this file. */
async function removeStale(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const left = join(folder, name);
    try {
      if (Date.now() - (await stat(left)).mtimeMs > staleMilliseconds) await unlink(left);
    } catch {
      // Another process has renamed or removed it meanwhile.
    }
  }
}
