import type { ParsedFormat } from './parse-error.js';

/** In what the formats made of lines differ where a line is read. */
export interface Dialect {
  readonly format: Exclude<ParsedFormat, 'protobuf'>;
  /** Tokens may stand apart by any number of blanks and tabs, and labels may end with a comma (text formats); else by one blank or none. */
  readonly loose: boolean;
  /** Names in quotes, and the metric's within the braces. */
  readonly quotedNames: boolean;
  /** Label names that begin with this are reserved: `__` (Prometheus data model), `_` (OpenMetrics, "Label"). */
  readonly reserved: string;
}

/** @param quotedNames whether names in quotes are read where the format has none */
export function dialectOf(format: Dialect['format'], quotedNames: boolean): Dialect {
  switch (format) {
    case 'text-0.0.4':
      return { format, loose: true, quotedNames, reserved: '__' };
    case 'text-1.0.0':
      return { format, loose: true, quotedNames: true, reserved: '__' };
    case 'openmetrics-1.0.0':
      return { format, loose: false, quotedNames, reserved: '_' };
    case 'openmetrics-2.0.0':
      return { format, loose: false, quotedNames: true, reserved: '_' };
  }
}
