import { type Server, type Socket, createServer } from 'node:net';
import type { MemberUpdate } from './member-source.js';
import { type Question, decodeQuestion, encodeAnswerHeader, questionBytes } from './live-protocol.js';

/** Askers at a time; there is one connection for each other member that is asked to show the group. */
const mostConnections = 256;
/** How long an asker may take to put his question, or to take the answer. */
const idleMilliseconds = 10_000;

/** Answers other members with what this one has at the moment, whatever its application is doing. */
export class LiveServer {
  private readonly server: Server;
  private readonly sockets: Set<Socket>;
  private readonly answer: (question: Question) => Promise<MemberUpdate>;

  /** @param answer what to say; a rejection ends the connection without a word */
  constructor(answer: (question: Question) => Promise<MemberUpdate>) {
    this.answer = answer;
    this.sockets = new Set();
    this.server = createServer((socket) => this.serve(socket));
    this.server.maxConnections = mostConnections;
  }

  /** Rejects where it cannot listen there. It does not keep the process alive. */
  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(path, () => {
        this.server.off('error', reject);
        this.server.on('error', () => {});
        resolve();
      });
      this.server.unref();
    });
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.unref();
    socket.on('close', () => this.sockets.delete(socket));
    // An asker that has gone is his own business.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(idleMilliseconds, () => socket.destroy());
    let heard = Buffer.alloc(0);
    const listen = (bytes: Buffer): void => {
      heard = Buffer.concat([heard, bytes]);
      if (heard.length < questionBytes) return;
      socket.off('data', listen);
      socket.resume();
      this.reply(socket, heard).catch(() => socket.destroy());
    };
    socket.on('data', listen);
  }

  private async reply(socket: Socket, heard: Buffer): Promise<void> {
    const update = await this.answer(decodeQuestion(heard));
    if (socket.destroyed) return;
    socket.cork();
    socket.write(encodeAnswerHeader(update));
    socket.write(update.values);
    socket.end(update.log);
    socket.uncork();
  }
}
