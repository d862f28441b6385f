import { coarsestSchema, finestSchema } from '../distribution/native-buckets.js';
import { negativeChainCell, positiveChainCell, schemaCell, zeroCountCell, zeroThresholdCell } from '../model/layout.js';
import type { NativeBucket, NativeBuckets } from '../model/native.js';
import { type BlockArena, type BlockPages, blockCellShift, blockCells } from './block-arena.js';
import { addChain, blockIn, keyIn, sortedByKey } from './block-chains.js';
import { pageOf, slotOf } from './pages.js';

/** The native buckets of a series as plain data, for who writes to it. @param at the first of their cells, see `model/layout.ts` */
export function readNative(cells: Float64Array, at: number, blocks: BlockArena): NativeBuckets {
  return {
    schema: cells[at + schemaCell]!,
    zeroThreshold: cells[at + zeroThresholdCell]!,
    zeroCount: cells[at + zeroCountCell]!,
    positive: readChain(cells[at + positiveChainCell]!, blocks),
    negative: readChain(cells[at + negativeChainCell]!, blocks),
  };
}

/**
 * The same for whoever holds the pages; a series that nobody has recorded in yet has schema 0 and counts nothing.
 *
 * @returns undefined where what is found cannot be, as it is being changed or damaged: read again
 */
export function readNativePages(cells: Float64Array, at: number, pages: BlockPages): NativeBuckets | undefined {
  const schema = cells[at + schemaCell]!;
  const zeroThreshold = cells[at + zeroThresholdCell]!;
  const zeroCount = cells[at + zeroCountCell]!;
  const positive = chainBuckets(cells[at + positiveChainCell]!, pages);
  const negative = chainBuckets(cells[at + negativeChainCell]!, pages);
  if (positive === undefined || negative === undefined) return undefined;
  if (!(schema >= coarsestSchema && schema <= finestSchema && zeroThreshold >= 0 && zeroCount >= 0) || !Number.isInteger(schema)) return undefined;
  return { schema, zeroThreshold, zeroCount, positive, negative };
}

/** The buckets of a chain that count something, by rising index. @param chain its first block plus 1, 0 for none */
export function readChain(chain: number, blocks: BlockArena): NativeBucket[] {
  const buckets = chainBuckets(chain, blocks.pages);
  if (buckets === undefined) throw new Error('unreachable: nobody changes the chain meanwhile');
  return buckets;
}

function chainBuckets(chain: number, pages: BlockPages): NativeBucket[] | undefined {
  const found: number[] = [];
  if (!addChain(chain, pages, found)) return undefined;
  const buckets: NativeBucket[] = [];
  for (const one of sortedByKey(found)) {
    const block = blockIn(one);
    const page = pages.cells[pageOf(block)]!;
    const base = slotOf(block) * blockCells;
    const first = keyIn(one) << blockCellShift;
    for (let cell = 0; cell < blockCells; cell++) {
      const count = page[base + cell]!;
      if (count > 0) buckets.push({ index: first + cell, count });
    }
  }
  return buckets;
}

/**
 * Writes native buckets to a series, whose chains are written over.
 *
 * @param at the first of the native cells of the series
 * @returns its chains, each the first block plus 1, 0 for none: they are the caller's to free
 */
export function writeNative(cells: Float64Array, at: number, blocks: BlockArena, { schema, zeroThreshold, zeroCount, positive, negative }: NativeBuckets): readonly number[] {
  cells[at + schemaCell] = schema;
  cells[at + zeroThresholdCell] = zeroThreshold;
  cells[at + zeroCountCell] = zeroCount;
  cells[at + positiveChainCell] = writeChain(blocks, positive);
  cells[at + negativeChainCell] = writeChain(blocks, negative);
  return [cells[at + positiveChainCell]!, cells[at + negativeChainCell]!];
}

/** Puts buckets that rise by index in a chain of their own. @returns its first block plus 1, 0 for none */
export function writeChain(blocks: BlockArena, buckets: readonly NativeBucket[]): number {
  let chain = -1;
  for (const { index, count } of buckets) {
    const key = index >> blockCellShift;
    if (chain < 0 || blocks.key(chain) !== key) chain = blocks.take(key, chain);
    blocks.cells.page(chain)[blocks.cells.base(chain) + (index & (blockCells - 1))] = count;
  }
  return chain + 1;
}
