import { TallystickError, show } from '../model/errors.js';
import { startInterval } from '../platform/timers.js';
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

/** Beyond so many faults of a file, further ones are counted and not logged: a program may write it, again and again. */
const mostTexts = 100;

/** A file that is being watched. */
export interface ConfigWatcher {
  /** Reads the file now, unless the watching has ended. Resolves when that has been done, never with an error. */
  reload(): Promise<void>;
  /** Ends the watching; may be called more than once. */
  stop(): void;
}

/**
 * Has a client follow its file: it is read now, as it may have changed since the client was made, and again when it changes. One that has faults, or is
 * gone, changes nothing, and is logged. The file is looked at by its times and size, now and then, which also sees files that are replaced as a whole, or
 * by a link; the process does not live on for it.
 *
 * @throws TallystickError (as a rejection) `INVALID_OPTIONS`
 */
export async function watchMetricsConfig(file: string, client: { reload(config: MetricsConfig): boolean }, options: WatchOptions = {}): Promise<ConfigWatcher> {
  const { intervalSeconds = 5, registry = defaultRegistry } = options;
  if (!(typeof intervalSeconds === 'number' && intervalSeconds > 0 && intervalSeconds < 2 ** 31 / 1000)) {
    throw new TallystickError('INVALID_OPTIONS', `watchMetricsConfig: intervalSeconds is ${show(intervalSeconds)}; give a number of seconds above 0`);
  }
  const { stat } = await import('node:fs/promises');
  /** What the file looked like when it was last read; a change that comes while it is being read is seen the next time. */
  let seen = '';
  const said = new Set<string>();
  let isOver = false;
  const look = async (): Promise<string> => {
    try {
      const { mtimeMs, ctimeMs, size, ino } = await stat(file);
      return [mtimeMs, ctimeMs, size, ino].join();
    } catch {
      return 'gone';
    }
  };
  const read = async (): Promise<void> => {
    seen = await look();
    try {
      const config = await loadMetricsConfig(file);
      if (!isOver) client.reload(config);
    } catch (error) {
      // Counted as of its file: the text of a fault as a label would make ever new series. Another fault of the file is another cause, and logged, too.
      const text = error instanceof Error ? error.message.slice(0, 200) : 'an error';
      registry.noteFault(`metrics configuration: ${file}`, error);
      if (said.size > 0 && !said.has(text) && said.size < mostTexts) registry.warn(`metrics configuration: ${text}`, error);
      if (said.size < mostTexts) said.add(text);
    }
  };
  // One after the other, so that the latest is in force in the end.
  let reading: Promise<void> = Promise.resolve();
  const inTurn = (next: () => Promise<void>): Promise<void> => (reading = reading.then(next));
  const reload = (): Promise<void> => inTurn(read);
  let isLooking = false;
  const timer = startInterval(() => {
    // On a slow disk looks would queue up.
    if (isLooking) return;
    isLooking = true;
    void inTurn(async () => {
      if (!isOver && (await look()) !== seen) await read();
      isLooking = false;
    });
  }, intervalSeconds * 1000);
  const stop = (): void => {
    isOver = true;
    timer?.stop();
    forget();
  };
  const forget = registry.onShutdown(stop);
  await reload();
  return { reload, stop };
}
