import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A program of the folder `threads` under way, that is talked to by messages. */
export class Application {
  private readonly child: ChildProcess;
  private readonly messages: unknown[];
  private waiting: (() => void)[];
  private printed: string;
  private readonly exited: Promise<number | null>;

  constructor(file: string, args: readonly string[] = []) {
    this.child = fork(fileURLToPath(new URL(`../threads/${file}`, import.meta.url)), args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.messages = [];
    this.waiting = [];
    this.printed = '';
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.on('message', (message) => {
      this.messages.push(message);
      this.wake();
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.printed += chunk.toString();
        this.wake();
      });
    }
    void this.exited.then(() => this.wake());
  }

  /** What it has printed so far. */
  get output(): string {
    return this.printed;
  }

  tell(message: object): void {
    this.child.send(message);
  }

  /** The next message that it sends. */
  async hear<T>(): Promise<T> {
    while (this.messages.length === 0) await this.change('a message');
    return this.messages.shift() as T;
  }

  /** Waits until it has printed a text. */
  async prints(text: string): Promise<void> {
    while (!this.printed.includes(text)) await this.change(JSON.stringify(text));
  }

  /** Lets go of it, and waits for its end; it is made to when it does not within 10 s. */
  async end(): Promise<number | null> {
    if (this.child.connected) this.child.disconnect();
    const force = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    const code = await this.exited;
    clearTimeout(force);
    return code;
  }

  private async change(what: string): Promise<void> {
    const changed = new Promise<'changed'>((resolve) => this.waiting.push(() => resolve('changed')));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), 20_000);
    });
    const first = this.child.exitCode === null ? await Promise.race([changed, late]) : 'over';
    clearTimeout(timer);
    if (first !== 'changed') throw new Error(`waited in vain for ${what} (${first}); it has printed ${this.printed}`);
  }

  private wake(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}
