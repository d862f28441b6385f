import { readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Checkpoint } from '../../../src/aggregate/group/checkpoint.js';
import { GroupDirectory } from '../../../src/aggregate/group/directory.js';
import { readMemberFiles } from '../../../src/aggregate/group/member-file-reader.js';
import { MemberSource } from '../../../src/aggregate/group/member-source.js';
import type { MemberFile } from '../../../src/aggregate/group/names.js';
import { temporaryDirectory } from '../support/directories.js';
import { ModelSource, contentsOf, shape, strictMerger } from '../support/model-source.js';
import { Wire } from '../support/wire.js';

const jobs = shape({ name: 'jobs_total', labelNames: ['queue'] });
const pid = 4711;
const id = '0123456789abcdef';
const entry = { pid, id, files: new Set<MemberFile>() };

/** Who writes, and who reads what was written. */
class Desk {
  readonly directory = GroupDirectory.open(temporaryDirectory());
  readonly warnings: unknown[] = [];
  readonly model = new ModelSource();
  readonly merger = strictMerger();
  readonly wire = new Wire(id, 'writer', pid);
  readonly checkpoint = new Checkpoint(this.directory, pid, id, (error) => this.warnings.push(error));

  write(now = 0, isUrgent = false): void {
    this.merger.run([this.model]);
    const { values } = this.wire.update(this.merger);
    this.checkpoint.write(this.wire.log, values, now, isUrgent);
  }

  /** What somebody finds who looks now. */
  found(): unknown {
    const member = new MemberSource('process 4711', id);
    const update = readMemberFiles(this.directory, entry, -Infinity);
    if (update !== undefined) member.take(update);
    const merger = strictMerger();
    merger.run([member]);
    return contentsOf(merger);
  }

  path(file: MemberFile): string {
    return this.directory.memberFile(pid, id, file);
  }
}

describe('A checkpoint', () => {
  test('What was written is found, however often and after whatever changes.', () => {
    const desk = new Desk();
    for (let turn = 0; turn < 5; turn++) {
      desk.model.set(jobs, [String(turn)], { cells: [turn] });
      desk.model.families.get('jobs_total')!.rows.delete(JSON.stringify([String(turn - 2)]));
      desk.write();
      expect(desk.found()).toEqual(contentsOf(desk.merger));
    }
    expect(statSync(desk.path('shape')).mode & 0o777).toBe(0o600);
  });

  test('Nothing is written where nothing has changed.', () => {
    const desk = new Desk();
    desk.model.set(jobs, ['a'], { cells: [1] });
    desk.write();
    desk.write();
    expect(() => statSync(desk.path('values.1'))).toThrow(/ENOENT/);
    desk.model.set(jobs, ['a'], { cells: [2] });
    desk.write();
    expect(statSync(desk.path('values.1')).size).toBeGreaterThan(0);
  });

  test('Wherever a write breaks off, what was written before is found.', () => {
    const desk = new Desk();
    desk.model.set(jobs, ['a'], { cells: [1] });
    desk.write();
    const before = { found: desk.found(), shape: readFileSync(desk.path('shape')) };
    desk.model.set(jobs, ['b'], { cells: [2] });
    desk.write();
    const after = { found: desk.found(), shape: readFileSync(desk.path('shape')), values: readFileSync(desk.path('values.1')) };
    // First the log grows, then the values are written.
    for (let length = before.shape.length; length <= after.shape.length; length++) {
      writeFileSync(desk.path('shape'), after.shape.subarray(0, length));
      unlinkSync(desk.path('values.1'));
      writeFileSync(desk.path('values.1'), '');
      expect(desk.found()).toEqual(before.found);
    }
    for (let length = 0; length < after.values.length; length++) {
      writeFileSync(desk.path('values.1'), after.values.subarray(0, length));
      expect(desk.found()).toEqual(before.found);
    }
    writeFileSync(desk.path('values.1'), after.values);
    expect(desk.found()).toEqual(after.found);
  });

  test('A log that was begun anew takes the place of the other one at once.', () => {
    const desk = new Desk();
    for (let turn = 0; turn < 6; turn++) {
      desk.model.families.clear();
      for (let i = 0; i < 1000; i++) desk.model.set(jobs, [`${turn} ${i}`], { cells: [i] });
      desk.write();
      expect(desk.found()).toEqual(contentsOf(desk.merger));
    }
    expect(desk.wire.log.epoch).toBeGreaterThan(1);
  });

  test('It is written again where somebody has swept the directory.', () => {
    const desk = new Desk();
    desk.model.set(jobs, ['a'], { cells: [1] });
    desk.write();
    unlinkSync(desk.path('shape'));
    unlinkSync(desk.path('values.0'));
    desk.model.set(jobs, ['a'], { cells: [2] });
    desk.write();
    expect(desk.found()).toEqual(contentsOf(desk.merger));
  });

  test.skipIf(process.platform !== 'linux')('A full disk is said once, tried again later and later, and over when there is room again.', () => {
    const desk = new Desk();
    let isFull = true;
    const memberFile = desk.directory.memberFile.bind(desk.directory);
    // Whatever is written there, the disk is full (full(4)).
    desk.directory.memberFile = (...args) => (isFull && args[2] !== 'shape' ? '/dev/full' : memberFile(...args));
    desk.model.set(jobs, ['a'], { cells: [1] });
    const attempts: number[] = [];
    for (let now = 0; now < 20_000; now += 500) {
      const before = desk.warnings.length;
      desk.write(now);
      expect(desk.checkpoint.isFailing).toBe(true);
      if (desk.warnings.length > before) attempts.push(now);
    }
    expect(attempts).toEqual([0]);
    expect(desk.warnings).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
    isFull = false;
    desk.write(20_100);
    expect(desk.checkpoint.isFailing).toBe(true);
    // The end of a process does not wait for its turn.
    desk.write(20_200, true);
    expect(desk.checkpoint.isFailing).toBe(false);
    expect(desk.found()).toEqual(contentsOf(desk.merger));
  });
});
