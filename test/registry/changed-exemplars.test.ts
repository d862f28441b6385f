import { describe, expect, it } from 'vitest';
import { Registry } from '../../src/index.js';
import { collectedOf } from '../../src/registry/collected-of.js';
import { loadFamily } from '../../src/registry/collected-family.js';
import { registryOf } from '../support/families.js';
import { rareFamilies } from '../support/showcase.js';

describe('exemplars that are told to another thread', () => {
  it('are told when they are new, and once more when they are gone.', () => {
    const registry = new Registry();
    const jobs = registry.counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] });
    const changed = (): readonly number[] => jobs.view().exemplars?.takeChanged?.() ?? [];
    jobs.inc({ queue: 'a' }, 1, { labels: { trace_id: '1' } });
    jobs.inc({ queue: 'b' }, 1, { labels: { trace_id: '2' } });
    expect([changed(), changed()]).toEqual([[0, 1], []]);
    jobs.inc({ queue: 'b' }, 1, { labels: { trace_id: '3' } });
    expect([changed(), changed()]).toEqual([[1], []]);
    registry.reset();
    expect(changed()).toEqual([0, 1]);
    expect(jobs.view().exemplars).toBeUndefined();
    jobs.inc({ queue: 'a' }, 1, { labels: { trace_id: '4' } });
    expect(changed()).toEqual([0]);
    jobs.clear();
    expect([changed(), changed()]).toEqual([[0], []]);
  });
});

describe('a family as plain data', () => {
  it.each(rareFamilies.map((family) => [family.name, family] as const))('has all that the family had: %s.', (_name, family) => {
    const [view] = registryOf([family]).collectSync();
    const again = loadFamily(collectedOf(view!));
    expect(collectedOf(again)).toEqual(collectedOf(view!));
    for (let row = 0; row < family.series.length; row++) {
      expect(again.exemplars?.spread(row)).toEqual(view!.exemplars?.spread(row));
      for (let slot = 0; slot <= view!.descriptor.bounds.length; slot++) expect(again.exemplars?.at(row, slot)).toEqual(view!.exemplars?.at(row, slot));
    }
  });
});
