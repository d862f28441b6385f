import { TallystickError, list, show } from '../../model/errors.js';
import { type LabelValue, labelText } from '../../model/labels.js';
import { checkOptions } from '../../model/options.js';
import { type PushOptions, pushOptionNames } from '../push-settings.js';

/** How StatsD is spoken: as Etsy's server and most others understand it, or with tags, as Datadog's agent, Telegraf and Vector do. */
export type StatsdDialect = 'statsd' | 'dogstatsd';

/** How lines travel; see {@link StatsdOptions.createSocket} for `unix-datagram`. */
export type StatsdProtocol = 'udp' | 'tcp' | 'unix-stream' | 'unix-datagram';

/** A socket for Unix datagrams, as the package `unix-dgram` has it; Node.js has none of its own. */
export interface UnixDatagramSocket {
  send(bytes: Buffer, offset: number, length: number, path: string, callback: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): unknown;
}

export interface StatsdOptions extends PushOptions {
  /** Default: `statsd`. */
  readonly dialect?: StatsdDialect;
  /** Default: `udp`. */
  readonly protocol?: StatsdProtocol;
  /** For UDP and TCP; default `127.0.0.1`. A name is looked up at each push. */
  readonly host?: string;
  /** For UDP and TCP; default 8125. */
  readonly port?: number;
  /** For Unix sockets: where the socket is. */
  readonly path?: string;
  /** For `unix-datagram`: makes a socket, for instance `() => unixDgram.createSocket('unix_dgram')`. */
  readonly createSocket?: () => UnixDatagramSocket;
  /** What all names begin with, for instance `shop.`; letters, digits, `_`, `.` and `-`. */
  readonly prefix?: string;
  /** Tags of every line; DogStatsD only. */
  readonly tags?: Readonly<Record<string, LabelValue>>;
  /**
   * How plain StatsD, which has no labels, shows them: their names and values in turn (`requests.method.GET`, default), or their values only
   * (`requests.GET`).
   */
  readonly labels?: 'pairs' | 'values';
  /**
   * What is sent of histograms: what `_count` and `_sum` have risen by (default), what each bucket has risen by beside, an approximate timing for
   * each bucket, or nothing. See `docs/statsd.md`.
   */
  readonly histograms?: 'sum-count' | 'buckets' | 'timings' | 'off';
  /** Bytes of a datagram at the most, 64 to 65 507; default 1432 for UDP, so that it fits any Ethernet, 8192 for the others. */
  readonly maxPacketBytes?: number;
}

/** Options that have been checked, with defaults filled in. */
export interface StatsdSettings {
  readonly dialect: StatsdDialect;
  readonly protocol: StatsdProtocol;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly createSocket: (() => UnixDatagramSocket) | undefined;
  readonly prefix: string;
  readonly tags: readonly (readonly [name: string, value: string])[];
  readonly labels: 'pairs' | 'values';
  readonly histograms: 'sum-count' | 'buckets' | 'timings' | 'off';
  readonly maxPacketBytes: number;
}

export const subject = 'statsd';
const ownNames = ['dialect', 'protocol', 'host', 'port', 'path', 'createSocket', 'prefix', 'tags', 'labels', 'histograms', 'maxPacketBytes'];

/** @throws TallystickError `INVALID_OPTIONS` */
export function statsdSettings(options: StatsdOptions): StatsdSettings {
  checkOptions(subject, options, [...ownNames, ...pushOptionNames]);
  const dialect = oneOf('dialect', options.dialect ?? 'statsd', ['statsd', 'dogstatsd']);
  const protocol = oneOf('protocol', options.protocol ?? 'udp', ['udp', 'tcp', 'unix-stream', 'unix-datagram']);
  const { host = '127.0.0.1', port = 8125, path, createSocket, prefix = '', tags, maxPacketBytes = protocol === 'udp' ? 1432 : 8192 } = options;
  const isUnix = protocol.startsWith('unix');
  if (isUnix ? typeof path !== 'string' || path === '' || path.includes('\0') : path !== undefined) refuse('path', path, isUnix ? 'give the path of the socket' : `${protocol} has none; give host and port, or the protocol "unix-stream"`);
  if (typeof host !== 'string' || !/^[\w.:%-]+$/.test(host)) refuse('host', host, 'give a name or an address, without a port');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) refuse('port', port, 'give a whole number from 1 to 65535');
  if (protocol === 'unix-datagram' ? typeof createSocket !== 'function' : createSocket !== undefined) {
    refuse('createSocket', createSocket, protocol === 'unix-datagram' ? "Node.js has no Unix datagrams of its own; give a function that makes a socket, for instance () => unixDgram.createSocket('unix_dgram') with the package unix-dgram, or the protocol \"unix-stream\"" : 'only the protocol "unix-datagram" takes one');
  }
  if (typeof prefix !== 'string' || !/^[\w.-]*$/.test(prefix)) refuse('prefix', prefix, 'use letters, digits, "_", "." and "-"');
  if (!Number.isInteger(maxPacketBytes) || maxPacketBytes < 64 || maxPacketBytes > 65_507) refuse('maxPacketBytes', maxPacketBytes, 'give a whole number from 64 to 65507');
  return {
    dialect,
    protocol,
    host,
    port,
    path: path ?? '',
    createSocket,
    prefix,
    tags: checkTags(dialect, tags),
    labels: oneOf('labels', options.labels ?? 'pairs', ['pairs', 'values']),
    histograms: oneOf('histograms', options.histograms ?? 'sum-count', ['sum-count', 'buckets', 'timings', 'off']),
    maxPacketBytes,
  };
}

function checkTags(dialect: StatsdDialect, tags: unknown): readonly (readonly [string, string])[] {
  if (tags === undefined) return [];
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return refuse('tags', tags, 'give an object, for instance { env: "prod" }');
  if (dialect !== 'dogstatsd') return refuse('tags', tags, 'plain StatsD has no tags; give a prefix, or the dialect "dogstatsd"');
  return Object.entries(tags).map(([name, given]: [string, unknown]) => [name, labelText(given) ?? refuse(`tag ${show(name)}`, given, 'give a string, number, boolean or bigint')]);
}

function oneOf<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  return allowed.includes(value) ? value : refuse(option, value, `the choices are ${list(allowed)}`);
}

function refuse(option: string, value: unknown, way: string): never {
  throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(value)}; ${way}`);
}
