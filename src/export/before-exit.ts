/** What is to be done before a process ends by itself; the listener is there as long as there is something. */
const endings = /* @__PURE__ */ new Set<() => Promise<void>>();

/**
 * Has something done when the event loop has run empty: the process then ends after it. Signals and `process.exit` do not wait, and are the
 * application's.
 *
 * @returns what takes it back
 *
 * Source: Node.js, "Process", event `beforeExit`.
 */
export function beforeExit(ending: () => Promise<void>): () => void {
  if (typeof process !== 'object' || typeof process.on !== 'function') return () => {};
  if (endings.size === 0) process.on('beforeExit', endAll);
  endings.add(ending);
  return () => {
    if (endings.delete(ending) && endings.size === 0) process.off('beforeExit', endAll);
  };
}

/** Each once: the event comes again when what it has started is over. */
function endAll(): void {
  const all = [...endings];
  endings.clear();
  process.off('beforeExit', endAll);
  for (const ending of all) void ending();
}
