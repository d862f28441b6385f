import { describe, expect, it } from 'vitest';
import { SourceBook } from '../../src/aggregate/source-book.js';
import { StandIn } from '../../src/expose/stand-in.js';
import { broadcast } from '../../src/platform/channel.js';
import { type Announcement, protocolVersion } from '../../src/registry/announcement.js';
import { channelOf } from '../../src/registry/sharing.js';
import { until } from '../integration/support/processes.js';

const opening = (source: string, thread = 1): Announcement => ({ kind: 'open', version: protocolVersion, source, thread, timeOrigin: 0, flags: new Int32Array(1), families: [], pages: [] });

/** One who has heard all that was said. */
async function hearing(name: string, book: SourceBook, said: readonly Announcement[]): Promise<StandIn> {
  const standIn = new StandIn(name, book);
  for (const each of said) broadcast(channelOf(name), each);
  const known = (): number => [...book.retell()].length;
  const before = known();
  broadcast(channelOf(name), opening('last'));
  await until('the last word', () => known() > before && [...book.retell()].some((each) => each.kind === 'open' && each.source === 'last'));
  return standIn;
}

const briefly = (all: readonly Announcement[]): string[] => all.map((each) => `${each.kind} ${'source' in each ? each.source : each.thread}`);

describe('StandIn', () => {
  it('writes down what threads say, and retells it with what was known before.', async () => {
    const book = new SourceBook();
    book.hear(opening('before'));
    const standIn = await hearing('stand-in-1', book, [opening('a'), { kind: 'closed', source: 'a' }, { kind: 'answer', source: 'a', question: 1, answer: { families: [], exemplars: [] } }]);
    expect(briefly(standIn.retell())).toEqual(['open before', 'open a', 'closed a', 'open last']);
    expect(standIn.handOver()).toEqual([]);
  });

  it('hands over what was said after it had retold, but for sources that the other has heard of by himself; ends are always told.', async () => {
    const book = new SourceBook();
    const standIn = await hearing('stand-in-2', book, []);
    standIn.retell();
    for (const each of [opening('a', 1), opening('b', 2), { kind: 'closed', source: 'a' }, { kind: 'ended', thread: 2 }] as const) broadcast(channelOf('stand-in-2'), each);
    await until('the end of thread 2', () => briefly([...book.retell()]).includes('closed b'));
    standIn.heard(opening('a', 1));
    expect(briefly(standIn.handOver())).toEqual(['open b', 'closed a', 'ended 2']);
  });
});
