/**
 * What the thread of a metrics server runs. It knows the application by the memory it shares only.
 *
 * @module
 */
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { Aggregator } from '../aggregate/aggregator.js';
import { GroupMember } from '../aggregate/group/group-member.js';
import { TallystickError } from '../model/errors.js';
import type { Announcement } from '../registry/announcement.js';
import { type MetricsServer, serve } from './http-server.js';
import type { Command, Commission, Report } from './off-thread-messages.js';
import { beat } from './pulse.js';

const { name, deadlineMilliseconds, selfMetrics, settings, group, known, ledger, pulse } = workerData as Commission;

/** What the thread does beside putting together. */
interface Served {
  readonly member: GroupMember | undefined;
  readonly server: MetricsServer | undefined;
}

// Before anything that may take long.
beat(pulse);

/** Whether what is heard is new to the application, too. */
let isNew = false;
const aggregator = new Aggregator({
  name,
  selfMetrics,
  isScraped: settings !== undefined,
  ...(deadlineMilliseconds === undefined ? {} : { deadlineMilliseconds }),
  onFault: (message, error) => report({ kind: 'fault', message, error: sendable(error) }),
  onNews: (news) => {
    if (isNew) report({ kind: 'news', news });
  },
  onLedger: (left, absorbed) => report({ kind: 'ledger', ledger: left, absorbed }),
});
if (ledger !== undefined) aggregator.restore(ledger);
catchUp(known);
// One whose process has joined already is told of its threads by the one that has.
if (group?.role !== 'reader') aggregator.start();

const server: Promise<Served | undefined> = start().then(
  (started) => {
    report({ kind: 'listening', port: started.server?.port ?? -1 });
    return started;
  },
  (error: unknown) => {
    report({ kind: 'failed', code: error instanceof TallystickError ? error.code : 'INVALID_OPTIONS', message: error instanceof Error ? error.message : String(error) });
    leave();
    return undefined;
  },
);

parentPort!.on('message', (command: Command) => {
  if (command.kind === 'close') void server.then(end).then(leave);
  else if (command.kind === 'exit') void server.then(end).finally(() => release(command.done));
  else catchUp(command.missed);
});

async function start(): Promise<Served> {
  const member = group === undefined ? undefined : new GroupMember(aggregator, group);
  // What it serves is from its first answer on what the group has.
  await member?.start();
  try {
    return { member, server: settings === undefined ? undefined : await serve(aggregator.registry, settings) };
  } catch (error) {
    await member?.close();
    throw error;
  }
}

async function end(started: Served | undefined): Promise<void> {
  await Promise.all([started?.server?.close(), started?.member?.close()]);
}

/** The application waits for it. */
function release(done: Int32Array): void {
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
}

function catchUp(announcements: readonly Announcement[]): void {
  isNew = false;
  for (const announcement of announcements) aggregator.hear(announcement);
  isNew = true;
}

function report(what: Report): void {
  parentPort!.postMessage(what);
}

/** Nothing is left then that would keep the thread. */
function leave(): void {
  aggregator.close();
  // Deno's has none: what is left is then ended as a whole.
  if (typeof parentPort!.close === 'function') parentPort!.close();
  else process.exit();
}

/** What an error carries may be anything; its text can always be sent. */
function sendable(error: unknown): unknown {
  return error instanceof Error ? Object.assign(new Error(error.message), { name: error.name, stack: error.stack }) : error === undefined ? undefined : String(error);
}
