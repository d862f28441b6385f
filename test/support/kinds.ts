import type { Registry } from '../../src/registry/registry.js';
import type { Limits } from '../../src/store/budget.js';

/** What every kind of instrument with the one label `x` has. */
interface Labelled {
  labels(x: string): unknown;
  remove(x: string): boolean;
  removeMatching(labels: { x: string }): number;
  clear(): void;
  reset(): void;
  init(all: { x: string }[]): void;
  readonly size: number;
}

/** An instrument with the one label `x`, of a kind whose recordings add up. */
export interface Adding {
  readonly it: Labelled;
  /** Records under a label. */
  add(x: string, amount: number): void;
  /** Takes the handle of a series. */
  handle(x: string): { add(amount: number): void; total(): number };
  /** What was recorded in each series in sight, in the order of creation. */
  read(): [x: string, total: number][];
}

export interface KindOptions {
  readonly name?: string;
  readonly limits?: Limits;
  readonly expireAfterSeconds?: number;
}

/** The kinds of instruments whose recordings add up, each made with the label `x`. */
export const addingKinds: readonly (readonly [kind: string, make: (registry: Registry, options: KindOptions) => Adding])[] = [
  ['counter', (registry, { name = 'c_total', ...options }) => {
    const it = registry.counter({ name, help: 'Held for the test.', labelNames: ['x'], ...options });
    return {
      it,
      add: (x, amount) => it.inc({ x }, amount),
      handle: (x) => {
        const handle = it.labels(x);
        return { add: (amount) => handle.inc(amount), total: () => handle.get() };
      },
      read: () => it.getAll().map(({ labels, value }) => [labels['x']!, value]),
    };
  }],
  ['gauge', (registry, { name = 'g', ...options }) => {
    const it = registry.gauge({ name, help: 'Held for the test.', labelNames: ['x'], ...options });
    return {
      it,
      add: (x, amount) => it.inc({ x }, amount),
      handle: (x) => {
        const handle = it.labels(x);
        return { add: (amount) => handle.inc(amount), total: () => handle.get() };
      },
      read: () => it.getAll().map(({ labels, value }) => [labels['x']!, value]),
    };
  }],
  ['histogram', (registry, { name = 'h', ...options }) => {
    const it = registry.histogram({ name, help: 'Held for the test.', labelNames: ['x'], buckets: [2, 5], ...options });
    return {
      it,
      add: (x, amount) => it.observe({ x }, amount),
      handle: (x) => {
        const handle = it.labels(x);
        return { add: (amount) => handle.observe(amount), total: () => handle.get().sum };
      },
      read: () => it.getAll().map(({ labels, sum }) => [labels['x']!, sum]),
    };
  }],
  ['native histogram', (registry, { name = 'n', ...options }) => {
    const it = registry.histogram({ name, help: 'Held for the test.', labelNames: ['x'], native: { maxBuckets: 3, minResetSeconds: 1e9 }, ...options });
    return {
      it,
      add: (x, amount) => it.observe({ x }, amount),
      handle: (x) => {
        const handle = it.labels(x);
        return { add: (amount) => handle.observe(amount), total: () => handle.get().sum };
      },
      read: () => it.getAll().map(({ labels, sum }) => [labels['x']!, sum]),
    };
  }],
  ['summary', (registry, { name = 's', ...options }) => {
    const it = registry.summary({ name, help: 'Held for the test.', labelNames: ['x'], quantiles: [1], ...options });
    return {
      it,
      add: (x, amount) => it.observe({ x }, amount),
      handle: (x) => {
        const handle = it.labels(x);
        return { add: (amount) => handle.observe(amount), total: () => handle.get().sum };
      },
      read: () => it.getAll().map(({ labels, sum }) => [labels['x']!, sum]),
    };
  }],
  ['sampled counter', (registry, { name = 'sc_total', ...options }) => {
    const it = registry.sampledCounter({ name, help: 'Held for the test.', labelNames: ['x'], sampleRate: 1, ...options });
    return {
      it,
      add: (x, amount) => it.inc({ x }, amount),
      handle: (x) => {
        const handle = it.labels(x);
        return { add: (amount) => handle.inc(amount), total: () => handle.get() };
      },
      read: () => it.getAll().map(({ labels, value }) => [labels['x']!, value]),
    };
  }],
];
