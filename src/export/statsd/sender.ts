import type { StatsdPayload } from './packer.js';

/** Sends packets one after the other, and notes each of them as sent. */
export interface Sender {
  /** Sends what of the payload has not been sent; what it throws ends the attempt, as the signal does. */
  send(payload: StatsdPayload, signal: AbortSignal): Promise<void>;
  close(): void | Promise<void>;
}
