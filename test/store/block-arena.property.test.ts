import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockArena, blockCells } from '../../src/store/block-arena.js';

interface Chain {
  first: number;
  keys: number[];
  /** What was written to the first cell of each block, first block first. */
  values: number[];
}

describe('a block arena', () => {
  it('keeps chains apart, gives blocks of zeros and uses freed ones again, under random commands', () => {
    const command = fc.record({ chain: fc.nat(5), key: fc.integer({ min: -5000, max: 5000 }), free: fc.nat(6).map((n) => n === 0) });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 300, size: '+1' }), (commands) => {
        const arena = new BlockArena();
        const chains: Chain[] = Array.from({ length: 6 }, () => ({ first: -1, keys: [], values: [] }));
        let most = 0;
        commands.forEach(({ chain: place, key, free }, step) => {
          const chain = chains[place]!;
          if (free) {
            arena.free(chain.first);
            Object.assign(chain, { first: -1, keys: [], values: [] });
            return;
          }
          const block = arena.take(key, chain.first);
          const page = arena.cells.page(block);
          const base = arena.cells.base(block);
          expect([...page.subarray(base, base + blockCells)]).toEqual(new Array(blockCells).fill(0));
          page.fill(step + 1, base, base + blockCells);
          chain.first = block;
          chain.keys.unshift(key);
          chain.values.unshift(step + 1);
          const used = chains.reduce((sum, one) => sum + one.keys.length, 0);
          expect(arena.size).toBe(used);
          most = Math.max(most, used);
          // A block that was never needed is never made.
          expect(block).toBeLessThan(most);
        });
        for (const { first, keys, values } of chains) {
          const read: { key: number; cells: number[] }[] = [];
          for (let block = first; block >= 0; block = arena.next(block)) {
            const base = arena.cells.base(block);
            read.push({ key: arena.key(block), cells: [...arena.cells.page(block).subarray(base, base + blockCells)] });
          }
          expect(read).toEqual(keys.map((key, i) => ({ key, cells: new Array(blockCells).fill(values[i]) })));
        }
      }),
    );
  });

  it('does not grow when as much is freed as is taken', () => {
    const arena = new BlockArena();
    let chain = -1;
    for (let i = 0; i < 100; i++) chain = arena.take(i, chain);
    const bytes = arena.bytesHeld();
    for (let round = 0; round < 50; round++) {
      arena.free(chain);
      expect(arena.size).toBe(0);
      chain = -1;
      for (let i = 0; i < 100; i++) chain = arena.take(i, chain);
    }
    expect(arena.bytesHeld()).toBe(bytes);
  });
});
