/**
 * Everything that a writer stores in shared memory, one store after the other, so that a reader can be run against every moment of it, or while it goes on.
 *
 * The tape holds one order of all stores, the one in which they were made. What a processor may do beyond that is kept in order by the atomic operations of the
 * protocol, which is not what is looked at here.
 */
type Page = Float64Array | Int32Array;

interface Store {
  readonly page: Page;
  readonly at: number;
  readonly value: number;
}

/** The stores since {@link rewind}. */
const stores: Store[] = [];
/** What stands behind a page that a writer was given. */
const pages = new WeakMap<Page, Page>();

export function rewind(): void {
  stores.length = 0;
}

/** How many stores there have been. */
export function tapeLength(): number {
  return stores.length;
}

/** The page as the writer is to have it: it works as before, and what is stored in it is noted. */
export function taped<P extends Page>(page: P): P {
  const record = (at: number, value: number): void => {
    page[at] = value;
    stores.push({ page, at, value });
  };
  const proxy = new Proxy(page, {
    get(target, name) {
      if (name === 'fill') return (value: number, start = 0, end = target.length) => { for (let at = start; at < end; at++) record(at, value); };
      if (name === 'set') return (values: ArrayLike<number>, start = 0) => { for (let i = 0; i < values.length; i++) record(start + i, values[i]!); };
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? (found as () => unknown).bind(target) : found;
    },
    set(_target, name, value) {
      record(Number(name), value as number);
      return true;
    },
  });
  pages.set(proxy, page);
  return proxy;
}

const { store, load } = Atomics;

/** `Atomics` for pages that are taped. */
export const tapedAtomics = {
  store(page: Int32Array, at: number, value: number): number {
    stores.push({ page: pages.get(page) as Int32Array, at, value });
    return store(pages.get(page) as Int32Array, at, value);
  },
  load(page: Int32Array, at: number): number {
    return load(pages.get(page) as Int32Array, at);
  },
};

/** The memory as it was after so many stores, going on from there. All pages were zeros at first. */
export class Replay {
  time: number;
  private readonly copies = new Map<Page, Page>();

  constructor(time: number) {
    this.time = 0;
    this.advance(time);
  }

  advance(time: number): void {
    for (const end = Math.min(time, stores.length); this.time < end; this.time++) {
      const { page, at, value } = stores[this.time]!;
      this.copyOf(page)[at] = value;
    }
  }

  /** The page at this time. */
  page<P extends Page>(page: P): P {
    return this.copyOf(pages.get(page)!) as P;
  }

  /** The page as a reader sees it who is so slow that with every look at it the writer goes on. @param step by how many stores */
  slowPage<P extends Page>(page: P, step: () => number): P {
    return new Proxy(this.page(page), {
      get: (target, name) => {
        if (typeof name === 'string' && /^\d+$/.test(name)) this.advance(this.time + step());
        return Reflect.get(target, name, target) as unknown;
      },
    });
  }

  private copyOf(page: Page): Page {
    let copy = this.copies.get(page);
    if (copy === undefined) this.copies.set(page, (copy = page instanceof Float64Array ? new Float64Array(page.length) : new Int32Array(page.length)));
    return copy;
  }
}
