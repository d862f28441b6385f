import type { Authorization } from '../authorization.js';
import type { Fetch } from '../http-transport.js';
import type { PushOptions } from '../push-loop.js';
import type { Environment } from './environment.js';
import type { AttributeValue } from './resource.js';

/** How and where metrics are sent by OTLP/HTTP. What is left out comes from the environment variables of OpenTelemetry, then from what is usual. */
export interface OtlpOptions extends PushOptions {
  /** The whole address, path included. Default: `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, else `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/metrics` after it, else `http://localhost:4318/v1/metrics`. */
  readonly url?: string;
  /** Default: `OTEL_EXPORTER_OTLP_METRICS_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL`, else `http/protobuf`. */
  readonly protocol?: 'http/protobuf' | 'http/json';
  /** Default: `OTEL_EXPORTER_OTLP_METRICS_COMPRESSION`, `OTEL_EXPORTER_OTLP_COMPRESSION`, else `none`. */
  readonly compression?: 'none' | 'gzip';
  /**
   * Whether counters and histograms are sent as they stand, or as what has come since the last collection. Default:
   * `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, else `cumulative`. Gauges, summaries, info and state sets have no deltas.
   */
  readonly temporality?: 'cumulative' | 'delta';
  /** In place of those of `OTEL_EXPORTER_OTLP_METRICS_HEADERS` or `OTEL_EXPORTER_OTLP_HEADERS`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The `authorization` header, in place of one among the headers. */
  readonly auth?: Authorization;
  /** The attribute `service.name`. Default: `OTEL_SERVICE_NAME`, else what the attributes say, else `unknown_service:node`. */
  readonly serviceName?: string;
  /** Attributes of what sends, beside and in place of those of `OTEL_RESOURCE_ATTRIBUTES`. `service.instance.id` is a random one for each process unless given. */
  readonly resource?: Readonly<Record<string, AttributeValue>>;
  /** Data points in one request at most, 1 or more; more are sent in several. Default 1000. */
  readonly maxDataPoints?: number;
  /** Where variables are read; `process.env` when left out. */
  readonly environment?: Environment;
  /** What sends requests; the platform's `fetch` when left out. */
  readonly fetch?: Fetch;
}
