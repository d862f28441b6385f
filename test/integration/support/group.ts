import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { ask } from '../../expose/client.js';

const ownProgram = fileURLToPath(new URL('../group/member.js', import.meta.url));

export interface MemberOptions {
  readonly how?: 'serve' | 'join' | 'twice';
  readonly deadline?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Another one than that of this build. */
  readonly program?: string;
}

/** A process of a group. */
export class GroupProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly log: () => string;

  private constructor(child: ChildProcess, port: number, log: () => string) {
    this.child = child;
    this.port = port;
    this.log = log;
  }

  static async start(dir: string, { how = 'join', deadline = 500, env = process.env, program = ownProgram }: MemberOptions = {}): Promise<GroupProcess> {
    const child = fork(program, [how, dir, String(deadline)], { env, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let log = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (log += text));
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the process ended with ${String(code ?? signal)}: ${log}`);
    });
    ended.catch(() => {});
    const [ready] = (await Promise.race([once(child, 'message'), ended])) as [{ readonly port: number }];
    return new GroupProcess(child, ready.port, () => log);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Has it do something, and waits until it has. */
  async tell(kind: string, rest: object = {}): Promise<void> {
    const done = once(this.child, 'message');
    this.child.send({ kind, ...rest });
    await done;
  }

  /** Has it end, or waits until it has. */
  async end(signal?: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    if (signal !== undefined) this.child.kill(signal);
    await ended;
  }

  /** Stops it, with all its threads: a signal takes its time. */
  async stop(): Promise<void> {
    this.child.kill('SIGSTOP');
    const states = async (): Promise<string[]> => readdirSync(`/proc/${this.pid}/task`).map((task) => readFileSync(`/proc/${this.pid}/task/${task}/stat`, 'utf8').split(') ')[1]![0]!);
    await until(states, (seen) => {
      if (!seen.every((state) => state === 'T')) throw new Error(`threads are ${seen.join(', ')}`);
    });
  }

  /** The samples it shows, by their lines without the value. */
  async scrape(): Promise<Record<string, number>> {
    return samplesAt(this.port);
  }
}

export async function samplesAt(port: number): Promise<Record<string, number>> {
  const { body } = await ask(port, '/metrics');
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

/** A directory that does not exist yet, and is removed when the test is over. */
export function groupDirectory(): string {
  const parent = mkdtempSync(join(tmpdir(), 'group-test-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'group');
}

/** Asks again and again until the answer is as it is to be. @throws the last reason why not */
export async function until<T>(look: () => Promise<T>, check: (seen: T) => void, milliseconds = 5000): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const seen = await look();
    try {
      check(seen);
      return seen;
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
