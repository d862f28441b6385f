import { describe, expectTypeOf, test } from 'vitest';
import { Registry } from '../../../src/registry/registry.js';
import { trackDuration, timed } from '../../../src/packs/timing/entry.js';

const registry = new Registry();
const labelled = registry.histogram({ name: 'labelled_seconds', help: 'Labelled.', labelNames: ['op', 'success'] });
const plain = registry.summary({ name: 'plain_seconds', help: 'Plain.' });

describe('The types of timing helpers', () => {
  test('What is wrapped keeps its type, and label functions know arguments and results.', () => {
    const work = async (id: number, _name?: string): Promise<string> => String(id);
    const wrapped = trackDuration(
      {
        histogram: labelled,
        labels: ({ args, result }) => {
          expectTypeOf(args).toEqualTypeOf<Parameters<typeof work>>();
          expectTypeOf(result).toEqualTypeOf<string | undefined>();
          return { op: args[0] };
        },
      },
      work,
    );
    expectTypeOf(wrapped).toEqualTypeOf<typeof work>();
    function* numbers(_to: number): Generator<number, boolean, string> {
      yield 1;
      return true;
    }
    const tracked = trackDuration({ histogram: labelled, labels: ({ result }) => ({ op: (expectTypeOf(result).toEqualTypeOf<boolean | undefined>(), 'x') }) }, numbers);
    expectTypeOf(tracked).toEqualTypeOf<typeof numbers>();
    const generic = <T>(value: T): T => value;
    const same: typeof generic = trackDuration({ histogram: plain }, generic);
    const alike: typeof generic = trackDuration({ histogram: plain })(generic);
    expectTypeOf(same('a' as const)).toEqualTypeOf(alike('a' as const));
  });

  test('Labels that the histogram needs and are not filled in must be found.', () => {
    const run = (): number => 1;
    trackDuration({ histogram: labelled, labels: { op: 'a' } }, run);
    trackDuration({ histogram: labelled, labels: { op: 'a', success: 'perhaps', tenant: 1 } }, run);
    // @ts-expect-error The label is missing.
    trackDuration({ histogram: labelled, labels: { other: 'a' } }, run);
    // @ts-expect-error The label is missing.
    trackDuration({ histogram: labelled, labels: () => ({}) }, run);
    expectTypeOf(timed({ histogram: plain }, (block) => block.setSuccess().addLabel('a', 1).end())).toEqualTypeOf<number>();
  });
});
