import { nextTurn } from '../../platform/timers.js';
import { type StatsdPayload, packetOf } from './packer.js';

/** Datagrams sent in one turn: 45 kB at the usual size, so that a receiver, whose buffer holds some 200 kB, has its turn, too. */
const packetsPerTurn = 32;

/** Sends the packets that are left, in order, and lets others have their turn in between. */
export async function sendPaced(payload: StatsdPayload, signal: AbortSignal, sendOne: (packet: Uint8Array<ArrayBuffer>) => Promise<void>): Promise<void> {
  for (let inTurn = 1; payload.sent < payload.ends.length; inTurn++) {
    signal.throwIfAborted();
    await sendOne(packetOf(payload, payload.sent));
    // Whoever comes late does not count: another attempt may be at this packet.
    signal.throwIfAborted();
    payload.sent += 1;
    if (inTurn % packetsPerTurn === 0) await nextTurn();
  }
}
