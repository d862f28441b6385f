import type { Stats } from 'node:fs';
import { TallystickError, show } from '../model/errors.js';
import { type Registry, defaultRegistry } from '../registry/registry.js';
import { type MetricsConfig, parseMetricsConfig } from './parse-config.js';
import { importYaml } from './yaml-reader.js';

/**
 * Reads and checks a configuration: JSON from a file `.json`, and YAML from any other, by the package `yaml`, which the application installs.
 *
 * @throws MetricsConfigError (as a rejection, as all) with everything that is wrong; TallystickError `INVALID_CONFIG` when the file cannot be read,
 *   `INVALID_OPTIONS` when it is YAML and there is no package `yaml`
 */
export async function loadMetricsConfig(file: string): Promise<MetricsConfig> {
  let text: string;
  try {
    // Loaded where it is used only: what takes text or an object runs on platforms without files.
    const { readFile } = await import('node:fs/promises');
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new TallystickError('INVALID_CONFIG', `${String(file)}: cannot be read (${error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)}); give the path of a YAML or JSON file`);
  }
  return parseMetricsConfig(text, /\.json$/i.test(file) ? { file } : { file, yaml: await importYaml(file) });
}

/** Options of {@link watchMetricsConfig}. */
export interface WatchOptions {
  /** How often the file is looked at, in seconds; above 0, default 5. */
  readonly intervalSeconds?: number;
  /** Where faults are counted and logged; the default registry when left out. Its `shutdown()` ends the watching, too. */
  readonly registry?: Registry;
}

/** A file that is being watched. */
export interface ConfigWatcher {
  /** Reads the file now. Resolves when that has been done, never with an error. */
  reload(): Promise<void>;
  /** Ends the watching; may be called more than once. */
  stop(): void;
}

/**
 * Has a client follow its file: when it changes, it is read again. One that has faults, or is gone, changes nothing, and is logged. The file is looked
 * at by its time and size, now and then, which also sees files that are replaced as a whole, or by a link; the process does not live on for it.
 *
 * @throws TallystickError (as a rejection) `INVALID_OPTIONS`
 */
export async function watchMetricsConfig(file: string, client: { reload(config: MetricsConfig): boolean }, options: WatchOptions = {}): Promise<ConfigWatcher> {
  const { intervalSeconds = 5, registry = defaultRegistry } = options;
  if (!(typeof intervalSeconds === 'number' && intervalSeconds > 0 && intervalSeconds < 2 ** 31 / 1000)) {
    throw new TallystickError('INVALID_OPTIONS', `watchMetricsConfig: intervalSeconds is ${show(intervalSeconds)}; give a number of seconds above 0`);
  }
  const { unwatchFile, watchFile } = await import('node:fs');
  let reading: Promise<void> = Promise.resolve();
  const reload = (): Promise<void> => {
    // One after the other, so that the latest is in force in the end.
    reading = reading.then(async () => {
      try {
        client.reload(await loadMetricsConfig(file));
      } catch (error) {
        // By the text: another fault of the same file is another cause.
        registry.noteFault(`metrics configuration: ${(error instanceof Error ? error.message : String(error)).slice(0, 200)}`, error);
      }
    });
    return reading;
  };
  const changed = (now: Stats, before: Stats): void => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino) void reload();
  };
  watchFile(file, { persistent: false, interval: intervalSeconds * 1000 }, changed);
  const stop = (): void => unwatchFile(file, changed);
  registry.onShutdown(stop);
  return { reload, stop };
}
