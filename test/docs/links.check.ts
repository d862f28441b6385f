import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchors, links, pages, readPage, root } from './markdown.js';

const all = pages().flatMap((page) => links(page).map((link) => ({ page: page.path, ...link })));
const within = all.filter(({ target }) => !/^[a-z]+:/.test(target));

/** What is wrong with a link, or nothing. */
function fault(page: string, target: string): string | undefined {
  const [file = '', anchor] = target.split('#', 2) as [string?, string?];
  const path = file === '' ? page : relative(root, join(root, dirname(page), file));
  if (path.startsWith('..') || !existsSync(join(root, path))) return `${path} does not exist`;
  if (anchor !== undefined && !anchors(readPage(path)).has(anchor)) return `${path} has no heading for #${anchor}`;
  return undefined;
}

describe('the links of the documentation', () => {
  it('are found', () => {
    expect(within.length).toBeGreaterThan(10);
  });

  it.each(within.map((link) => [`${link.page}:${link.line}`, link.target, link.page] as const))('lead somewhere: %s to %s', (_, target, page) => {
    expect(fault(page, target)).toBeUndefined();
  });

  it('are refused when they lead nowhere', () => {
    expect(fault('README.md', 'docs/nothing.md')).toBe('docs/nothing.md does not exist');
    expect(fault('README.md', 'docs/api.md#no-such-heading')).toBe('docs/api.md has no heading for #no-such-heading');
  });

  it('reach every page from the README', () => {
    const reached = new Set(within.filter(({ page }) => page === 'README.md').map(({ target }) => target.split('#')[0]!));
    expect(pages().map((page) => page.path).filter((path) => path !== 'README.md' && !reached.has(path))).toEqual([]);
  });

  it('use https where they leave the repository', () => {
    expect(all.filter(({ target }) => /^[a-z]+:/.test(target) && !target.startsWith('https://'))).toEqual([]);
  });
});
