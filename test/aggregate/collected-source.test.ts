import { beforeEach, describe, expect, it } from 'vitest';
import { CollectedSource } from '../../src/aggregate/collected-source.js';
import { Merger } from '../../src/aggregate/merger.js';
import type { CollectedFamily } from '../../src/model/collected.js';
import { snapshotOf } from '../../src/registry/snapshot.js';
import { rareFamilies } from '../support/showcase.js';
import { registryOf } from '../support/families.js';

let faults: string[];
let merger: Merger;

beforeEach(() => {
  faults = [];
  merger = new Merger((where, error) => faults.push(`${where}: ${String(error)}`));
});

/** What is shown after a pass over sources of these families. */
function merged(...sources: readonly (readonly CollectedFamily[])[]): readonly ReturnType<typeof snapshotOf>[] {
  merger.run(sources.map((families, place) => CollectedSource.of(`thread ${place}`, families)));
  return merger.views().map(snapshotOf);
}

const seriesOf = (...sources: readonly (readonly CollectedFamily[])[]): object => merged(...sources)[0]!.series;

const jobs = (...series: CollectedFamily['series'][number][]): readonly CollectedFamily[] => [{ name: 'jobs_total', help: 'Jobs.', type: 'counter', series }];

describe('families that somebody has computed', () => {
  it('of one show as he gave them, in the first pass and in those that follow.', () => {
    const expected = registryOf(rareFamilies).snapshot();
    for (let pass = 0; pass < 3; pass++) {
      expect([...merged(rareFamilies)].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(expected);
    }
    expect(faults).toEqual([]);
  });

  it('of several are added up; a series began with the first of them, and was measured with the last.', () => {
    expect(seriesOf(jobs({ value: 1, created: 10, timestamp: 20 }), jobs({ value: 2, created: 5, timestamp: 30 }))).toEqual([{ labels: {}, value: 3, created: 5, timestamp: 30 }]);
    expect(seriesOf(jobs({ value: 1, timestamp: 20 }), jobs({ value: 2 }))).toEqual([{ labels: {}, value: 3, timestamp: 20 }]);
  });

  it('Quantiles that several have computed are not known.', () => {
    const size = (value: number): readonly CollectedFamily[] => [{ name: 'size', help: 'Size.', type: 'summary', series: [{ sum: value, count: 1, quantiles: [{ quantile: 0.5, value }] }] }];
    expect(seriesOf(size(3), size(5))).toMatchObject([{ sum: 8, count: 2, quantiles: [{ quantile: 0.5, value: 'NaN' }] }]);
    expect(seriesOf(size(7))).toMatchObject([{ sum: 7, count: 1, quantiles: [{ quantile: 0.5, value: 7 }] }]);
  });

  it('may have other labels each time, as long as they are the same for all.', () => {
    merged(jobs({ value: 1 }));
    expect(seriesOf(jobs({ labels: { queue: 'a' }, value: 2 }))).toEqual([{ labels: { queue: 'a' }, value: 2 }]);
    expect(seriesOf(jobs({ labels: { tenant: 'b' }, value: 3 }), jobs({ labels: { tenant: 'b' }, value: 4 }))).toEqual([{ labels: { tenant: 'b' }, value: 7 }]);
    expect(faults).toEqual([]);
    expect(seriesOf(jobs({ labels: { queue: 'a' }, value: 5 }), jobs({ labels: { tenant: 'b' }, value: 6 }))).toEqual([{ labels: { queue: 'a' }, value: 5 }]);
    expect(faults).toHaveLength(1);
  });

  it('without series disagree with nobody, whoever comes first.', () => {
    for (const sources of [[jobs(), jobs({ labels: { queue: 'a' }, value: 1 })], [jobs({ labels: { queue: 'a' }, value: 1 }), jobs()]]) {
      for (let pass = 0; pass < 2; pass++) expect(seriesOf(...sources)).toEqual([{ labels: { queue: 'a' }, value: 1 }]);
    }
    expect(seriesOf(jobs(), jobs())).toEqual([]);
    expect(faults).toEqual([]);
  });
});
