import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './markdown.js';
import { Workshop } from './workshop.js';

const names = ['examples', 'guide'].flatMap((folder) => readdirSync(join(root, 'docs', folder)).filter((name) => name.endsWith('.js')).map((name) => join(folder, name)));
const workshop = new Workshop('examples');
const files = names.map((name) => relative(workshop.folder, join(root, 'docs', name)));
const said = await workshop.check(files, { allowJs: true, checkJs: true, noEmit: true });

describe('the example programs', () => {
  it('include the service that npm start runs', () => {
    expect(names).toContain(join('examples', 'service.js'));
  });

  it.each(names)('type-check strictly: %s', (name) => {
    expect([...said].filter(([file]) => file.endsWith(name.slice(0, -3))).map(([, text]) => text)).toEqual([]);
  });

  it('leave the compiler nothing else to say', () => {
    expect([...said.values()].join('')).toBe('');
  });
});
