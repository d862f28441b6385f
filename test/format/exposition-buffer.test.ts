import { describe, expect, it } from 'vitest';
import { ExpositionBuffer } from '../../src/format/exposition-buffer.js';
import { toBytes } from '../../src/format/expose.js';
import { formatNames } from '../../src/format/formats.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from '../support/fake-clock.js';
import { rare, showcase } from '../support/showcase.js';

function large(series: number): Registry {
  const registry = new Registry({ clock: new FakeClock() });
  const gauge = registry.gauge({ name: 'g', help: 'G.', labelNames: ['x'], limits: { series: Infinity } });
  for (let i = 0; i < series; i++) gauge.set({ x: `value-${i}` }, i);
  return registry;
}

describe('an exposition buffer', () => {
  it('holds nothing before it is used, and what it gave is a part of it.', () => {
    const buffer = new ExpositionBuffer();
    expect(buffer.byteLength).toBe(0);
    const bytes = toBytes(large(10), { buffer });
    expect(buffer.byteLength).toBe(bytes.buffer.byteLength);
    expect(bytes.byteOffset).toBe(0);
    expect(buffer.byteLength).toBeGreaterThanOrEqual(bytes.length);
  });

  it('gives the same bytes as memory of its own, in every format, whatever was in it before.', () => {
    const buffer = new ExpositionBuffer();
    const registries = [large(3000), showcase(), rare(), new Registry(), large(50), large(6000), rare()];
    for (const format of formatNames) {
      for (const registry of registries) {
        const expected = toBytes(registry, { format });
        expect(Buffer.compare(toBytes(registry, { format, buffer }), expected), format).toBe(0);
      }
    }
  });

  it('is written over by the next exposition, and takes no new memory for one that is no larger.', () => {
    const buffer = new ExpositionBuffer();
    const first = toBytes(large(1000), { buffer });
    const held = buffer.byteLength;
    const second = toBytes(large(900), { buffer });
    expect(second.buffer).toBe(first.buffer);
    expect(first.subarray(0, second.length)).toEqual(second);
    expect(buffer.byteLength).toBe(held);
    toBytes(large(20_000), { buffer });
    expect(buffer.byteLength).toBeGreaterThan(held);
  });

  it('is what toBytes takes, and nothing else.', () => {
    for (const buffer of [new Uint8Array(10), {}, null]) expect(() => toBytes(new Registry(), { buffer } as never)).toThrow('toBytes: buffer is');
    const { buffer: own } = toBytes(large(3));
    expect(toBytes(large(3)).buffer).not.toBe(own);
  });
});
