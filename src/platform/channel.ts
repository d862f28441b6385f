/** What there is of a broadcast channel where this runs. */
interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
  unref?(): void;
}

declare const BroadcastChannel: (new (name: string) => Channel) | undefined;

/** Whether threads of this process can hear each other. */
export const threadsCanTalk: boolean = typeof BroadcastChannel === 'function';

/**
 * Says something to whoever listens in other threads of the process. The channel is closed at once: what others say there is nothing to the one
 * who speaks, and would wait in its memory.
 */
export function broadcast(name: string, message: unknown): void {
  if (typeof BroadcastChannel !== 'function') return;
  const channel = new BroadcastChannel(name);
  channel.postMessage(message);
  channel.close();
}

/**
 * Listens to what other threads say, without keeping the process alive.
 *
 * @returns what ends it
 */
export function listen(name: string, hear: (message: unknown) => void): () => void {
  if (typeof BroadcastChannel !== 'function') return () => {};
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => hear(data);
  channel.unref?.();
  return () => channel.close();
}
