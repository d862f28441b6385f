import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GroupDirectory } from '../../../src/aggregate/group/directory.js';
import { newId } from '../../../src/aggregate/group/names.js';
import { ownIdentity } from '../../../src/aggregate/group/process-identity.js';
import { Roster } from '../../../src/aggregate/group/roster.js';
import type { Merger } from '../../../src/aggregate/merger.js';
import type { Source } from '../../../src/aggregate/source.js';
import { temporaryDirectory } from '../support/directories.js';
import { shape, strictMerger } from '../support/model-source.js';
import { WrittenMember } from '../support/written-member.js';

const jobs = shape({ name: 'jobs_total', labelNames: ['queue'] });
const busy = shape({ name: 'busy', type: 'gauge' });

/** Who shows the group, without a thread of his own. */
class Observer {
  readonly roster: Roster;
  private readonly sources = new Set<Source>();
  private readonly merger: Merger = strictMerger();

  constructor(directory: GroupDirectory) {
    const fail = (where: string, error: unknown): void => {
      throw new Error(`${where}: ${String(error)}`);
    };
    // Low ids come first when it is to be decided who puts the dead into the ledger.
    this.roster = new Roster(directory, ownIdentity(), `0000${newId().slice(4)}`, { add: (source) => this.sources.add(source), remove: (source) => this.sources.delete(source) }, fail, fail);
  }

  total(name: string): number {
    this.roster.look(true);
    this.merger.run(this.sources);
    const family = this.merger.families.get(name);
    let total = 0;
    family?.table.forEachRow((row) => (total += family.table.cells.page(row)[family.table.cells.base(row)]!));
    return total;
  }
}

type Step = { readonly kind: 'count' | 'end' | 'fold' | 'observe'; readonly who: number; readonly amount: number };
const anyStep: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom('count', 'count', 'end', 'fold', 'observe'), who: fc.nat(9), amount: fc.integer({ min: 1, max: 100 }) });

describe('A group', () => {
  test('The total is exact for everyone who looks, whatever the order in which members end and are put into the ledger.', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const directory = GroupDirectory.open(temporaryDirectory());
        const observers = [new Observer(directory), new Observer(directory)];
        const members: WrittenMember[] = [];
        let truth = 0;
        for (const { kind, who, amount } of steps) {
          const observer = observers[who % observers.length]!;
          if (kind === 'count') {
            const member = (members[who] ??= new WrittenMember(directory));
            const rows = member.model.families.get('jobs_total')?.rows;
            const queue = String(amount % 3);
            member.model.set(jobs, [queue], { cells: [(rows?.get(JSON.stringify([queue]))?.cells[0] ?? 0) + amount] });
            member.model.set(busy, [], { cells: [1] });
            member.write();
            truth += amount;
          } else if (kind === 'end') {
            members[who]?.close();
            delete members[who];
          } else if (kind === 'fold') {
            observer.roster.look(true);
            observer.roster.fold();
          } else {
            observers.push(new Observer(directory));
          }
          // Those who have written nothing newer are as they were: what is not answered is read when it is new.
          for (const { roster } of observers) for (const member of roster.known()) member.readFiles();
          for (const one of observers) {
            expect(one.total('jobs_total')).toBe(truth);
            expect(one.total('busy')).toBe(Object.keys(members).length);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('What is put into the ledger is removed, and nothing else is.', () => {
    const directory = GroupDirectory.open(temporaryDirectory());
    const [one, other] = [new WrittenMember(directory), new WrittenMember(directory)];
    one.model.set(jobs, ['a'], { cells: [1] });
    one.write();
    other.model.set(jobs, ['a'], { cells: [2] });
    other.write();
    const observer = new Observer(directory);
    one.close();
    observer.roster.look(true);
    observer.roster.fold();
    const names = readdirSync(directory.path);
    expect(names.filter((name) => name.includes(one.id))).toEqual([]);
    expect(names.filter((name) => name.includes(other.id))).toHaveLength(2);
    expect(names.filter((name) => name.includes('ledger'))).toHaveLength(1);
    expect(observer.total('jobs_total')).toBe(3);
  });
});
