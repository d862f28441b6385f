import { spawnSync } from 'node:child_process';
import { Checkpoint } from '../../../src/aggregate/group/checkpoint.js';
import type { GroupDirectory } from '../../../src/aggregate/group/directory.js';
import { LogWriter } from '../../../src/aggregate/group/log-writer.js';
import { newId } from '../../../src/aggregate/group/names.js';
import { writeOwnFile } from '../../../src/aggregate/group/own-files.js';
import { type ProcessIdentity, ownIdentity } from '../../../src/aggregate/group/process-identity.js';
import { encodeValues } from '../../../src/aggregate/group/values-writer.js';
import { ModelSource, strictMerger } from './model-source.js';

/** A member that has nothing but its files, and says in them what a test wants. */
export class WrittenMember {
  readonly id: string;
  readonly identity: ProcessIdentity;
  readonly model: ModelSource;
  readonly log: LogWriter;
  private readonly merger = strictMerger();
  private readonly checkpoint: Checkpoint;
  private readonly directory: GroupDirectory;
  private sequence = 0;

  constructor(directory: GroupDirectory, identity: ProcessIdentity = ownIdentity(), id: string = newId()) {
    this.directory = directory;
    this.id = id;
    this.identity = identity;
    this.model = new ModelSource(`process ${identity.pid}`);
    this.log = new LogWriter({ ...identity, id, role: 'writer' }, 1);
    this.checkpoint = new Checkpoint(directory, identity.pid, id, (error) => {
      throw error;
    });
  }

  write(): void {
    this.merger.run([this.model]);
    this.log.update(this.merger);
    this.checkpoint.write(this.log, encodeValues(this.log, { id: this.id, sequence: ++this.sequence, wallSeconds: 1e9 }, true), 0);
  }

  close(): void {
    this.write();
    writeOwnFile(this.directory.memberFile(this.identity.pid, this.id, 'closed'), new Uint8Array(0));
  }
}

/** A process that has ended. */
export function deadIdentity(): ProcessIdentity {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return { ...ownIdentity(), pid };
}
