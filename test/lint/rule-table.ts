import { rules } from '../../src/lint/rules.js';

/** The table of all rules as docs/linting.md has it, line by line. */
export function ruleTable(): string[] {
  return ['| code | severity | finds | source |', '|---|---|---|---|', ...rules.map(({ code, severity, finds, source }) => `| \`${code}\` | ${severity} | ${finds} | ${source} |`)];
}
