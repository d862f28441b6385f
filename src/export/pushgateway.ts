import { TallystickError, show } from '../model/errors.js';
import { type LabelValue, labelText } from '../model/labels.js';
import { isLegacyLabelName } from '../model/names.js';
import { checkOptions } from '../model/options.js';
import { decodeUtf8, encodeUtf8, wellFormed } from '../platform/byte-buffer.js';
import type { Clock } from '../platform/clock.js';
import { deadlinePassed, withDeadline } from '../platform/timers.js';
import { type Registry, defaultRegistry, oneRegistry } from '../registry/registry.js';
import type { FamilyView } from '../store/family-view.js';
import { escapeFamilies } from '../format/escaping.js';
import { writeViews } from '../format/expose.js';
import { formatFor } from '../format/formats.js';
import { type Authorization, checkUrl, requestHeaders } from './authorization.js';
import type { Backend, Outcome, Payload } from './backend.js';
import { type Fetch, outcomeOf, request } from './http-transport.js';
import { PushLoop, type Pusher } from './push-loop.js';
import { type PushOptions, pushOptionNames, pushSettings } from './push-settings.js';
import { withoutTimestamps } from './timestamps.js';

export type { Authorization } from './authorization.js';
export type { Fetch } from './http-transport.js';
export type { PushOptions, Pusher, Schedule } from './push-loop.js';

export interface PushgatewayOptions extends PushOptions {
  /** For instance `http://pushgateway:9091`; a path before `/metrics` may be part of it. */
  readonly url: string;
  /** The group's `job` label; any text but an empty one. */
  readonly job: string;
  /** Further labels of the group, for instance `{ instance: 'worker-1' }`; any text as values. */
  readonly grouping?: Readonly<Record<string, LabelValue>>;
  /** Default: `text-0.0.4`. */
  readonly format?: 'text-0.0.4' | 'protobuf';
  readonly auth?: Authorization;
  readonly headers?: Readonly<Record<string, string>>;
  /** What sends requests; the platform's `fetch` when left out. */
  readonly fetch?: Fetch;
}

const subject = 'pushgateway';
const defaults = { intervalSeconds: 15, timeoutSeconds: 5 };
/** Tried again: what a gateway or a proxy before it says when it is overloaded, restarts, or is down. */
const isPassing = (status: number): boolean => status === 429 || status >= 500;

/**
 * Pushes to a Prometheus Pushgateway: for jobs that end before anybody could scrape them.
 *
 * @example
 * const gateway = new Pushgateway({ url: 'http://127.0.0.1:9091', job: 'nightly', grouping: { instance: 'a/b' } });
 *
 * Source: Pushgateway, "API".
 */
export class Pushgateway {
  private readonly registry: Registry;
  private readonly options: PushgatewayOptions;
  private readonly backend: PushgatewayBackend;
  private readonly timeoutSeconds: number;

  /** @throws TallystickError `INVALID_OPTIONS` */
  constructor(options: PushgatewayOptions) {
    checkOptions(subject, options, ['url', 'job', 'grouping', 'format', 'auth', 'headers', 'fetch', ...pushOptionNames]);
    const { clock, timeoutSeconds } = pushSettings(subject, options, defaults);
    this.timeoutSeconds = timeoutSeconds;
    this.registry = oneRegistry(options.registry ?? defaultRegistry);
    this.options = options;
    this.backend = new PushgatewayBackend(options, this.registry, clock);
  }

  /**
   * Replaces all metrics of the group by those of the registry, once.
   *
   * @throws TallystickError `PUSH_FAILED` (as a rejection) when the gateway does not take them
   */
  push(): Promise<void> {
    return this.once('PUT');
  }

  /** Replaces the metrics of the group that the registry has, and leaves the others; throws as {@link push}. */
  add(): Promise<void> {
    return this.once('POST');
  }

  /** Deletes the group with all its metrics; throws as {@link push}. */
  delete(): Promise<void> {
    return this.once('DELETE');
  }

  /** Pushes again and again, as {@link push} does, from now on; a gateway that is down is waited for. */
  start(): Pusher {
    return new PushLoop(subject, this.backend, this.options, defaults);
  }

