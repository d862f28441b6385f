import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultThresholds } from '../../src/lint/thresholds.js';
import { ruleTable } from './rule-table.js';

const lines = readFileSync(new URL('../../docs/linting.md', import.meta.url), 'utf8').split('\n');

/** The first table below a heading. */
function tableBelow(heading: string): string[] {
  const from = lines.findIndex((line, i) => i > lines.indexOf(heading) && line.startsWith('|'));
  const length = lines.slice(from).findIndex((line) => !line.startsWith('|'));
  return lines.slice(from, length < 0 ? undefined : from + length);
}

describe('The page about linting', () => {
  test('It has every rule, as the rule itself says what it is.', () => {
    expect(lines).toContain('## Rules');
    expect(tableBelow('## Rules')).toEqual(ruleTable());
  });

  test('It has every threshold with its default.', () => {
    const told = tableBelow('## Thresholds').slice(2).map((line) => line.split('|').map((cell) => cell.trim()));
    expect(told.map(([, name, value]) => [name, value])).toEqual(Object.entries(defaultThresholds).map(([name, value]) => [`\`${name}\``, String(value)]));
  });
});
