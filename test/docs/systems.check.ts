import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as tables from '../packs/systems.table.js';
import { headings, readPage, root } from './markdown.js';

const page = readPage('docs/systems.md');

/** The rows of the tables: part, what ours is called, and what shows it. */
const rows = page.prose.filter((line) => line.startsWith('|') && !/^\|(?:-|\s*its part)/.test(line)).map((line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));

/** The test files that a cell names. */
const named = (cell: string): string[] => [...cell.matchAll(/`(test\/[^`]+)`/g)].map((found) => found[1]!);

describe('the page of the five systems', () => {
  it('has all five, each with rows', () => {
    expect(headings(page).filter(({ level }) => level === 2).map(({ text }) => text.slice(0, 2))).toEqual(['1.', '2.', '3.', '4.', '5.']);
    expect(rows.length).toBeGreaterThan(60);
  });

  it('names every metric of the sets, as the tables have them that the sets are held to', () => {
    const { declaredBounds: _bounds, ...sets } = tables;
    const names = Object.values(sets).flatMap((table) => [...table.matchAll(/^(?:counter|gauge|histogram|summary|stateset)\s+([\w:]+)/gm)].map((found) => found[1]!.replace(/^x_/, '')));
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter((name) => !rows.some(([part]) => part!.includes(`\`${name}\``)))).toEqual([]);
  });

  it.each(rows.map((row) => [row[0]!, row] as const))('says what ours is called and which test shows it: %s', (_part, row) => {
    expect(row).toHaveLength(3);
    expect(row.every((cell) => cell !== '')).toBe(true);
    const files = named(row[2]!);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(existsSync(join(root, file)), file).toBe(true);
      expect(readFileSync(join(root, file), 'utf8')).toMatch(/\b(?:it|test)(?:\.\w+(?:<[^>]*>)?(?:\([^)]*\))?)*\(/);
    }
  });
});
