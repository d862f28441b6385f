import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Registry } from '../../src/registry/registry.js';
import type { Announcement } from '../../src/registry/announcement.js';
import { asAnnouncement, asQuestion } from '../../src/registry/heard.js';
import { Publication } from '../../src/registry/publication.js';

/** All kinds of what a thread says, but for answers. */
function said(): Announcement[] {
  const all: Announcement[] = [];
  const registry = new Registry();
  registry.histogram({ name: 'took_seconds', help: 'Time.', labelNames: ['op'], native: { bucketFactor: 1.1 } }).observe({ op: 'a' }, 1);
  const publication = new Publication(registry.catalog, { source: '1/1', thread: 1, timeOrigin: NaN, isAskable: () => false, post: (one) => all.push(one) });
  const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['id'], limits: { series: 5000 } });
  for (let id = 0; id < 5000; id++) jobs.inc({ id: String(id) });
  registry.unregister('jobs_total');
  publication.close();
  return all;
}

const answer: Announcement = {
  kind: 'answer',
  source: '1/1',
  question: 1,
  answer: { families: undefined, exemplars: [{ family: 0, row: 0, state: 5, slots: [undefined], spread: [] }] },
};

/** Every way in which one field of an object, at any depth, is missing or something else. */
function* spoilt(value: unknown, depth = 0): Generator<unknown> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || depth > 4) return;
  for (const [key, part] of Object.entries(value)) {
    for (const other of [undefined, null, 'x', {}]) {
      if (typeof part === typeof other && typeof part !== 'object') continue;
      yield Array.isArray(value) ? value.map((one, place) => (String(place) === key ? other : one)) : { ...value, [key]: other };
    }
    for (const inner of spoilt(part, depth + 1)) yield Array.isArray(value) ? value.map((one, place) => (String(place) === key ? inner : one)) : { ...value, [key]: inner };
  }
}

describe('What is heard on the channels of threads', () => {
  it('is believed where it is what a thread says.', () => {
    const all = [...said(), answer, { kind: 'ended', thread: 3 } satisfies Announcement];
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['open', 'family', 'page', 'withdrawn', 'closed', 'answer', 'ended']));
    for (const one of all) expect(asAnnouncement(one)).toBe(one);
    for (const one of [{ kind: 'hello' }, { kind: 'ask', question: 1, seconds: 0.4 }, { kind: 'ask', question: 2, seconds: Infinity }]) expect(asQuestion(one)).toBe(one);
  });

  it('is passed on unread where another version of the library opens a source.', () => {
    const other = { kind: 'open', version: 99, source: '1/1', thread: 1 };
    expect(asAnnouncement(other)).toBe(other);
  });

  it('is nothing where a part is missing that whoever reads it relies on.', () => {
    const relied = ['source', 'thread', 'flags', 'families', 'pages', 'news', 'family', 'shape', 'cleared', 'descriptor', 'places', 'column', 'number', 'page', 'name', 'labelNames', 'kind'];
    for (const one of said()) {
      for (const key of relied.filter((name) => name in one)) {
        for (const other of [undefined, null, 'x', {}]) {
          if (key === 'source' && other === 'x') continue;
          expect(asAnnouncement({ ...one, [key]: other }), `${one.kind} with ${key} ${String(other)}`).toBeUndefined();
        }
      }
    }
    for (const spoiltAnswer of [undefined, {}, { exemplars: [null] }, { exemplars: [{}] }, { exemplars: 3 }, { exemplars: [], families: 3 }, { exemplars: [], families: [null] }]) {
      expect(asAnnouncement({ ...answer, answer: spoiltAnswer })).toBeUndefined();
    }
    for (const question of [{ kind: 'ask' }, { kind: 'ask', question: 1, seconds: NaN }, { kind: 'ask', question: 1, seconds: 'soon' }, { kind: 'ask', question: {}, seconds: 1 }]) expect(asQuestion(question)).toBeUndefined();
  });

  it('never fails who looks at it, whatever it is.', () => {
    for (const one of [...said(), answer]) for (const bad of spoilt(one)) expect(() => asAnnouncement(bad)).not.toThrow();
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(asAnnouncement(message)).toBeUndefined();
        expect(asQuestion(message)).toBeUndefined();
      }),
    );
  });
});
