/**
 * What `tallystick/aggregate` exports. Nothing else imports this file.
 *
 * @module
 */
export { attach, attachWorker, type AttachOptions } from './attach.js';