  private async once(method: 'PUT' | 'POST' | 'DELETE'): Promise<void> {
    const { timeoutSeconds: seconds } = this;
    const abort = new AbortController();
    let reason: string;
    try {
      const payload = method === 'DELETE' ? undefined : this.backend.encode(await this.registry.collect({ timeoutSeconds: Math.min(5, seconds) }))[0];
      const answer = await withDeadline(this.backend.request(method, payload, abort.signal), seconds * 1000);
      if (answer !== deadlinePassed && answer.status >= 200 && answer.status < 300) return;
      reason = answer === deadlinePassed ? `it did not answer within ${seconds} s` : `it answered ${answer.status}: ${JSON.stringify(decodeUtf8(answer.body).slice(0, 200))}`;
    } catch (error) {
      reason = explain(error);
    } finally {
      abort.abort();
    }
    throw new TallystickError('PUSH_FAILED', `${subject}: ${method} to ${this.backend.address} failed: ${reason}; check that it is reachable and takes these metrics, or let start() try again`);
  }
}

/** What `fetch` throws says why only in its cause. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

class PushgatewayBackend implements Backend {
  readonly name = 'pushgateway';
  readonly keepsLatestOnly = true;
  readonly address: string;
  private readonly format: 'text-0.0.4' | 'protobuf';
  private readonly headers: Record<string, string>;
  private readonly fetch: Fetch;
  private readonly registry: Registry;
  private readonly clock: Clock;

  constructor({ url, job, grouping = {}, format = 'text-0.0.4', auth, headers, fetch }: PushgatewayOptions, registry: Registry, clock: Clock) {
    if (format !== 'text-0.0.4' && format !== 'protobuf') throw new TallystickError('INVALID_OPTIONS', `${subject}: format is ${show(format)}; a Pushgateway takes "text-0.0.4" and "protobuf"`);
    const { origin, pathname, search } = checkUrl(subject, url);
    this.address = origin + pathname.replace(/\/+$/, '') + groupPath(job, grouping) + search;
    this.format = format;
    this.headers = requestHeaders(subject, headers, auth);
    this.registry = registry;
    this.clock = clock;
    this.fetch = fetch ?? ((to, init) => globalThis.fetch(to, init));
  }

  encode(views: readonly FamilyView[]): readonly Payload[] {
    // A Pushgateway refuses timestamps, and names beyond the legacy ones unless it is started with a flag of its own.
    const shown = escapeFamilies(views.map(withoutTimestamps), this.registry, 'underscores');
    const bytes = writeViews(shown, this.registry, formatFor(this.format));
    return [{ bytes, items: views.reduce((sum, view) => sum + view.table.size, 0) }];
  }

  async send(payload: Payload, signal: AbortSignal): Promise<Outcome> {
    return outcomeOf(await this.request('PUT', payload, signal), isPassing, this.clock.wallSeconds());
  }

  request(method: string, payload: Payload | undefined, signal: AbortSignal): ReturnType<typeof request> {
    const type: Record<string, string> = payload === undefined ? {} : { 'content-type': formatFor(this.format).contentType };
    return request(this.fetch, method, this.address, { ...this.headers, ...type }, payload?.bytes, signal);
  }
}

/** The path of a group: what cannot stand in a path by itself goes in base64 (Pushgateway, "API", "URL"). */
function groupPath(job: string, grouping: Readonly<Record<string, LabelValue>>): string {
  if (typeof job !== 'string' || job === '') throw new TallystickError('INVALID_OPTIONS', `${subject}: job is ${show(job)}; give the name of the job, for instance "nightly"`);
  if (typeof grouping !== 'object' || grouping === null) throw new TallystickError('INVALID_OPTIONS', `${subject}: grouping is ${show(grouping)}; give an object of labels, for instance { instance: "worker-1" }`);
  let path = `/metrics${segment('job', job)}`;
  for (const [name, given] of Object.entries(grouping)) {
    const value = labelText(given);
    if (!isLegacyLabelName(name) || name.startsWith('__') || name === 'job') throw new TallystickError('INVALID_OPTIONS', `${subject}: grouping has the label ${show(name)}; use letters, digits and "_", and give the job as job`);
    if (value === undefined) throw new TallystickError('INVALID_OPTIONS', `${subject}: grouping label ${show(name)} is ${show(given)}; give a string, number, boolean or bigint`);
    path += segment(name, value);
  }
  return path;
}

function segment(name: string, value: string): string {
  // An empty value, a slash, and the dots that would lead elsewhere.
  if (value === '' || value.includes('/') || value === '.' || value === '..') return `/${name}@base64/${Buffer.from(encodeUtf8(value)).toString('base64url') || '='}`;
  return `/${name}/${encodeURIComponent(wellFormed(value))}`;
}
