import type { UnixDatagramSocket } from './options.js';
import type { StatsdPayload } from './packer.js';
import { sendPaced } from './pace.js';
import type { Sender } from './sender.js';

/** Sends datagrams to a Unix socket through a socket that was handed in. */
export class UnixDatagramSender implements Sender {
  private readonly create: () => UnixDatagramSocket;
  private readonly path: string;
  private socket: UnixDatagramSocket | undefined;

  constructor(create: () => UnixDatagramSocket, path: string) {
    this.create = create;
    this.path = path;
    this.socket = undefined;
  }

  async send(payload: StatsdPayload, signal: AbortSignal): Promise<void> {
    const socket = (this.socket ??= this.open());
    await sendPaced(payload, signal, (packet) => new Promise((resolve, reject) => {
      const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
      socket.send(bytes, 0, bytes.length, this.path, (error) => (error === undefined || error === null ? resolve() : reject(error)));
    }));
  }

  close(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
  }

  private open(): UnixDatagramSocket {
    const socket = this.create();
    socket.on('error', () => {
      if (this.socket === socket) this.close();
    });
    return socket;
  }
}
