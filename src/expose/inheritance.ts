import type * as WorkerThreads from 'node:worker_threads';
import { inheritedKey } from '../registry/sharing.js';

export type Threads = typeof WorkerThreads;

/** The names that servers of this thread have put down, the latest last: it is the one that holds. */
const names: string[] = [];
/** What whoever started this thread had put down for it; it holds again when there is no server here any more. */
let own: { readonly value: unknown } | undefined;

/**
 * Has workers that are started from now on share their default registries under a name.
 *
 * @returns what takes it back; may be called more than once
 */
export function bequeath(threads: Threads, name: string): () => void {
  remember(threads);
  names.push(name);
  writeDown(threads);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    names.splice(names.lastIndexOf(name), 1);
    writeDown(threads);
  };
}

/** Starts a worker that shares nothing by itself. */
export function startApart<T>(threads: Threads, start: () => T): T {
  remember(threads);
  threads.setEnvironmentData(inheritedKey, undefined);
  try {
    return start();
  } finally {
    writeDown(threads);
  }
}

function remember({ getEnvironmentData }: Threads): void {
  own ??= { value: getEnvironmentData(inheritedKey) };
}

function writeDown({ setEnvironmentData }: Threads): void {
  // Undefined takes away what is there.
  setEnvironmentData(inheritedKey, (names.at(-1) ?? own?.value) as Parameters<Threads['setEnvironmentData']>[1]);
}
