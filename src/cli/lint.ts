import { lint as findingsOf } from '../lint/lint.js';
import type { Console } from './console.js';
import { acceptFor, detectFormat } from './detect-format.js';
import { readExposition, shownSource } from './exposition-source.js';
import { RunError } from './failures.js';
import { lintHelp } from './help.js';
import { readLintArguments } from './lint-arguments.js';
import { type LintReport, lintTable, syntaxFinding } from './lint-report.js';
import { readFamilies } from './read-families.js';

const answerMilliseconds = 30_000;

/**
 * `tallystick lint`: says what an exposition could do better.
 *
 * @returns the status to end with: 0 without findings, 1 with some, 2 when the exposition cannot be read or breaks its format
 * @throws UsageError
 */
export async function lint(args: readonly string[], console: Console): Promise<number> {
  const asked = readLintArguments(args);
  if (asked.help) {
    console.out(lintHelp);
    return 0;
  }
  try {
    const { bytes, contentType } = await readExposition(asked.from, answerMilliseconds, acceptFor(asked.format));
    const format = asked.format ?? detectFormat(contentType, bytes);
    const { families, faults } = await readFamilies(bytes, format);
    // A pipe whose first command has failed must not pass for a service without faults.
    if (families.length === 0 && faults.length === 0) throw new RunError(`${shownSource(asked.from)} has no metrics in ${format}; check that it is what was to be linted`);
    const findings = [...faults.map((fault) => syntaxFinding(format, fault)), ...findingsOf(families, asked.options)];
    const report: LintReport = { command: 'lint', source: shownSource(asked.from), format, metrics: families.length, findings };
    console.out(asked.json ? `${JSON.stringify(report, undefined, 2)}\n` : lintTable(report, console.outColumns));
    if (faults.length > 0) return 2;
    return findings.length > 0 ? 1 : 0;
  } catch (error) {
    // Status 1 is for findings.
    if (!(error instanceof RunError)) throw error;
    console.error(`tallystick lint: ${error.message}\n`);
    return 2;
  }
}
