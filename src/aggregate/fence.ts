import { allocateInt32 } from '../platform/memory.js';

const word = /* @__PURE__ */ allocateInt32(1);

/**
 * Keeps what was read before from being read after what follows: an atomic store waits for the loads before it, an atomic load comes after that
 * store, and later loads after that. See `docs/design.md`, "Memory order".
 */
export function fence(): void {
  Atomics.store(word, 0, 0);
  Atomics.load(word, 0);
}
