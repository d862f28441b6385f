import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced block of a page. */
export interface Fence {
  /** Page and line of its first fence, as a test title shows it. */
  readonly place: string;
  readonly language: string;
  /** What follows the language: `no-run`, `output`. */
  readonly words: readonly string[];
  readonly text: string;
  /** The block before this one, if there is nothing but empty lines between them. */
  readonly before: Fence | undefined;
}

/** A page of the documentation. */
export interface Page {
  /** From the folder of the package, for instance `docs/design.md`. */
  readonly path: string;
  readonly fences: readonly Fence[];
  /** The page's lines, those of fenced blocks left empty. */
  readonly prose: readonly string[];
}

export interface Heading {
  readonly level: number;
  readonly text: string;
}

/** Every page there is: README, CONTRIBUTING, CHANGELOG and docs. */
export function pages(): readonly Page[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs.sort().map((name) => join('docs', name))].map(readPage);
}

/** Reads a page, given from the folder of the package. */
export function readPage(path: string): Page {
  const fences: Fence[] = [];
  const prose: string[] = [];
  let open: { readonly at: number; readonly info: string; readonly lines: string[] } | undefined;
  let before: Fence | undefined;
  for (const [i, line] of readFileSync(join(root, path), 'utf8').split('\n').entries()) {
    const fence = /^\s*```(.*)$/.exec(line);
    if (open === undefined && fence !== null) {
      open = { at: i + 1, info: fence[1]!.trim(), lines: [] };
    } else if (open !== undefined && fence !== null) {
      const [language = '', ...words] = open.info.split(/\s+/);
      const block: Fence = { place: `${path}:${open.at}`, language, words, text: open.lines.map((text) => `${text}\n`).join(''), before };
      fences.push(block);
      before = block;
      open = undefined;
    } else if (open !== undefined) {
      open.lines.push(line);
    } else if (line.trim() !== '') {
      before = undefined;
    }
    prose.push(open === undefined && fence === null ? line : '');
  }
  if (open !== undefined) throw new Error(`${path}:${open.at}: the block is not closed`);
  return { path: relative(root, join(root, path)), fences, prose };
}

/** The headings of a page in their order. */
export function headings(page: Page): readonly Heading[] {
  return page.prose.flatMap((line) => {
    const found = /^(#{1,6}) (.*?)\s*$/.exec(line);
    return found === null ? [] : [{ level: found[1]!.length, text: found[2]! }];
  });
}

/** The anchors that the headings of a page make, as GitHub makes them. */
export function anchors(page: Page): ReadonlySet<string> {
  const seen = new Map<string, number>();
  return new Set(
    headings(page).map(({ text }) => {
      const slug = text
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    }),
  );
}

/** What the links of a page point at, with their lines. */
export function links(page: Page): readonly { readonly target: string; readonly line: number }[] {
  return page.prose.flatMap((line, i) => [...line.replace(/`[^`]*`/g, (code) => '.'.repeat(code.length)).matchAll(/\]\(([^)\s]+)\)/g)].map((found) => ({ target: found[1]!, line: i + 1 })));
}
