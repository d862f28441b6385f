import type { ResourceLimits, Worker } from 'node:worker_threads';
import { TallystickError } from '../model/errors.js';
import { startApart, type Threads } from './inheritance.js';
import type { Command, Commission, Report } from './off-thread-messages.js';
import { makePulse, mostSilentLooks, watchPulse } from './pulse.js';

/** What is heard of a thread that serves. */
export type Account = Exclude<Report, { readonly kind: 'listening' | 'failed' }>;

/** Who is told of what a thread does. */
export interface ThreadListener {
  /** It serves. */
  listening(port: number): void;
  report(report: Account): void;
  /** It is over, and why: it cannot serve, has failed, or was ended by somebody. Undefined where it was closed. */
  ended(reason: Error | undefined): void;
}

/** What the thread may take to end by itself, until it is ended. */
const closingMilliseconds = 2_000;
/** What it may take when the process ends. */
const exitMilliseconds = 500;

/** One life of the thread that serves. */
export class ServerThread {
  private readonly worker: Worker;
  private readonly exited: Promise<void>;
  private readonly stopWatching: () => void;
  private isClosed: boolean;

  /** @throws TallystickError `INVALID_OPTIONS` when the thread cannot be given its options, or be started at all; one that serves keeps the process alive */
  constructor(threads: Threads, commission: Omit<Commission, 'pulse'>, resourceLimits: ResourceLimits | undefined, listener: ThreadListener) {
    const pulse = makePulse();
    this.worker = startApart(threads, () => spawn(threads, { ...commission, pulse }, resourceLimits));
    this.isClosed = false;
    let reason: Error | undefined;
    this.worker.on('message', (report: Report) => {
      if (report.kind === 'listening') {
        // One that serves nobody is no reason to stay.
        if (commission.settings === undefined) this.worker.unref();
        listener.listening(report.port);
      }
      else if (report.kind === 'failed') reason = new TallystickError(report.code, report.message);
      else listener.report(report);
    });
    this.worker.once('error', (error: unknown) => {
      reason ??= error instanceof Error ? error : new Error(String(error));
    });
    this.exited = new Promise((resolve) => {
      this.worker.once('exit', (code) => {
        this.stopWatching();
        listener.ended(this.isClosed ? undefined : (reason ?? new Error(`the thread has ended with code ${code}`)));
        resolve();
      });
    });
    this.stopWatching = watchPulse(pulse, () => {
      reason ??= new Error(`the thread has done nothing for ${mostSilentLooks} s, and was ended`);
      void this.worker.terminate();
    });
  }

  tell(command: Command): void {
    this.worker.postMessage(command);
  }

  /** The process ends: waits, without letting anything else happen, until the thread has done what there was to do. */
  exit(): void {
    const done = new Int32Array(new SharedArrayBuffer(4));
    this.isClosed = true;
    this.tell({ kind: 'exit', done });
    Atomics.wait(done, 0, 0, exitMilliseconds);
  }

  /** Has it end its connections and itself. */
  async close(): Promise<void> {
    // It is waited for.
    this.worker.ref();
    if (!this.isClosed) {
      this.isClosed = true;
      this.tell({ kind: 'close' });
    }
    const force = setTimeout(() => void this.worker.terminate(), closingMilliseconds);
    await this.exited;
    clearTimeout(force);
  }
}

function spawn(threads: Threads, commission: Commission, resourceLimits: ResourceLimits | undefined): Worker {
  // What the application has Node.js load first, such as compilers and instrumentations, is no business of this thread.
  const { NODE_OPTIONS: _, ...env } = process.env;
  try {
    return new threads.Worker(new URL('./off-thread-main.js', import.meta.url), {
      name: 'tallystick',
      workerData: commission,
      execArgv: [],
      env,
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
  } catch (error) {
    throw new TallystickError('INVALID_OPTIONS', `metrics server: offThread: the thread cannot be started (${error instanceof Error ? error.message : String(error)}); leave offThread out to serve from this one`);
  }
}
