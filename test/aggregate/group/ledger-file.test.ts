import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DamageError, VersionError } from '../../../src/aggregate/group/damage.js';
import { GroupDirectory } from '../../../src/aggregate/group/directory.js';
import { commitLedger, encodeLedger, readLedger } from '../../../src/aggregate/group/ledger-file.js';
import { ownIdentity } from '../../../src/aggregate/group/process-identity.js';
import { Roster } from '../../../src/aggregate/group/roster.js';
import type { Source } from '../../../src/aggregate/source.js';
import { temporaryDirectory } from '../support/directories.js';
import { ModelSource, contentsOf, shape, strictMerger } from '../support/model-source.js';
import { WrittenMember } from '../support/written-member.js';

const jobs = shape({ name: 'jobs_total', labelNames: ['queue'] });
const busy = shape({ name: 'busy', type: 'gauge' });
const fail = (where: string, error: unknown): never => {
  throw new Error(`${where}: ${String(error)}`);
};

function model(count: number): ModelSource {
  const source = new ModelSource();
  source.set(jobs, ['a'], { cells: [count] });
  source.set(busy, [], { cells: [1] });
  return source;
}

/** Who shows what there is in a directory. */
function observe(at: GroupDirectory): { readonly roster: Roster; readonly total: () => unknown } {
  const sources = new Set<Source>();
  // Ids are the least there are: each of them thinks that it is the one who has to do it.
  const roster = new Roster(at, ownIdentity(), `00000000${Math.random().toString(16).slice(2, 10).padEnd(8, '0')}`, { add: (source) => sources.add(source), remove: (source) => sources.delete(source) }, fail, fail);
  const total = (): unknown => {
    roster.look(true);
    const merger = strictMerger();
    for (const source of sources) source.forget?.();
    merger.run(sources);
    return (contentsOf(merger).jobs_total as { rows: Record<string, { cells: number[] }> }).rows['["a"]']!.cells[0];
  };
  return { roster, total };
}

describe('A ledger', () => {
  test('It has what was counted, without gauges, and says whose it is.', () => {
    const directory = GroupDirectory.open(temporaryDirectory());
    expect(commitLedger(directory, 1, encodeLedger([model(2), model(3)], ['00000000000000aa'], ownIdentity(), 5, fail), 1)).toBe(true);
    const ledger = readLedger(directory, 1)!;
    expect([...ledger.contains]).toEqual(['00000000000000aa']);
    const merger = strictMerger();
    merger.run([ledger]);
    expect(contentsOf(merger)).toMatchObject({ jobs_total: { rows: { '["a"]': { cells: [5] } } } });
    expect(merger.families.has('busy')).toBe(false);
    expect(readLedger(directory, 2)).toBeUndefined();
  });

  test('Of two of the same number the first one stands, and one that comes too late is void.', () => {
    const directory = GroupDirectory.open(temporaryDirectory());
    const [first, second] = [1, 2].map((count) => encodeLedger([model(count)], [], ownIdentity(), 5, fail));
    expect(commitLedger(directory, 7, first!, 1)).toBe(true);
    expect(commitLedger(directory, 7, second!, 1)).toBe(false);
    expect(readFileSync(directory.ledgerFile(7))).toEqual(Buffer.from(first!));
    expect(commitLedger(directory, 6, second!, 1)).toBe(false);
    expect(readdirSync(directory.path)).toHaveLength(1);
  });

  test('Every byte that is changed or missing is noticed.', () => {
    const directory = GroupDirectory.open(temporaryDirectory());
    const bytes = encodeLedger([model(2)], ['00000000000000aa'], ownIdentity(), 5, fail);
    // Nothing is kept in what is left free in the header, or fills up to a multiple of 8.
    const logBytes = Number(new DataView(bytes.buffer).getFloat64(16, true));
    const isFree = (at: number): boolean => (at >= 12 && at < 16) || (at >= 24 && at < 32) || (at >= 32 + logBytes && at < ((32 + logBytes + 7) & ~7));
    for (let at = 0; at < bytes.length; at++) {
      if (isFree(at)) continue;
      const changed = bytes.slice();
      changed[at]! ^= 0x10;
      writeFileSync(directory.ledgerFile(1), changed);
      expect(() => readLedger(directory, 1), String(at)).toThrow(Error);
      writeFileSync(directory.ledgerFile(1), bytes.subarray(0, at));
      expect(() => readLedger(directory, 1), String(at)).toThrow(DamageError);
    }
    expect(VersionError.prototype).toBeInstanceOf(Error);
  });

  test('A member whose files are still there counts once, and they are removed by the next one who looks after it.', () => {
    const directory = GroupDirectory.open(temporaryDirectory());
    const member = new WrittenMember(directory);
    member.model.set(jobs, ['a'], { cells: [5] });
    member.write();
    member.close();
    const killed = observe(directory);
    killed.roster.look(true);
    // It ends between two calls, after the ledger was put in force.
    directory.removeMember = () => {
      throw new Error('killed');
    };
    expect(() => killed.roster.fold()).toThrow('killed');
    delete (directory as Partial<Pick<GroupDirectory, 'removeMember'>>).removeMember;
    expect(readdirSync(directory.path).filter((name) => name.includes(member.id)).length).toBeGreaterThan(0);
    const later = observe(directory);
    expect(later.total()).toBe(5);
    later.roster.fold();
    expect(later.total()).toBe(5);
    expect(readdirSync(directory.path)).toHaveLength(1);
  });

  test.each(['list', 'ledgerFile'] as const)('Of two members that make one at the same time one gives way, and nothing is counted twice or lost (the other comes between at %s).', (between) => {
    const directory = GroupDirectory.open(temporaryDirectory());
    const members = [1, 10, 100].map((count) => {
      const member = new WrittenMember(directory);
      member.model.set(jobs, ['a'], { cells: [count] });
      member.write();
      return member;
    });
    const interrupted = Object.create(directory) as GroupDirectory;
    const one = observe(interrupted);
    const other = observe(directory);
    expect([one.total(), other.total()]).toEqual([111, 111]);
    for (const member of members.slice(0, 2)) member.close();
    one.roster.look(true);
    other.roster.look(true);
    let isFirst = true;
    interrupted[between] = ((...args: [number]) => {
      if (isFirst) {
        isFirst = false;
        other.roster.fold();
      }
      return (directory[between] as (...given: [number]) => unknown)(...args);
    }) as never;
    one.roster.fold();
    expect(isFirst).toBe(false);
    for (let turn = 0; turn < 3; turn++) {
      expect([one.total(), other.total()]).toEqual([111, 111]);
      one.roster.fold();
      other.roster.fold();
    }
    expect(observe(directory).total()).toBe(111);
    expect(readdirSync(directory.path).filter((name) => name.includes('ledger'))).toHaveLength(1);
    expect(readdirSync(directory.path).filter((name) => name.endsWith('.shape'))).toHaveLength(1);
  });
});
