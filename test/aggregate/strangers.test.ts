import { afterEach, describe, expect, it } from 'vitest';
import { SourceBook } from '../../src/aggregate/source-book.js';
import { StandIn } from '../../src/expose/stand-in.js';
import { broadcast } from '../../src/platform/channel.js';
import { Registry } from '../../src/registry/registry.js';
import { type Announcement, protocolVersion } from '../../src/registry/announcement.js';
import { channelOf, questionsOf } from '../../src/registry/sharing.js';
import { until } from '../integration/support/processes.js';
import { ownName, quietAggregator, seriesOf } from '../support/threads.js';

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const flags = new Int32Array(new SharedArrayBuffer(4));
/** Messages of code that has taken the same name for something else, or is another version. */
const strange = [
  ...[null, undefined, 1, 'hello', [], {}, new Map(), new Error('strange'), { kind: 'nonsense' }, { kind: 'open' }, { kind: 'open', version: 99, source: 'b', thread: 4 }],
  { kind: 'open', version: protocolVersion, source: 'a', thread: 4, timeOrigin: 0, flags: 3, families: [], pages: [] },
  { kind: 'open', version: protocolVersion, source: 'a', thread: 4, timeOrigin: 0, flags, families: [{ family: 0, shape: {}, cleared: flags, pages: [] }], pages: [] },
  ...['family', 'page', 'withdrawn', 'closed', 'ended', 'answer', 'ask'].flatMap((kind) => [{ kind }, { kind, source: 'a', news: null, answer: { exemplars: [null] } }]),
];

describe('Strangers on the channels of threads', () => {
  it('are noted, and change nothing for those who are heard there.', async () => {
    const name = ownName();
    const said: unknown[] = [];
    const aggregator = quietAggregator({ name, deadlineMilliseconds: 2000, onFault: (_, error) => said.push(error) });
    aggregator.start();
    const registry = new Registry();
    registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc(3);
    registry.gauge({ name: 'asked', help: 'Asked.', collect: () => 7 });
    ends.push(() => aggregator.close(), registry.share(name, 0));
    for (const message of strange) for (const channel of [channelOf(name), questionsOf(name)]) broadcast(channel, message);
    await until('the faults', () => said.length > 0);
    for (let round = 0; round < 3; round++) {
      expect(await seriesOf(aggregator.registry, 'jobs_total')).toMatchObject([{ value: 3 }]);
      expect(await seriesOf(aggregator.registry, 'asked')).toMatchObject([{ value: 7 }]);
    }
    expect(said).toHaveLength(1);
    expect(String(said[0])).toBe(`TallystickError: broadcast channel "${channelOf(name)}": null is nothing that threads say there; use one version of tallystick in all threads, and other names for channels of your own`);
  });

  it('do nothing to the application that listens as long as its server has no thread.', async () => {
    const name = ownName();
    const book = new SourceBook();
    const standIn = new StandIn(name, book);
    for (const message of strange) broadcast(channelOf(name), message);
    broadcast(channelOf(name), { kind: 'open', version: protocolVersion, source: 'last', thread: 1, timeOrigin: 0, flags, families: [], pages: [] } satisfies Announcement);
    await until('the last word', () => [...book.retell()].length > 0);
    expect([...book.retell()].map((one) => one.kind === 'open' && one.source)).toEqual(['last']);
    standIn.handOver();
  });
});
