import { type NetConnectOpts, type Socket, connect } from 'node:net';
import { type StatsdPayload, packetOf } from './packer.js';
import type { Sender } from './sender.js';

/** How packets are told apart in a stream: lines end in a line feed; Datadog's agent wants the length of each packet before it. */
export type Framing = 'lines' | 'lengths';

/**
 * Sends packets through a connection, which is kept for the next ones and made again when it is lost. A packet counts as sent when this
 * machine has taken it: what is under way when a connection breaks is lost, as sending it again might count it twice.
 *
 * Source: for lengths, the pull request 20002 of DataDog/datadog-agent: 32 bits, the lowest byte first.
 */
export class StreamSender implements Sender {
  private readonly target: NetConnectOpts;
  private readonly framing: Framing;
  private socket: Socket | undefined;

  constructor(target: NetConnectOpts, framing: Framing) {
    this.target = target;
    this.framing = framing;
    this.socket = undefined;
  }

  async send(payload: StatsdPayload, signal: AbortSignal): Promise<void> {
    // A socket that was destroyed says so before its listeners hear of it.
    const socket = this.socket?.writable === true ? this.socket : await this.open(signal);
    // A receiver that does not read would keep the packet for ever.
    const abort = (): void => void socket.destroy(new Error('the receiver does not read in time'));
    signal.addEventListener('abort', abort);
    try {
      while (payload.sent < payload.ends.length) {
        signal.throwIfAborted();
        await written(socket, this.framed(packetOf(payload, payload.sent)));
        payload.sent += 1;
      }
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Resolves when the other side has been told that nothing more comes. */
  async close(): Promise<void> {
    const { socket } = this;
    this.socket = undefined;
    if (socket === undefined || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.end(() => resolve());
    });
    socket.destroySoon();
  }

  private async open(signal: AbortSignal): Promise<Socket> {
    signal.throwIfAborted();
    const socket = connect(this.target);
    socket.unref();
    socket.setNoDelay(true);
    // A receiver may talk; who does not listen would not learn that it has closed.
    socket.resume();
    const abort = (): void => void socket.destroy(new Error('the receiver does not answer in time'));
    signal.addEventListener('abort', abort);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.on('error', reject);
        socket.once('close', () => reject(new Error('the connection was closed')));
      });
    } finally {
      signal.removeEventListener('abort', abort);
    }
    this.socket = socket;
    socket.once('close', () => {
      if (this.socket === socket) this.socket = undefined;
    });
    return socket;
  }

  private framed(packet: Uint8Array): Uint8Array {
    const lengths = this.framing === 'lengths';
    const framed = new Uint8Array(packet.length + (lengths ? 4 : 1));
    framed.set(packet, lengths ? 4 : 0);
    if (lengths) new DataView(framed.buffer).setUint32(0, packet.length, true);
    else framed[packet.length] = 0x0a;
    return framed;
  }
}

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = (): void => reject(new Error('the connection was closed'));
    // The callback does not come where the socket is closed while it waits.
    socket.once('close', lost);
    socket.write(bytes, (error) => {
      socket.off('close', lost);
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}
