/** How often a thread says that it goes on. */
const beatMilliseconds = 500;
/** How often it is looked at whether it does. */
const lookMilliseconds = 1_000;
/** So many looks in a row may find that nothing has happened: to put very many series together takes a thread some seconds. */
export const mostSilentLooks = 30;

/** What a thread beats on, in memory that another can see. */
export function makePulse(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** Beats as long as the event loop of this thread goes round, and does not keep it alive. @returns what ends it */
export function beat(pulse: Int32Array): () => void {
  const timer = setInterval(() => Atomics.add(pulse, 0, 1), beatMilliseconds).unref();
  return () => clearInterval(timer);
}

/**
 * Looks whether another thread goes on. It counts looks, not time: a thread that looks after it was blocked itself, or a process that was stopped, finds
 * out nothing about the other.
 *
 * @param silent called once, when the other has not beaten for too long
 * @returns what ends it
 */
export function watchPulse(pulse: Int32Array, silent: () => void): () => void {
  let last = -1;
  let silentLooks = 0;
  const timer = setInterval(() => {
    const now = Atomics.load(pulse, 0);
    silentLooks = now === last ? silentLooks + 1 : 0;
    last = now;
    if (silentLooks < mostSilentLooks) return;
    clearInterval(timer);
    silent();
  }, lookMilliseconds).unref();
  return () => clearInterval(timer);
}
