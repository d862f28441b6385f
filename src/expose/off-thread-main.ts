/**
 * What the thread of a metrics server runs. It knows the application by the memory it shares only.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Aggregator } from '../aggregate/aggregator.js';
import { TallystickError } from '../model/errors.js';
import { type MetricsServer, serve } from './http-server.js';
import type { Command, Commission, Report } from './off-thread-messages.js';

const { name, deadlineMilliseconds, settings, known } = workerData as Commission;

const aggregator = new Aggregator({
  name,
  ...(deadlineMilliseconds === undefined ? {} : { deadlineMilliseconds }),
  onFault: (message, error) => report({ kind: 'fault', message, error: sendable(error) }),
});
aggregator.news = (news) => report({ kind: 'news', news });
for (const announcement of known) aggregator.hear(announcement);
aggregator.start();

const server: Promise<MetricsServer | undefined> = serve(aggregator.registry, settings).then(
  (started) => {
    report({ kind: 'listening', port: started.port });
    return started;
  },
  (error: unknown) => {
    report({ kind: 'failed', code: error instanceof TallystickError ? error.code : 'INVALID_OPTIONS', message: error instanceof Error ? error.message : String(error) });
    leave();
    return undefined;
  },
);

parentPort!.on('message', (command: Command) => {
  if (command.kind === 'close') void server.then((started) => started?.close()).then(leave);
  else for (const announcement of command.missed) aggregator.hear(announcement);
});

function report(what: Report): void {
  parentPort!.postMessage(what);
}

/** Nothing is left then that would keep the thread. */
function leave(): void {
  aggregator.close();
  parentPort!.close();
}

/** What an error carries may be anything; its text can always be sent. */
function sendable(error: unknown): unknown {
  return error instanceof Error ? Object.assign(new Error(error.message), { name: error.name, stack: error.stack }) : error === undefined ? undefined : String(error);
}
