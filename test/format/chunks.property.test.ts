import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream, toBytes, writeViews, streamViews } from '../../src/format/expose.js';
import type { FormatName } from '../../src/format/format.js';
import { formatFor, formatNames } from '../../src/format/formats.js';
import type { CollectedFamily } from '../../src/model/collected.js';
import type { Descriptor } from '../../src/model/descriptor.js';
import { ByteBuffer, decodeUtf8 } from '../../src/platform/byte-buffer.js';
import { loadFamily } from '../../src/registry/collected-family.js';
import { Registry } from '../../src/registry/registry.js';
import type { FamilySnapshot } from '../../src/registry/snapshot.js';
import { FamilyView } from '../../src/store/family-view.js';
import { anyFamilies, registryOf } from '../support/families.js';
import { checkOpenMetrics } from '../support/openmetrics-checker.js';
import { checkOpenMetrics2 } from '../support/openmetrics2-checker.js';
import { parseText } from '../support/text-parser.js';

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

describe.each(formatNames)('chunks of %s', (name) => {
  it('are together what is written at once, wherever they end.', () => {
    fc.assert(
      fc.property(anyFamilies({ names: 'utf8' }), fc.array(fc.nat(300), { minLength: 1 }), (families, sizes) => {
        const registry = registryOf(families, 'utf8');
        const format = formatFor(name);
        const out = new ByteBuffer(0);
        const chunks: Uint8Array[] = [];
        let turn = 0;
        let isFirst = true;
        format.begin(out);
        for (const view of registry.collectSync()) {
          const writer = format.family(view, out, isFirst);
          isFirst = false;
          while (writer.write(sizes[turn++ % sizes.length]!)) if (turn % 3 > 0) chunks.push(out.take());
        }
        format.end(out);
        chunks.push(out.take());
        expect(Buffer.compare(Buffer.concat(chunks), toBytes(registry, { format: name, escaping: 'allow-utf-8' }))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('come from a stream as well.', async () => {
    await fc.assert(
      fc.asyncProperty(anyFamilies({ names: 'utf8' }), async (families) => {
        const registry = registryOf(families, 'utf8');
        expect(Buffer.compare(await joined(stream(registry, { format: name, escaping: 'allow-utf-8' })), toBytes(registry, { format: name, escaping: 'allow-utf-8' }))).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

/** What the families of a text are called, if every line of it is as it must be. */
const namesIn: Readonly<Partial<Record<FormatName, (text: string) => readonly string[]>>> = {
  'text-0.0.4': (text) => parseText(text).map(({ name }) => name),
  'text-1.0.0': (text) => parseText(text).map(({ name }) => name),
  'openmetrics-1.0.0': (text) => checkOpenMetrics(text).map(({ name }) => name),
  'openmetrics-2.0.0': (text) => checkOpenMetrics2(text).map(({ name }) => name),
  json: (text) => (JSON.parse(text) as readonly FamilySnapshot[]).map(({ name }) => name),
};

/** A histogram of three series. */
function family(name: string): CollectedFamily {
  const buckets = [{ le: 1, count: 1 }, { le: Infinity, count: 2 }];
  return { name, help: 'H.', type: 'histogram', series: ['a', 'b', 'c'].map((x) => ({ labels: { x }, sum: 3, buckets, exemplars: [{ labels: {}, value: 0.5, timestamp: 1e9 }, { labels: {}, value: 2, timestamp: 1e9 }] })) };
}

type Failing = (view: FamilyView) => FamilyView;

/** Fails where the head is written. */
const withoutHelp: Failing = (view) => view.describedAs(Object.defineProperty({ ...view.descriptor }, 'help', { get: () => { throw new Error('no help'); } }) as Descriptor);

/** Fails where a series is read, or within one. */
const failing: Readonly<Record<string, Failing>> = {
  'at the head': withoutHelp,
  'before its first series': (view) => new FamilyView(view.descriptor, view.table, { ...view, prepare: () => { throw new Error('no series'); } }),
  'before its second series': (view) => new FamilyView(view.descriptor, view.table, { ...view, prepare: (row) => { if (row === 1) throw new Error('no series'); } }),
  'within a series, the first time': (view) => failingAt(2, view),
  'within a series, the second time': (view) => failingAt(3, view),
};

/** Every writer asks each sample, or each series, whether it has a time. */
function failingAt(time: number, view: FamilyView): FamilyView {
  let times = 0;
  return Object.defineProperty(view, 'timestampCell', {
    get: () => {
      times += 1;
      if (times === time) throw new Error('no time');
      return -1;
    },
  });
}

const texts = formatNames.filter((name) => namesIn[name] !== undefined);

describe.each(texts)('a family that fails in %s', (name) => {
  it.each(Object.keys(failing).flatMap((where) => [0, 1, 2].map((place) => [where, place] as const)))('%s, in place %d, leaves the rest whole.', async (where, place) => {
    const all = ['h0', 'h1', 'h2'];
    const others = all.filter((_, at) => at !== place);
    const views = (): readonly FamilyView[] => all.map((each, at) => (at === place ? failing[where]!(loadFamily(family(each))) : loadFamily(family(each))));
    const registry = new Registry({ onFault: () => {} });
    // All at once it is left out; what a stream has given away cannot be taken back.
    expect(namesIn[name]!(decodeUtf8(writeViews(views(), registry, formatFor(name))))).toEqual(others);
    const streamed = Buffer.from(await joined(streamViews(views(), registry, formatFor(name), 5))).toString();
    expect(namesIn[name]!(streamed)).toEqual(where === 'at the head' ? others : all);
    const counted = registry.snapshot().find((one) => one.name === 'tallystick_collector_errors_total');
    expect(counted?.series.map(({ labels, value }) => [labels['collector'], value])).toEqual([[`h${place}`, 2]]);
  });
});
