import { randomBytes } from 'node:crypto';
import { protocolVersion } from '../../registry/announcement.js';
import { formatVersion } from './log-format.js';

/** Everything that is ours in the directory of a group begins so; whatever else is there is left alone. */
const prefix = 'tallystick-';
const memberName = /^tallystick-(\d{1,10})-([0-9a-f]{16})\.(shape|values\.0|values\.1|sock|closed|tmp)$/;
const ledgerName = /^tallystick-ledger-(\d{1,9}\.\d{1,9})-(\d{1,15})$/;
/** Builds that cannot read each other's ledgers keep to their own. */
const ledgerVersion = `${formatVersion}.${protocolVersion}`;
const ledgerDraftName = /^tallystick-ledger-draft-(\d{1,10})-[0-9a-f]{16}$/;
/** Says that whoever leaves the directory last removes it. */
export const temporaryName: string = `${prefix}temporary`;

export type MemberFile = 'shape' | 'values.0' | 'values.1' | 'sock' | 'closed' | 'tmp';

/** What a name in the directory of a group means; undefined where it is not ours. */
export type Meaning =
  | { readonly kind: 'member'; readonly pid: number; readonly id: string; readonly file: MemberFile }
  | { readonly kind: 'ledger'; readonly number: number }
  /** A ledger of another version. */
  | { readonly kind: 'foreign ledger' }
  | { readonly kind: 'draft'; readonly pid: number }
  | { readonly kind: 'temporary' };

export function meaningOf(name: string): Meaning | undefined {
  if (!name.startsWith(prefix)) return undefined;
  if (name === temporaryName) return { kind: 'temporary' };
  const ledger = ledgerName.exec(name);
  if (ledger !== null) return ledger[1] === ledgerVersion ? { kind: 'ledger', number: Number(ledger[2]) } : { kind: 'foreign ledger' };
  const draft = ledgerDraftName.exec(name);
  if (draft !== null) return { kind: 'draft', pid: Number(draft[1]) };
  const member = memberName.exec(name);
  return member === null ? undefined : { kind: 'member', pid: Number(member[1]), id: member[2]!, file: member[3] as MemberFile };
}

export function memberFileName(pid: number, id: string, file: MemberFile): string {
  return `${prefix}${pid}-${id}.${file}`;
}

export function ledgerFileName(number: number): string {
  return `${prefix}ledger-${ledgerVersion}-${number}`;
}

/** The name of a ledger that is being written. */
export function ledgerDraftFileName(pid: number): string {
  return `${prefix}ledger-draft-${pid}-${newId()}`;
}

/** What tells a member from all others, those that had the same pid included. */
export function newId(): string {
  return randomBytes(8).toString('hex');
}
