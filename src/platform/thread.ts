/** What there is of `node:worker_threads` that the core asks for; it imports nothing of Node's, so that it runs anywhere. */
interface WorkerThreads {
  readonly threadId: number;
  readonly isMainThread: boolean;
  getEnvironmentData?(key: string): unknown;
  setEnvironmentData?(key: string, value: unknown): void;
}

interface Worker {
  readonly threadId: number;
  once(event: 'exit', listener: () => void): unknown;
}

interface Process {
  getBuiltinModule?(name: string): WorkerThreads | undefined;
  on(event: 'worker', listener: (worker: Worker) => void): unknown;
  once(event: 'exit', listener: () => void): unknown;
}

const runtime = (globalThis as { readonly process?: Process }).process;

/** Node has it from 20.16 on; where it is missing, a thread says itself who it is. */
function workerThreads(): WorkerThreads | undefined {
  return runtime?.getBuiltinModule?.('node:worker_threads');
}

/** The number of this thread, 0 for the main one; 0 as well where that cannot be known. */
export function threadNumber(): number {
  return workerThreads()?.threadId ?? 0;
}

/** What whoever started this worker has put down for it; undefined in the main thread. */
export function inheritedData(key: string): unknown {
  const threads = workerThreads();
  return threads === undefined || threads.isMainThread ? undefined : threads.getEnvironmentData?.(key);
}

const ancestorsKey = 'tallystick:ancestors';
/** Read once: what this thread puts down for others stands in the same place. */
let ancestors: readonly number[] | undefined;

/** The threads with which this one ends: the one that has started it, the one that has started that, and so on, without the main one. As far as they have put it down. */
export function threadAncestors(): readonly number[] {
  if (ancestors !== undefined) return ancestors;
  const inherited = inheritedData(ancestorsKey);
  return (ancestors = Array.isArray(inherited) ? inherited.filter((thread) => typeof thread === 'number') : []);
}

/** Has the threads that this one starts from now on know that they end with it. */
export function putDownAncestors(): void {
  const threads = workerThreads();
  if (threads === undefined || threads.isMainThread) return;
  threads.setEnvironmentData?.(ancestorsKey, [...threadAncestors(), threads.threadId]);
}

/** Calls `ended` with the number of each thread that this one starts from now on, when it is over, however it ends. */
export function watchThreads(ended: (thread: number) => void): void {
  runtime?.on?.('worker', (worker) => {
    const { threadId } = worker;
    worker.once('exit', () => ended(threadId));
  });
}

/** Calls back when this thread ends by itself; not when it is terminated. */
export function whenThreadEnds(end: () => void): void {
  runtime?.once?.('exit', end);
}
