/**
 * What `tallystick/statsd` exports: metrics sent as StatsD or DogStatsD lines.
 *
 * @module
 */
import { nextTurn } from '../../platform/timers.js';
import { type Registry, defaultRegistry, oneRegistry } from '../../registry/registry.js';
import type { FamilyView } from '../../store/family-view.js';
import type { Backend, Outcome, Payload } from '../backend.js';
import { PushLoop, type Pusher } from '../push-loop.js';
import { StatsdEncoder } from './encoder.js';
import { type StatsdOptions, type StatsdSettings, statsdSettings, subject } from './options.js';
import type { StatsdPayload } from './packer.js';
import type { Sender } from './sender.js';
import { StreamSender } from './stream-sender.js';
import { UdpSender } from './udp-sender.js';
import { UnixDatagramSender } from './unix-datagram-sender.js';

export type { StatsdDialect, StatsdOptions, StatsdProtocol, UnixDatagramSocket } from './options.js';
export type { PushOptions, Pusher, Schedule } from '../push-loop.js';

/** As often as Etsy's server passes on what it has received. */
const defaults = { intervalSeconds: 10, timeoutSeconds: 5 };

/**
 * Sends metrics again and again as StatsD lines, from now on: what counters and histograms have risen by since the last push, and gauges as they
 * are. What a counter had counted before comes with the first push. Nothing it meets is thrown into the program.
 *
 * @example
 * const statsd = startStatsd({ dialect: 'dogstatsd', prefix: 'shop.', tags: { env: 'prod' } });
 * await statsd.shutdown();
 *
 * @throws TallystickError `INVALID_OPTIONS`
 *
 * Source: Etsy's StatsD, "StatsD Metric Types"; Datadog, "DogStatsD", "Datagram format".
 */
export function startStatsd(options: StatsdOptions = {}): Pusher {
  const settings = statsdSettings(options);
  const registry = oneRegistry(options.registry ?? defaultRegistry);
  return new PushLoop(subject, new StatsdBackend(settings, registry), options, defaults);
}

class StatsdBackend implements Backend {
  readonly name = 'statsd';
  /** What counters have risen by is lost with the payload that says so. */
  readonly keepsLatestOnly = false;
  private readonly encoder: StatsdEncoder;
  private readonly sender: Sender;

  constructor(settings: StatsdSettings, registry: Registry) {
    this.encoder = new StatsdEncoder(settings, (name) => registry.warn(`${subject}: a line of ${JSON.stringify(name)} is longer than ${settings.maxPacketBytes} bytes, and is left out`, undefined));
    this.sender = senderFor(settings);
  }

  async *encode(views: readonly FamilyView[]): AsyncGenerator<Payload, void, undefined> {
    // Series stay where they are while the event loop runs in between.
    for (const { table } of views) table.hold();
    try {
      for (const part of this.encoder.encode(views)) {
        if (part !== undefined) yield part;
        await nextTurn();
      }
    } finally {
      for (const { table } of views) table.release();
    }
  }

  async send(payload: Payload, signal: AbortSignal): Promise<Outcome> {
    // What this backend has encoded.
    await this.sender.send(payload as StatsdPayload, signal);
    return { kind: 'sent' };
  }

  close(): void | Promise<void> {
    return this.sender.close();
  }
}

function senderFor(settings: StatsdSettings): Sender {
  switch (settings.protocol) {
    case 'udp':
      return new UdpSender(settings.host, settings.port);
    case 'tcp':
      return new StreamSender({ host: settings.host, port: settings.port }, 'lines');
    case 'unix-stream':
      return new StreamSender({ path: settings.path }, settings.dialect === 'dogstatsd' ? 'lengths' : 'lines');
    case 'unix-datagram':
      return new UnixDatagramSender(settings.createSocket!, settings.path);
  }
}
