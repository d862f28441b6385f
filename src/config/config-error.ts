import { TallystickError } from '../model/errors.js';
import { type LocatedFault, positionOf } from './located.js';

/** One thing that is wrong with a configuration. */
export interface ConfigFault {
  /** The file, or how the configuration is called. */
  readonly file: string;
  /** From 1; undefined where the configuration is no text. */
  readonly line: number | undefined;
  /** From 1, in UTF-16 units. */
  readonly column: number | undefined;
  /** For instance `counters[0].name`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** Faults that the text of an error tells: what is no configuration at all can have any number, and the text goes into a log. */
const mostShown = 100;

/** A configuration that cannot be used: everything that is wrong with it, a line for each of the first hundred in the text of the error. Its code is `INVALID_CONFIG`. */
export class MetricsConfigError extends TallystickError {
  /** In the order of the text; at least one. */
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const further = faults.length > mostShown ? [`and ${faults.length - mostShown} more`] : [];
    super('INVALID_CONFIG', [...faults.slice(0, mostShown).map(shownFault), ...further].join('\n'));
    this.name = 'MetricsConfigError';
    this.faults = faults;
  }
}

/** Faults with lines and columns, in the order of the text. */
export function placed(file: string, text: string | undefined, faults: readonly LocatedFault[]): ConfigFault[] {
  return [...faults]
    .sort((one, other) => one.at - other.at)
    .map(({ at, path, message }) => {
      const position = text === undefined || at < 0 ? undefined : positionOf(text, at);
      return { file, line: position?.line, column: position?.column, path, message };
    });
}

function shownFault({ file, line, column, path, message }: ConfigFault): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  return path === '' ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
}
