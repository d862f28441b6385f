import { negativeChainCell, positiveChainCell, schemaCell, zeroCountCell, zeroThresholdCell } from '../model/layout.js';
import type { NativeBucket, NativeBuckets } from '../model/native.js';
import { type BlockArena, blockCellShift, blockCells } from './block-arena.js';

/** The native buckets of a series as plain data. @param at the first of their cells, see `model/layout.ts` */
export function readNative(cells: Float64Array, at: number, blocks: BlockArena): NativeBuckets {
  return {
    schema: cells[at + schemaCell]!,
    zeroThreshold: cells[at + zeroThresholdCell]!,
    zeroCount: cells[at + zeroCountCell]!,
    positive: readChain(cells[at + positiveChainCell]!, blocks),
    negative: readChain(cells[at + negativeChainCell]!, blocks),
  };
}

/** The buckets of a chain that count something, by rising index. @param chain its first block plus 1, 0 for none */
export function readChain(chain: number, blocks: BlockArena): NativeBucket[] {
  const buckets: NativeBucket[] = [];
  for (const block of sortedBlocks(chain, blocks)) {
    const page = blocks.cells.page(block);
    const base = blocks.cells.base(block);
    const first = blocks.key(block) << blockCellShift;
    for (let cell = 0; cell < blockCells; cell++) if (page[base + cell]! > 0) buckets.push({ index: first + cell, count: page[base + cell]! });
  }
  return buckets;
}

/** The blocks of a chain by rising key. */
function sortedBlocks(chain: number, blocks: BlockArena): number[] {
  const sorted: number[] = [];
  for (let block = chain - 1; block >= 0; block = blocks.next(block)) sorted.push(block);
  return sorted.sort((a, b) => blocks.key(a) - blocks.key(b));
}
