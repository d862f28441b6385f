import type { Merger } from './merger.js';

/** Whoever has numbers to put together: a thread, another process, what ended threads have left. */
export interface Source {
  /** How errors call it: `thread 3`, `process 4711`. */
  readonly origin: string;
  /** Adds all it has; called once in each pass, synchronously. */
  contribute(merger: Merger): void;
  /** Forgets to which rows its numbers go: it was left out of a pass, and these rows may be gone. */
  forget?(): void;
}
