import { type Socket, createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { Sender } from './sender.js';
import type { StatsdPayload } from './packer.js';
import { sendPaced } from './pace.js';

/** Sends datagrams. Whether they arrive, nobody says; only what this machine refuses to send is an error. */
export class UdpSender implements Sender {
  private readonly host: string;
  private readonly port: number;
  private socket: Socket | undefined;
  /** 4 or 6, as the socket was made. */
  private family: number;

  constructor(host: string, port: number) {
    this.host = host;
    this.port = port;
    this.socket = undefined;
    this.family = 0;
  }

  async send(payload: StatsdPayload, signal: AbortSignal): Promise<void> {
    // Once a push: a socket would ask at each datagram.
    const { address, family } = await lookup(this.host);
    signal.throwIfAborted();
    const socket = this.open(family);
    await sendPaced(payload, signal, (packet) => new Promise((resolve, reject) => socket.send(packet, this.port, address, (error) => (error === null ? resolve() : reject(error)))));
  }

  close(): void {
    this.socket?.close();
    this.socket = undefined;
  }

  private open(family: number): Socket {
    if (this.socket !== undefined && this.family === family) return this.socket;
    this.close();
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    socket.unref();
    // Without a listener an error would end the program; the next push makes another socket.
    socket.on('error', () => {
      if (this.socket === socket) this.close();
    });
    this.socket = socket;
    this.family = family;
    return socket;
  }
}
