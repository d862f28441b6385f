import type { GroupMemberSettings } from '../aggregate/group/group-member.js';
import type { LedgerNews } from '../aggregate/ledger.js';
import type { ErrorCode } from '../model/errors.js';
import type { Announcement } from '../registry/announcement.js';
import type { ServerSettings } from './http-server.js';

/** What the server's thread is given when it is started. */
export interface Commission {
  readonly name: string;
  readonly deadlineMilliseconds: number | undefined;
  /** Undefined where it only puts together, and others serve. */
  readonly settings: ServerSettings | undefined;
  /** Undefined where the process is by itself. */
  readonly group: GroupMemberSettings | undefined;
  /** Whether the endpoint tells of itself. */
  readonly selfMetrics: boolean;
  /** What the thread before it knew of sources. */
  readonly known: readonly Announcement[];
  /** What those had counted who had ended by then. */
  readonly ledger: LedgerNews | undefined;
  /** On which it shows that it goes on. */
  readonly pulse: Int32Array;
}

/** What the application says to the server's thread. */
export type Command =
  /** The process ends as soon as the integer is not 0 any more. */
  | { readonly kind: 'exit'; readonly done: Int32Array }
  | { readonly kind: 'close' }
  /** What was said while the thread was starting. */
  | { readonly kind: 'missed'; readonly missed: readonly Announcement[] };

/** What the server's thread says to the application. */
export type Report =
  /** It serves, or is a member of its group; the port is -1 where it serves nobody. */
  | { readonly kind: 'listening'; readonly port: number }
  /** It cannot serve, and ends. */
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
  /** Something to be logged, as the registry logs faults. */
  | { readonly kind: 'fault'; readonly message: string; readonly error: unknown }
  /** Something its successor would have to know. */
  | { readonly kind: 'news'; readonly news: Announcement }
  /** Sources have ended, and all that ever have left this. */
  | { readonly kind: 'ledger'; readonly ledger: LedgerNews; readonly absorbed: readonly string[] };
