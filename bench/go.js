// @ts-check
/** The Go client, where Go and Debian's `golang-github-prometheus-client-golang-dev` are installed. Reported without a bar. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Cases that `go/main.go` has. */
export const goCases = ['inc-handle', 'inc-object', 'inc-positional', 'observe', 'observe-object', 'summary'];

const sources = '/usr/share/gocode';
const program = fileURLToPath(new URL('results/go-bench', import.meta.url));

/** Of Go and of the client, or undefined where either is missing. */
export const goVersion = installed();
let built = false;

function installed() {
  if (!existsSync(`${sources}/src/github.com/prometheus/client_golang`)) return undefined;
  try {
    return execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/**
 * @param {string} caseId
 * @returns {Promise<number[]>} nanoseconds a call
 */
export async function runGo(caseId) {
  if (!built) {
    mkdirSync(new URL('results/', import.meta.url), { recursive: true });
    execFileSync('go', ['build', '-o', program, fileURLToPath(new URL('go/main.go', import.meta.url))], {
      env: { ...process.env, GO111MODULE: 'off', GOPATH: sources, GOFLAGS: '' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    built = true;
  }
  return JSON.parse(execFileSync(program, [caseId], { encoding: 'utf8' }));
}
