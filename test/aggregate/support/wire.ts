import { LogWriter } from '../../../src/aggregate/group/log-writer.js';
import type { MemberRole } from '../../../src/aggregate/group/log-format.js';
import type { MemberUpdate } from '../../../src/aggregate/group/member-source.js';
import { encodeValues } from '../../../src/aggregate/group/values-writer.js';
import type { Merger } from '../../../src/aggregate/merger.js';

/** A member as others hear of it: what a merger has, as bytes. */
export class Wire {
  readonly log: LogWriter;
  readonly id: string;
  private sequence: number;

  constructor(id = '0123456789abcdef', role: MemberRole = 'writer', pid = 4711) {
    this.id = id;
    this.log = new LogWriter({ id, role, pid, startTime: 12.5, boot: 1, namespace: 2 }, 1);
    this.sequence = 0;
  }

  /** What has come since a moment of which this much was known, and the values of now. */
  update(merger: Merger, known: { readonly epoch: number; readonly bytes: number } = { epoch: 0, bytes: 0 }): MemberUpdate {
    this.log.update(merger);
    const values = encodeValues(this.log, { id: this.id, sequence: ++this.sequence, wallSeconds: 1e9 }, true);
    const logFrom = known.epoch === this.log.epoch ? known.bytes : 0;
    return { logFrom, log: this.log.bytes().slice(logFrom), values };
  }
}
