/**
 * What `tallystick/textfile` exports. Nothing else imports this file.
 *
 * @module
 */
export { type DefaultTextfileOptions, defaultTextfilePath, writeDefaultTextfile } from './default-textfile.js';
export { type TextfileOptions, startTextfile, writeTextfile } from './textfile.js';
export type { PushOptions, Pusher, Schedule } from './push-loop.js';
