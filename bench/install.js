// @ts-check
/** Installs the peers on first use: they are no dependency of the library. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Node 24 as a package; there is one for this platform only. */
const node24 = fileURLToPath(new URL('node_modules/node24/bin/node', import.meta.url));

export function installPeers() {
  if (existsSync(new URL('node_modules/@prometheus-io/client/package.json', import.meta.url))) return;
  console.error('bench: installing the libraries to compare with');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
}

/**
 * @param {'20' | '24'} major
 * @returns {string} the executable of that runtime
 */
export function runtime(major) {
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  if (major === '24' && existsSync(node24)) return node24;
  throw new Error(`bench: Node ${major} is asked for, this is ${process.version}; run it with Node ${major}${major === '24' ? ', or on Linux x64, where bench/ installs it' : ''}`);
}
