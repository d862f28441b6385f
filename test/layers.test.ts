import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** The folders of `src/`, from the lowest to the highest: each imports only from itself and from those before it. */
const order = [
  'platform', 'model', 'distribution', 'store', 'instruments', 'registry', 'format', 'lint', 'aggregate', 'expose', 'export', 'sources', 'packs', 'config',
  'compat', 'generate', 'cli', 'index.ts',
] as const;

/** Only these may import a module of Node's: everything else runs on any platform. */
const nodeFolders: readonly string[] = ['expose', 'export', 'aggregate', 'sources', 'config', 'cli'];

/** The text of each file, by its path within `src/`. */
type Files = Readonly<Record<string, string>>;

/** What an `import` or `export … from` names, type imports, bare imports and `import()` included. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statements = /^\s*(?:import|export)\s+(?:[\w*$\s{},]+?\s+from\s+)?['"]([^'"]+)['"]|^\s*\}\s*from\s+['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/gm;
  return [...code.matchAll(statements)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

/** The place of a file in {@link order}; -1 for a folder that is not in it. */
function layerOf(path: string): number {
  return (order as readonly string[]).indexOf(path.split('/')[0]!);
}

/** Everything in which the files break the order, as sentences; none when all is well. */
function faultsOf(files: Files): string[] {
  const faults: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of Object.entries(files)) {
    const folder = path.split('/')[0]!;
    if (layerOf(path) < 0) faults.push(`${path} is in no known folder.`);
    const targets: string[] = [];
    for (const specifier of importsOf(text)) {
      if (!specifier.startsWith('.')) {
        if (!specifier.startsWith('node:')) faults.push(`${path} imports the package ${specifier}.`);
        else if (!nodeFolders.includes(folder)) faults.push(`${path} imports ${specifier}, which only ${nodeFolders.join(', ')} may.`);
        continue;
      }
      const target = posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.js$/, '.ts');
      if (!(target in files)) {
        faults.push(`${path} imports ${specifier}, which is no file.`);
        continue;
      }
      if (layerOf(target) > layerOf(path)) faults.push(`${path} imports upward from ${target}.`);
      targets.push(target);
    }
    graph.set(path, targets);
  }
  return [...faults, ...cyclesOf(graph)];
}

/** One sentence for every import that closes a cycle of files. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const from = trail.indexOf(path);
    if (from >= 0) {
      cycles.push(`${[...trail.slice(from), path].join(' → ')} is a cycle.`);
      return;
    }
    if (finished.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}

function sourceFiles(): Files {
  const source = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
  const files: Record<string, string> = {};
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(source, path).replaceAll('\\', '/')] = readFileSync(path, 'utf8');
  }
  return files;
}

describe('The folders of the source', () => {
  test('No file imports upward, in a circle, from an unknown folder, or from Node where it may not.', () => {
    expect(faultsOf(sourceFiles())).toEqual([]);
  });

  test('The files and their imports are found at all.', () => {
    const files = sourceFiles();
    expect(Object.keys(files)).toContain('instruments/counter.ts');
    expect(importsOf(files['instruments/counter.ts']!)).toContain('./instrument.js');
    expect(importsOf(files['index.ts']!)).toContain('./registry/registry.js');
  });
});

describe('The checker of the folders', () => {
  test('A sound set of files has no fault.', () => {
    expect(
      faultsOf({
        'platform/clock.ts': 'export const now = 1;',
        'model/errors.ts': "import { now } from '../platform/clock.js';\nexport const then = now;",
        'expose/server.ts': "import { createServer } from 'node:http';\nimport '../model/errors.js';\nexport { createServer };",
        'index.ts': "export * from './model/errors.js';",
      }),
    ).toEqual([]);
  });

  test.each([
    ['an import', "import { inc } from '../instruments/counter.js';"],
    ['a type import', "import type { Counter } from '../instruments/counter.js';"],
    ['an import of a type among values', "import {\n  type Counter,\n  inc,\n} from '../instruments/counter.js';"],
    ['a default import', "import counter from '../instruments/counter.js';"],
    ['a namespace import', "import * as counter from '../instruments/counter.js';"],
    ['an import for its effects', "import '../instruments/counter.js';"],
    ['an import when running', "const counter = await import('../instruments/counter.js');"],
    ['an export', "export { inc } from '../instruments/counter.js';"],
    ['an export of everything', "export * from '../instruments/counter.js';"],
    ['a type export', "export type { Counter } from '../instruments/counter.js';"],
  ])('It finds an upward dependency by %s.', (_kind, text) => {
    expect(faultsOf({ 'store/pages.ts': text, 'instruments/counter.ts': '' })).toEqual(['store/pages.ts imports upward from instruments/counter.ts.']);
  });

  test('It finds a cycle of two files and one of three, in one folder too.', () => {
    expect(faultsOf({ 'model/a.ts': "import './b.js';", 'model/b.ts': "import type { A } from './a.js';" })).toEqual(['model/a.ts → model/b.ts → model/a.ts is a cycle.']);
    expect(faultsOf({ 'model/a.ts': "import './b.js';", 'model/b.ts': "import './c.js';", 'model/c.ts': "import './a.js';" })).toEqual([
      'model/a.ts → model/b.ts → model/c.ts → model/a.ts is a cycle.',
    ]);
  });

  test('It finds an import from Node in a folder that must run anywhere, and a package.', () => {
    expect(faultsOf({ 'format/text.ts': "import { Buffer } from 'node:buffer';" })).toHaveLength(1);
    expect(faultsOf({ 'index.ts': "import { Buffer } from 'node:buffer';" })).toHaveLength(1);
    expect(faultsOf({ 'expose/server.ts': "import http from 'express';" })).toEqual(['expose/server.ts imports the package express.']);
  });

  test('It finds a folder that is not in the order, and an import of nothing.', () => {
    expect(faultsOf({ 'utils/strings.ts': '' })).toEqual(['utils/strings.ts is in no known folder.']);
    expect(faultsOf({ 'model/a.ts': "import './gone.js';" })).toEqual(['model/a.ts imports ./gone.js, which is no file.']);
  });

  test('It does not take comments for imports.', () => {
    expect(importsOf("/**\n * import { x } from '../cli/main.js';\n */\n// import '../cli/main.js';\nexport const x = 1;")).toEqual([]);
  });
});
