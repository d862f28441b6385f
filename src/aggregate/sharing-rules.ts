import { TallystickError, show } from '../model/errors.js';
import { threadsCanTalk } from '../platform/channel.js';
import { memoryIsShared } from '../platform/memory.js';
import { defaultName } from '../registry/sharing.js';

/** Names become those of channels, which are told apart by what follows a colon. */
const shareName = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Refuses to begin where the threads of a process can share nothing.
 *
 * @param what has been asked for, as the error says it
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkThreads(what: string): void {
  const missing = memoryIsShared ? (threadsCanTalk ? undefined : 'BroadcastChannel') : 'SharedArrayBuffer';
  if (missing === undefined) return;
  throw new TallystickError('INVALID_OPTIONS', `${what}: this platform has no ${missing}, by which threads share what they count; leave it out, and each thread serves its own registry`);
}

/**
 * Checks the name under which registries are shared.
 *
 * @param otherwise what is meant where there is none
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkShareName(subject: string, name: unknown, otherwise: string = defaultName): string {
  if (name === undefined) return otherwise;
  if (typeof name === 'string' && shareName.test(name)) return name;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: name is ${show(name)}; give 1 to 64 letters, digits, "_", "." or "-", or leave it out`);
}
