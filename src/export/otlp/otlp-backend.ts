import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../../platform/clock.js';
import { encodeUtf8 } from '../../platform/byte-buffer.js';
import { nextTurn } from '../../platform/timers.js';
import type { Registry } from '../../registry/registry.js';
import type { FamilyView, SeriesCursor } from '../../store/family-view.js';
import type { Backend, Outcome, Payload } from '../backend.js';
import { type Fetch, outcomeOf, request, textOf } from '../http-transport.js';
import { encodeMessage } from '../protobuf-message.js';
import { type MetricMaker, isTargetInfo, metricMaker } from './family.js';
import { jsonMessage } from './json.js';
import { type Moment, attributesOf } from './moment.js';
import { type KeyValue, type Metric, type MetricsRequest, type Point, type Scope, requestSchema } from './request.js';
import { partialSuccess } from './response.js';
import { SeriesHistory } from './series-history.js';
import type { OtlpSettings } from './settings.js';

const gzipped = promisify(gzip);
/** How long the event loop may be kept from other work at a time. */
const maxBlockMilliseconds = 5;
/** Who turned Prometheus metrics into those of OpenTelemetry ("Prometheus and OpenMetrics Compatibility", "Instrumentation Scope"). */
const scope: Scope = { name: 'tallystick' };
/** Tried again; all else, 500 included, would be answered so again (OTLP, "Retryable Response Codes"). */
const isPassing = (status: number): boolean => status === 429 || status === 502 || status === 503 || status === 504;

/** Speaks OTLP/HTTP. It remembers what series were at the last collection, where a point needs that. */
export class OtlpBackend implements Backend {
  readonly name = 'otlp';
  /** What was left out cannot be told later: a cumulative series would have a hole, deltas would lose counts. */
  readonly keepsLatestOnly = false;
  private readonly settings: OtlpSettings;
  private readonly headers: Record<string, string>;
  private readonly fetch: Fetch;
  private readonly registry: Registry;
  private readonly clock: Clock;
  private readonly history: SeriesHistory;
  private readonly began: number;

  /** @param began when counting can have begun at the earliest, in wall-clock seconds */
  constructor(settings: OtlpSettings, registry: Registry, clock: Clock, fetch: Fetch | undefined, began: number) {
    this.settings = settings;
    this.headers = {
      'user-agent': 'tallystick',
      ...settings.headers,
      'content-type': settings.isJson ? 'application/json' : 'application/x-protobuf',
      ...(settings.isGzip ? { 'content-encoding': 'gzip' } : {}),
    };
    this.fetch = fetch ?? ((to, init) => globalThis.fetch(to, init));
    this.registry = registry;
    this.clock = clock;
    this.history = new SeriesHistory(began);
    this.began = began;
  }

  async *encode(views: readonly FamilyView[], wallSeconds: number): AsyncGenerator<Payload, void, undefined> {
    const { history, settings } = this;
    const previous = history.previousSeconds;
    const moment: Moment = { now: wallSeconds, previous, exemplarsSince: history.isFirst ? -Infinity : previous, began: this.began, isDelta: settings.isDelta };
    const resource = this.resourceWith(views);
    for (const { table } of views) table.hold();
    try {
      let batch = new Batch();
      let turnBegan = performance.now();
      for (const view of views) {
        const maker = isTargetInfo(view) ? undefined : metricMaker(view, moment, history);
        if (maker === undefined) {
          if (view.descriptor.type === 'gaugehistogram') this.registry.warn(`gauge histogram ${JSON.stringify(view.descriptor.name)} is not sent: OTLP has no such metrics`, undefined);
          continue;
        }
        const cursor = view.cursor();
        for (let points = this.next(view, cursor, maker); points !== undefined; points = this.next(view, cursor, maker)) {
          for (const point of points) {
            if (batch.size === settings.maxDataPoints) {
              await nextTurn();
              turnBegan = performance.now();
              yield this.payload(batch, resource);
              batch = new Batch();
            }
            batch.add(maker, point);
          }
          if (performance.now() - turnBegan < maxBlockMilliseconds) continue;
          await nextTurn();
          turnBegan = performance.now();
        }
      }
      if (batch.size > 0) yield this.payload(batch, resource);
    } finally {
      for (const { table } of views) table.release();
      history.end(wallSeconds);
    }
  }

  async send({ bytes, items }: Payload, signal: AbortSignal): Promise<Outcome> {
    const body = this.settings.isGzip ? new Uint8Array(await gzipped(bytes)) : bytes;
    const answer = await request(this.fetch, 'POST', this.settings.url, this.headers, body, signal);
    const outcome = outcomeOf(answer, isPassing, this.clock.wallSeconds());
    if (outcome.kind === 'drop') this.registry.warn(`the OTLP receiver refuses metrics with status ${answer.status}`, textOf(answer));
    if (outcome.kind !== 'sent') return outcome;
    const partial = partialSuccess(answer.body, answer.headers.get('content-type'));
    if (partial === undefined) return outcome;
    if (partial.rejected === 0) this.registry.warn(`the OTLP receiver warns: ${partial.message}`, undefined);
    return { kind: 'sent', rejectedItems: Math.min(partial.rejected, items), reason: partial.message };
  }

  /** The points of the next series; undefined at the end. A family that cannot be read ends there, and what is known of the rest stays. */
  private next(view: FamilyView, cursor: SeriesCursor, maker: MetricMaker): readonly Point[] | undefined {
    try {
      return cursor.next() ? maker.pointsOf(cursor) : undefined;
    } catch (error) {
      maker.breakOff();
      this.registry.noteFault(view.descriptor.name, error);
      return undefined;
    }
  }

  /** What sends, with the facts of a `target` metric, where the settings do not say otherwise. */
  private resourceWith(views: readonly FamilyView[]): readonly KeyValue[] {
    const attributes = new Map(this.settings.resource.map((attribute) => [attribute.key, attribute]));
    for (const view of views) {
      if (!isTargetInfo(view)) continue;
      const cursor = view.cursor();
      while (cursor.next()) for (const attribute of attributesOf(view, cursor)) if (!attributes.has(attribute.key)) attributes.set(attribute.key, attribute);
    }
    return [...attributes.values()];
  }

  private payload({ metrics, size }: Batch, attributes: readonly KeyValue[]): Payload {
    const message: MetricsRequest = { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope, metrics }] }] };
    return { bytes: this.settings.isJson ? encodeUtf8(jsonMessage(requestSchema, message)) : encodeMessage(requestSchema, message), items: size };
  }
}

/** The metrics of one request. */
class Batch {
  readonly metrics: Metric[];
  size: number;
  private maker: MetricMaker | undefined;
  private points: Point[];

  constructor() {
    this.metrics = [];
    this.size = 0;
    this.maker = undefined;
    this.points = [];
  }

  add(maker: MetricMaker, point: Point): void {
    if (this.maker !== maker) {
      const { metric, points } = maker.open();
      this.maker = maker;
      this.points = points;
      this.metrics.push(metric);
    }
    this.points.push(point);
    this.size += 1;
  }
}
