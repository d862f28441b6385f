import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** Everything that is loaded with a module, whether it is used or not: imports of types and those by `import()` are not among it. */
function loadedWith(path: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  if (!path.startsWith('.') && !path.startsWith('/')) return seen;
  const text = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  for (const [, names, specifier] of text.matchAll(/^(?:import|export)\s+(?!type\b)((?:[^;'"]*?)from\s+)?'([^']+)';/gm)) {
    void names;
    loadedWith(specifier!.startsWith('.') ? join(dirname(path), specifier!.replace(/\.js$/, '.ts')) : specifier!, seen);
  }
  return seen;
}

describe('What runs anywhere', () => {
  test.each(['config/entry.ts', 'packs/timing/entry.ts'])('It loads no module of Node, no server and nothing that pushes, unless asked to: %s.', (entry) => {
    const loaded = [...loadedWith(join(source, entry))].map((path) => (path.startsWith('/') ? relative(source, path) : path));
    expect(loaded).toContain('registry/registry.ts');
    expect(loaded.filter((path) => path.startsWith('node:') || path.startsWith('expose/') || path.startsWith('export/'))).toEqual([]);
  });
});
