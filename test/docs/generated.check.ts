import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './markdown.js';

describe('the pages that programs write', () => {
  it.each(['formats', 'packs'])('say what the program says now: docs/%s.md', (name) => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'docs', 'generate', `${name}.js`), '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe('the files of the guide', () => {
  it('are what its metrics say now', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'docs', 'generate', 'guide.js'), '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
