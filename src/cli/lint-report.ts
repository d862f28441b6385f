import type { ParsedFormat } from '../format/parse/parse-error.js';
import { type Finding, type Severity, severities } from '../lint/finding.js';
import { openMetrics, sources } from '../lint/rule.js';
import { printable } from './failures.js';
import type { SyntaxFault } from './read-families.js';

/** A place where the document breaks its format, as a finding. */
export interface SyntaxFinding extends Omit<Finding, 'metric'> {
  readonly code: 'syntax';
  /** From 1 on; of protobuf the message, and the byte in it. */
  readonly line: number;
  readonly column: number;
}

/** Everything there is to say about an exposition: this is the JSON. */
export interface LintReport {
  readonly command: 'lint';
  readonly source: string;
  readonly format: ParsedFormat;
  readonly metrics: number;
  readonly findings: readonly (Finding | SyntaxFinding)[];
}

const specifications: Readonly<Record<ParsedFormat, string>> = {
  'text-0.0.4': sources.textFormat,
  'text-1.0.0': sources.textFormat,
  'openmetrics-1.0.0': openMetrics('Text format'),
  'openmetrics-2.0.0': 'OpenMetrics 2.0, "Text format"',
  protobuf: sources.textFormat,
};

export function syntaxFinding(format: ParsedFormat, { line, column, found, expected }: SyntaxFault): SyntaxFinding {
  const place = format === 'protobuf' ? `message ${line}, byte ${column}` : `line ${line}, column ${column}`;
  return { code: 'syntax', severity: 'error', line, column, message: `${place}: found ${found}; expected ${expected}`, source: specifications[format], mend: `expected ${expected}` };
}

/**
 * The report as text: a line for each finding, and how many there are.
 *
 * @param columns the width of the terminal; texts are broken to fit it
 */
export function lintTable({ source, metrics, findings }: LintReport, columns: number | undefined): string {
  const width = Math.max(0, ...findings.map(({ code }) => code.length));
  const indent = ' '.repeat(width + 11);
  const lines = findings.map(({ severity, code, message }) => `${severity.padEnd(7)}  ${code.padEnd(width)}  ${broken(printable(message), (columns ?? Infinity) - indent.length).join(`\n${indent}`)}`);
  const counts = severities.map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const).filter(([, count]) => count > 0);
  const found = findings.length === 0 ? 'No findings' : counts.map(([severity, count]) => amount(severity, count)).join(', ');
  return `${[...lines, ...(lines.length > 0 ? [''] : []), `${found} in ${metrics} ${metrics === 1 ? 'metric' : 'metrics'} of ${source}.`].join('\n')}\n`;
}

function amount(severity: Severity, count: number): string {
  return `${count} ${severity}${count === 1 || severity === 'info' ? '' : 's'}`;
}

/** A text in lines of at most `width` characters, longer words excepted; whole where that would be too narrow to read. */
function broken(text: string, width: number): string[] {
  if (width < 20) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
