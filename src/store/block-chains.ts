import { type BlockPages, blockCells, blockLinks, freeKey, keyLink, nextLink } from './block-arena.js';
import { firstRowOf, pageOf, slotOf } from './pages.js';

/*
 * Walking chains of blocks in pages whose writer may be in another thread, and may be changing the very chain; or that come from a damaged file. Nothing here
 * trusts what it reads: a walk ends, and stays within the pages, whatever stands in them. What such a walk finds is of no use, and its reader learns that from
 * the walk or from the row's state, see `store/row-states.ts`.
 */

/** Keys are below this and not below its negative. A sketch, which counts 16 buckets of at most 27 bits to a key, has the largest. */
const keyLimit = 2 ** 24;
/** More blocks than there is memory for. With a key they make up one whole number, which a double holds. */
const blockRange = 2 ** 28;

/**
 * Adds the blocks of a chain to a list, each with its key as one number, see {@link keyIn} and {@link blockIn}; in the order of these numbers keys rise.
 *
 * @param chain its first block plus 1, 0 for none, as cells hold it
 * @returns false where this is no chain, as it is being changed or damaged: read again; the list is of no use then
 */
export function addChain(chain: number, { cells, links }: BlockPages, found: number[]): boolean {
  const blocks = firstRowOf(links.length);
  if (!(chain >= 0 && chain <= blocks) || !Number.isInteger(chain)) return false;
  // A walk over more blocks than there are goes in a circle.
  const most = found.length + blocks;
  for (let block = chain - 1; block >= 0; ) {
    const number = pageOf(block);
    const slot = slotOf(block);
    const page = links[number];
    const counts = cells[number];
    if (page === undefined || counts === undefined || (slot + 1) * blockLinks > page.length || (slot + 1) * blockCells > counts.length) return false;
    const key = page[slot * blockLinks + keyLink]!;
    // A free block has been given back meanwhile; it leads to nobody's blocks.
    if (key === freeKey || key >= keyLimit || key < -keyLimit || found.length === most) return false;
    found.push(key * blockRange + block);
    block = page[slot * blockLinks + nextLink]!;
  }
  return true;
}

/** The numbers of a list in rising order. A typed array sorts them without calling back, in a fraction of the time. */
export function sortedByKey(found: readonly number[]): Float64Array {
  return Float64Array.from(found).sort();
}

export function keyIn(found: number): number {
  return Math.floor(found / blockRange);
}

export function blockIn(found: number): number {
  return found - keyIn(found) * blockRange;
}
