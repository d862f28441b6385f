import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Fence, pages, root } from './markdown.js';
import { Workshop } from './workshop.js';

const known = ['ts', 'js', 'sh', 'text', 'yaml', 'json'];
const fences = pages().flatMap((page) => page.fences);
const nameOf = (fence: Fence): string => fence.place.replace(/[^a-zA-Z0-9]+/g, '-');
const of = (language: string): readonly (readonly [string, Fence])[] => fences.filter((fence) => fence.language === language).map((fence) => [fence.place, fence]);
const programs = of('ts');

const workshop = new Workshop('blocks');
const said = await workshop.compile(programs.map(([, fence]) => ({ name: nameOf(fence), text: fence.text })));
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;

describe('the blocks of the documentation', () => {
  it('are all of a language that is checked', () => {
    expect(fences.filter((fence) => !known.includes(fence.language)).map((fence) => fence.place)).toEqual([]);
    expect(programs.length).toBeGreaterThan(20);
  });

  it('compile against a package whose declarations are sound', () => {
    const names = programs.map(([, fence]) => nameOf(fence));
    expect([...said].filter(([name]) => !names.includes(name)).map(([, text]) => text)).toEqual([]);
  });

  it.each(programs)('compile: TypeScript at %s', (_, fence) => {
    expect(said.get(nameOf(fence)) ?? '').toBe('');
  });

  it.concurrent.each(programs.filter(([, fence]) => !fence.words.includes('no-run')))('run: TypeScript at %s', async (_, fence) => {
    const outcome = await workshop.runCompiled(nameOf(fence));
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    const shown = fences.find((other) => other.language === 'text' && other.before === fence);
    if (fence.words.includes('output')) expect(outcome.stdout).toBe(shown?.text ?? 'the text block that should follow');
  });

  it.concurrent.each(of('js'))('run: JavaScript at %s', async (_, fence) => {
    expect(await workshop.runScript(`js-${nameOf(fence)}`, fence.text)).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(of('json'))('can be parsed: JSON at %s', (_, fence) => {
    expect(() => void JSON.parse(fence.text)).not.toThrow();
  });

  it.each(of('yaml'))('are indented with spaces: YAML at %s', (_, fence) => {
    expect(fence.text).not.toMatch(/\t/);
    expect(fence.text).toMatch(/^[a-z_]+:/m);
  });

  it.each(of('sh'))('name scripts and files that exist: commands at %s', (_, fence) => {
    expect(missing(fence.text)).toEqual([]);
  });

  it('would be refused if they named a script or a file that does not exist', () => {
    expect(missing('npm run nonsense -- --flag\nnode docs/none.js\nnpm start && npm test\n')).toEqual(['npm run nonsense', 'node docs/none.js']);
  });
});

/** The npm scripts and the files given to node that do not exist. */
function missing(commands: string): string[] {
  const faults: string[] = [];
  for (const [command, , named] of commands.matchAll(/\bnpm (run (?:--silent )?)?([a-z][a-z:-]*)/g)) {
    if (named === 'install' || named === 'ci' || named === 'pack') continue;
    if (scripts[named!] === undefined) faults.push(command);
  }
  for (const [command, file] of commands.matchAll(/\bnode ([^\s-]\S*)/g)) if (!existsSync(join(root, file!))) faults.push(command);
  return faults;
}
