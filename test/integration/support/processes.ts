import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What a program left behind. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program under way. */
export interface Program {
  readonly child: ChildProcess;
  /** What it has written so far. */
  output(): string;
  readonly ended: Promise<Ended>;
  /** Asks it to stop, by its id, and makes it when it does not within 10 s. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string | Uint8Array;
}

export function start(command: string, args: readonly string[], options: ProgramOptions = {}): Program {
  const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] });
  const chunks: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] };
  child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  const text = (stream: Buffer[]): string => Buffer.concat(stream).toString('utf8');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout: text(chunks.stdout), stderr: text(chunks.stderr) }));
  });
  ended.catch(() => {});
  // A program may leave without reading its input.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    try {
      return await ended;
    } finally {
      clearTimeout(force);
    }
  };
  return { child, output: () => text(chunks.stdout) + text(chunks.stderr), ended, stop };
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return start(command, args, options).ended;
}

/** Runs a program that must succeed, and gives what it printed. */
export async function runWell(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Asks again and again until the answer is one, that is neither undefined nor false.
 *
 * @param what is waited for, as the error says it
 */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false> | T | undefined | false, seconds = 20): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${seconds} s for ${what}; the last answer was ${String(last)}`);
}
