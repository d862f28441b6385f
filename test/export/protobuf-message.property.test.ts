import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MessageSchema, encodeMessage, messageSchema } from '../../src/export/protobuf-message.js';
import { anyDouble } from '../support/doubles.js';
import { type ReadTable, readMessage } from '../support/protobuf-reader.js';
import { anyText, wellFormed } from '../support/texts.js';

interface Leaf {
  readonly text?: string;
  readonly raw?: Uint8Array;
  readonly real?: number;
  readonly fixed?: number | bigint;
  readonly whole?: number;
  readonly signed?: number;
  readonly wide?: number;
  readonly zigzag?: number;
  readonly truth?: boolean;
}

interface Tree {
  readonly leaf?: Leaf;
  readonly leaves?: readonly Leaf[];
  readonly texts?: readonly string[];
  readonly reals?: readonly number[];
  readonly counts?: readonly number[];
  readonly deltas?: readonly number[];
  readonly far?: string;
}

const leafSchema: MessageSchema<Leaf> = messageSchema<Leaf>({
  text: [1, 'string'],
  raw: [2, 'bytes'],
  real: [3, 'double'],
  fixed: [4, 'fixed64'],
  whole: [5, 'uint32'],
  signed: [6, 'int64'],
  wide: [7, 'uint64'],
  zigzag: [8, 'sint64'],
  truth: [9, 'bool'],
});
const treeSchema: MessageSchema<Tree> = messageSchema<Tree>({
  leaf: [1, leafSchema],
  leaves: [2, leafSchema],
  texts: [3, 'string'],
  reals: [15, 'double'],
  counts: [16, 'uint64'],
  deltas: [17, 'sint64'],
  far: [2047, 'string'],
});

const leafTable: ReadTable = {
  1: ['text', 'string'], 2: ['raw', 'bytes'], 3: ['real', 'double'], 4: ['fixed', 'fixed64'], 5: ['whole', 'uint32'], 6: ['signed', 'int64'], 7: ['wide', 'uint64'], 8: ['zigzag', 'sint64'], 9: ['truth', 'bool'],
};
const treeTable: ReadTable = {
  1: ['leaf', leafTable], 2: ['leaves', leafTable, 'repeated'], 3: ['texts', 'string', 'repeated'], 15: ['reals', 'double', 'repeated'], 16: ['counts', 'uint64', 'repeated'], 17: ['deltas', 'sint64', 'repeated'], 2047: ['far', 'string'],
};

const text = anyText.map(wellFormed);
const halfSafe = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
const leaf: fc.Arbitrary<Leaf> = fc.record(
  {
    text,
    raw: fc.uint8Array({ maxLength: 300 }),
    real: anyDouble,
    fixed: fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
    whole: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    signed: fc.maxSafeInteger(),
    wide: fc.maxSafeNat(),
    zigzag: halfSafe,
    truth: fc.boolean(),
  },
  { requiredKeys: [] },
);
const tree: fc.Arbitrary<Tree> = fc.record(
  {
    leaf,
    leaves: fc.array(leaf, { maxLength: 30 }),
    texts: fc.array(text, { maxLength: 30 }),
    reals: fc.array(anyDouble, { maxLength: 40 }),
    counts: fc.array(fc.maxSafeNat(), { maxLength: 200 }),
    deltas: fc.array(halfSafe, { maxLength: 200 }),
    far: text,
  },
  { requiredKeys: [] },
);

/** As the reader gives it: 64-bit numbers as `bigint`, nothing for an empty array. */
function asRead({ fixed, signed, wide, zigzag, ...rest }: Leaf): object {
  const big = (name: string, value: number | bigint | undefined): object => (value === undefined ? {} : { [name]: BigInt(value) });
  return { ...rest, ...big('fixed', fixed), ...big('signed', signed), ...big('wide', wide), ...big('zigzag', zigzag) };
}

function treeAsRead(message: Tree): object {
  const read: Record<string, unknown> = { ...message };
  if (message.leaf !== undefined) read['leaf'] = asRead(message.leaf);
  if (message.leaves !== undefined) read['leaves'] = message.leaves.map(asRead);
  for (const name of ['counts', 'deltas'] as const) if (message[name] !== undefined) read[name] = message[name].map(BigInt);
  return Object.fromEntries(Object.entries(read).filter(([, value]) => !Array.isArray(value) || value.length > 0));
}

describe('A protobuf message', () => {
  test('What a strict reader makes of it is what was written.', () => {
    fc.assert(
      fc.property(tree, (message) => {
        expect(readMessage(encodeMessage(treeSchema, message), treeTable)).toEqual(treeAsRead(message));
      }),
      { numRuns: 300 },
    );
  });

  test('A field that is zero is written, one that is undefined is not.', () => {
    expect([...encodeMessage(leafSchema, { whole: 0, truth: false, text: '' })]).toEqual([0x0a, 0, 0x28, 0, 0x48, 0]);
    expect([...encodeMessage<Leaf>(leafSchema, {})]).toEqual([]);
  });

  test('A known message has known bytes.', () => {
    // protobuf, "Encoding": field 1 of 150, field 2 with "testing", and packed 3, 270, 86942.
    interface Known {
      readonly a: number;
      readonly b: string;
      readonly c: readonly number[];
    }
    const schema = messageSchema<Known>({ a: [1, 'int32'], b: [2, 'string'], c: [6, 'int32'] });
    const bytes = encodeMessage<Known>(schema, { a: 150, b: 'testing', c: [3, 270, 86942] });
    expect(Buffer.from(bytes).toString('hex')).toBe('089601120774657374696e673206038e029ea705');
  });
});
