import { beforeEach, describe, expect, it } from 'vitest';
import { SourceBook } from '../../src/aggregate/source-book.js';
import { type Announcement, type FamilyNews, type PageNews, protocolVersion } from '../../src/registry/announcement.js';
import { shapeOf } from '../../src/registry/family-shape.js';
import { Registry } from '../../src/index.js';

const shape = shapeOf(new Registry().counter({ name: 'jobs_total', help: 'Jobs.' }));
const family = (number: number, pages: readonly PageNews[] = []): FamilyNews => ({ family: number, shape, cleared: new Int32Array(3), pages });
const page = (of: number, number: number): PageNews => ({ column: of < 0 ? 'labelValues' : 'states', family: of, number, page: new Int32Array(1) });

function opening(source: string, thread = 0, families: readonly FamilyNews[] = []): Announcement {
  return { kind: 'open', version: protocolVersion, source, thread, timeOrigin: 0, flags: new Int32Array(1), families, pages: [] };
}

let book: SourceBook;

beforeEach(() => {
  book = new SourceBook();
});

const retold = (): Announcement[] => [...book.retell()];

describe('SourceBook', () => {
  it('retells a source as one opening with all families and pages that came later.', () => {
    book.hear(opening('a', 0, [family(0)]));
    book.hear({ kind: 'family', source: 'a', news: family(1) });
    book.hear({ kind: 'page', source: 'a', news: page(0, 0) });
    book.hear({ kind: 'page', source: 'a', news: page(1, 0) });
    book.hear({ kind: 'page', source: 'a', news: page(-1, 2) });
    expect(retold()).toEqual([{ ...opening('a'), families: [family(0, [page(0, 0)]), family(1, [page(1, 0)])], pages: [page(-1, 2)] }]);
  });

  it('changes nothing in what it was told.', () => {
    const first = opening('a', 0, [family(0)]);
    const before = structuredClone(first);
    book.hear(first);
    book.hear({ kind: 'page', source: 'a', news: page(0, 0) });
    book.hear({ kind: 'page', source: 'a', news: page(-1, 0) });
    expect(first).toEqual(before);
  });

  it('takes an opening for all that there is of a source.', () => {
    book.hear(opening('a', 0, [family(0), family(1)]));
    book.hear(opening('a', 0, [family(1)]));
    expect(retold()).toEqual([opening('a', 0, [family(1)])]);
  });

  it('leaves out what was withdrawn.', () => {
    book.hear(opening('a', 0, [family(0), family(1)]));
    book.hear({ kind: 'withdrawn', source: 'a', family: 0 });
    expect(retold()).toEqual([opening('a', 0, [family(1)])]);
  });

  it('retells a source that has closed, and that it has, until what it counted was taken over.', () => {
    book.hear(opening('a'));
    book.hear(opening('b'));
    book.hear({ kind: 'closed', source: 'a' });
    expect(retold()).toEqual([opening('a'), { kind: 'closed', source: 'a' }, opening('b')]);
    book.forget(['a']);
    expect(retold()).toEqual([opening('b')]);
  });

  it('closes all sources of a thread that has ended and of those that end with it, and no other.', () => {
    book.hear(opening('a', 1));
    book.hear(opening('b', 2));
    book.hear(opening('c', 1));
    book.hear({ ...opening('d', 3), ancestors: [4, 1] } as Announcement);
    book.hear({ kind: 'ended', thread: 1 });
    expect(retold().flatMap((said) => (said.kind === 'closed' ? [said.source] : []))).toEqual(['a', 'c', 'd']);
  });

  it('keeps no answers, and nothing of sources that it does not know.', () => {
    book.hear(opening('a'));
    book.hear({ kind: 'answer', source: 'a', question: 1, answer: { families: [], exemplars: [] } });
    for (const source of ['z', 'a']) book.hear({ kind: 'page', source, news: page(7, 0) });
    book.hear({ kind: 'family', source: 'z', news: family(0) });
    book.hear({ kind: 'withdrawn', source: 'z', family: 0 });
    book.hear({ kind: 'closed', source: 'z' });
    expect(retold()).toEqual([opening('a')]);
  });
});
