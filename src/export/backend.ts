import type { FamilyView } from '../store/family-view.js';

/** Bytes that are ready to be sent, or to be sent again. */
export interface Payload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What of them can be counted, for instance series or data points; for the metrics of the push loop. */
  readonly items: number;
}

/**
 * What became of a payload: the receiver has it (perhaps without some of its items), it is to be sent again, not before so many seconds, or
 * it never will be taken. Reasons are few, and labels of metrics; what the receiver has said of it stands beside, for people.
 */
export type Outcome =
  | { readonly kind: 'sent'; readonly rejectedItems?: number; readonly reason?: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterSeconds?: number; readonly said?: string }
  | { readonly kind: 'drop'; readonly reason: string; readonly said?: string };

/** Where metrics are pushed to: what a protocol is to the {@link PushLoop}. It keeps no timer and no buffer of its own. */
export interface Backend {
  /** What `tallystick_push_…` calls it in the label `exporter`, for instance `otlp`. */
  readonly name: string;
  /** Whether a newer payload takes the place of an older one that waits: for protocols that carry the state of this moment only. */
  readonly keepsLatestOnly: boolean;
  /**
   * The payloads of a collection; none when there is nothing to tell. What it throws costs the rest of this collection only. One that comes in
   * parts is sent part by part, and no other collection begins before it has ended.
   */
  encode(views: readonly FamilyView[], wallSeconds: number): Iterable<Payload> | AsyncIterable<Payload>;
  /**
   * Sends one payload; the signal ends the attempt.
   *
   * @returns what became of it; what it throws counts as `retry`
   */
  send(payload: Payload, signal: AbortSignal): Promise<Outcome>;
  /** Payloads to end with at shutdown, for instance stale markers; sent after what waits. */
  farewell?(wallSeconds: number): Iterable<Payload> | AsyncIterable<Payload>;
  /** Gives back sockets and files. */
  close?(): void | Promise<void>;
}
