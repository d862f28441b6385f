import process from 'node:process';
import { Aggregator } from '../aggregate/aggregator.js';
import { GroupMember } from '../aggregate/group/group-member.js';
import { checkGroupOptions } from '../aggregate/group/group-settings.js';
import { type MetricsServer, serve as serveMetrics } from '../expose/http-server.js';
import { TallystickError } from '../model/errors.js';
import type { Console } from './console.js';
import { RunError, printable } from './failures.js';
import { serveHelp } from './help.js';
import { readServeArguments } from './serve-arguments.js';

/**
 * `tallystick serve`: shows what the processes of a group count, until it is told to end.
 *
 * @returns 0
 * @throws UsageError; RunError where the directory cannot be used or the port is taken
 */
export function serve(args: readonly string[], console: Console): Promise<number> {
  return serveUntil(signalled, args, console);
}

/** @param ended resolves when it is to end; asked when it serves */
export async function serveUntil(ended: () => Promise<void>, args: readonly string[], console: Console): Promise<number> {
  const { help, dir, port, host, deadlineMilliseconds } = readServeArguments(args);
  if (help) {
    console.out(serveHelp);
    return 0;
  }
  const aggregator = new Aggregator({ name: 'serve', deadlineMilliseconds, onFault: (message, error) => console.error(`${printable(`${message}: ${error instanceof Error ? error.message : String(error)}`)}\n`) });
  let member: GroupMember | undefined;
  let server: MetricsServer;
  try {
    member = new GroupMember(aggregator, { ...checkGroupOptions('group', { dir, deadlineMilliseconds }), role: 'reader' });
    await member.start();
    server = await serveMetrics(aggregator.registry, { port, host, tls: undefined, scrape: {} });
  } catch (error) {
    await member?.close();
    if (error instanceof TallystickError) throw new RunError(printable(error.message));
    throw error;
  }
  console.error(`Serving the processes of ${printable(member.directory.path)} at ${server.url}\n`);
  await ended();
  await server.close();
  await member.close();
  aggregator.close();
  return 0;
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
