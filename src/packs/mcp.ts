/**
 * What `tallystick/packs/mcp` exports: diagnostics of a service that serves tools (MCP).
 *
 * @module
 */
import { TallystickError, show } from '../model/errors.js';
import { createFetchHandler } from '../expose/fetch-handler.js';
import type { Registry } from '../registry/registry.js';
import { isAnswered, refusal } from './node-handler.js';
import { type InstrumentsOf, type LabelsOf, type PackOptions, commonOptions, register, registryOf } from './pack.js';

export { type FetchHandler, type NodeRequestLike, type NodeResponseLike, toNodeHandler } from './node-handler.js';
export type { PackOptions };

/** The metrics of a service that serves tools; the prefix stands before the names. */
export const mcpTable = {
  runs: { kind: 'counter', name: 'runs_total', help: 'Tools run.', labelNames: ['tool', 'status'] },
  runErrors: { kind: 'counter', name: 'run_errors_total', help: 'Tools that failed, by their error.', labelNames: ['tool', 'error_code'] },
  requestLatency: { kind: 'histogram', name: 'mcp_request_latency_seconds', help: 'Time a request took.', unit: 'seconds', labelNames: ['tool', 'status'], buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] },
  searchStageLatency: { kind: 'histogram', name: 'search_stage_latency_seconds', help: 'Time a stage of a search took.', unit: 'seconds', labelNames: ['stage'], buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1] },
} as const;

type Table = typeof mcpTable;

export interface McpOptions extends Omit<PackOptions, 'namespace'> {
  /** Whether anything is recorded. When left out, the environment says: `PROMETHEUS_ENABLED` is 1, true, yes or on, in any case. */
  readonly enabled?: boolean;
  /** Where `PROMETHEUS_ENABLED` is looked up; that of the process when left out, where there is one. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What stands before the names; `codeintel` when left out. */
  readonly prefix?: string;
}

const subject = 'mcp metrics';
const path = '/metrics';

/**
 * Records what a service that serves tools does. No method throws: when metrics are off nothing is recorded, and what is refused (NaN, labels
 * that are none) is counted in `tallystick_collector_errors_total` and logged once. When the registry has one of the names with another shape,
 * the metrics are off, and {@link McpMetrics.off} says why.
 *
 * @example
 * const metrics = new McpMetrics({ enabled: true, registry: new Registry() });
 * metrics.recordRun({ tool: 'search', status: 'ok' });
 * metrics.observeRequestLatency({ tool: 'search', status: 'ok' }, 0.12);
 */
export class McpMetrics {
  readonly registry: Registry;
  /** Whether metrics are asked for, by the options or by the environment. */
  readonly enabled: boolean;
  /** The instruments, by the names of {@link mcpTable}; none when the metrics are off. */
  readonly instruments: InstrumentsOf<Table> | undefined;
  /** Why the metrics are off; nothing when they are on. */
  readonly off: string | undefined;

  /** @throws TallystickError `INVALID_OPTIONS` for options that are wrong whatever the registry has */
  constructor(options: McpOptions = {}) {
    this.registry = registryOf(subject, options, ['registry', 'limits', 'enabled', 'environment', 'prefix']);
    const { enabled = isEnabled(options.environment ?? processEnvironment()), prefix = 'codeintel' } = options;
    if (typeof enabled !== 'boolean') throw new TallystickError('INVALID_OPTIONS', `${subject}: enabled is ${show(enabled)}; give true or false, or leave it to PROMETHEUS_ENABLED`);
    if (typeof prefix !== 'string') throw new TallystickError('INVALID_OPTIONS', `${subject}: prefix is ${show(prefix)}; give a string`);
    let off = enabled ? undefined : 'they are not enabled; set PROMETHEUS_ENABLED to 1, true, yes or on';
    let instruments: InstrumentsOf<Table> | undefined;
    try {
      if (enabled) instruments = register(subject, mcpTable, { ...commonOptions(options), namespace: prefix });
    } catch (error) {
      off = error instanceof Error ? error.message : String(error);
      this.note(error);
    }
    this.enabled = enabled;
    this.instruments = instruments;
    this.off = off;
  }

  /** Records that a tool ran. */
  recordRun(labels: LabelsOf<Table['runs']>): void {
    try {
      this.instruments?.runs.inc(labels);
    } catch (error) {
      this.note(error);
    }
  }

  /** Records that a tool failed. */
  recordRunError(labels: LabelsOf<Table['runErrors']>): void {
    try {
      this.instruments?.runErrors.inc(labels);
    } catch (error) {
      this.note(error);
    }
  }

  /** Records the seconds a request took. */
  observeRequestLatency(labels: LabelsOf<Table['requestLatency']>, seconds: number): void {
    try {
      this.instruments?.requestLatency.observe(labels, seconds);
    } catch (error) {
      this.note(error);
    }
  }

  /** Records the seconds a stage of a search took. */
  observeSearchStage(labels: LabelsOf<Table['searchStageLatency']>, seconds: number): void {
    try {
      this.instruments?.searchStageLatency.observe(labels, seconds);
    } catch (error) {
      this.note(error);
    }
  }

  private note(error: unknown): void {
    this.registry.noteFault('mcp', error);
  }
}

/** A handler that answers with the exposition of the whole registry, whatever the path; when the metrics are off, with a comment that says so. */
export function createMcpHandler(metrics: McpMetrics): (request: Request) => Promise<Response> {
  const { off } = metrics;
  if (off === undefined) return createFetchHandler(metrics.registry);
  const comment = `# The metrics are off: ${off.replace(/\s+/g, ' ')}\n`;
  return (request) => {
    if (!isAnswered(request.method)) return Promise.resolve(refusal());
    return Promise.resolve(new Response(request.method === 'HEAD' ? null : comment, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } }));
  };
}

/** What answers `/metrics`, and everything else with 404; nothing when the metrics are not enabled. */
export function createMcpRouter(metrics: McpMetrics): ((request: Request) => Promise<Response>) | undefined {
  if (!metrics.enabled) return undefined;
  const handle = createMcpHandler(metrics);
  return (request) => (new URL(request.url).pathname === path ? handle(request) : Promise.resolve(new Response('Not found.\n', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })));
}

function isEnabled({ PROMETHEUS_ENABLED: flag }: Readonly<Record<string, string | undefined>>): boolean {
  return ['1', 'true', 'yes', 'on'].includes((flag ?? '').trim().toLowerCase());
}

/** The environment of the process, on platforms that have one. */
function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return (globalThis as { process?: { env?: Readonly<Record<string, string | undefined>> } }).process?.env ?? {};
}
