import { TallystickError } from '../../model/errors.js';
import type { FormatName } from '../format.js';

/** A format that can be parsed. */
export type ParsedFormat = Exclude<FormatName, 'json'>;

const titles: Readonly<Record<ParsedFormat, string>> = {
  'text-0.0.4': 'text 0.0.4',
  'text-1.0.0': 'text 1.0.0',
  'openmetrics-1.0.0': 'OpenMetrics 1.0.0',
  'openmetrics-2.0.0': 'OpenMetrics 2.0.0',
  protobuf: 'protobuf',
};

/**
 * What is wrong with a document, and where: `text 0.0.4, line 3, column 7: found "x"; expected a number`. Its code is `PARSE_ERROR`, and
 * nothing else is thrown for what a document holds.
 */
export class ParseError extends TallystickError {
  readonly format: ParsedFormat;
  /** The line, from 1 on; in protobuf the message. */
  readonly line: number;
  /** The character (Unicode code point) in the line, from 1 on; in protobuf the byte in the message. */
  readonly column: number;
  /** What stands there, quoted if it is text of the document, and never longer than a line. */
  readonly found: string;
  /** What the format demands there. */
  readonly expected: string;

  constructor(format: ParsedFormat, line: number, column: number, found: string, expected: string) {
    const place = format === 'protobuf' ? `message ${line}, byte ${column}` : `line ${line}, column ${column}`;
    super('PARSE_ERROR', `${titles[format]}, ${place}: found ${found}; expected ${expected}`);
    this.name = 'ParseError';
    this.format = format;
    this.line = line;
    this.column = column;
    this.found = found;
    this.expected = expected;
  }
}
