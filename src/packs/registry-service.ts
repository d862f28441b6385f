/**
 * What `tallystick/packs/registry-service` exports: the metrics of a registry of tool servers (MCP).
 *
 * @module
 */
import type { Registry } from '../registry/registry.js';
import { type InstrumentsOf, type LabelsOf, type PackOptions, register } from './pack.js';
import type { DurationTracker } from './timing/track.js';
import { type TrackedLabels, tracked } from './tracked.js';

export type { DurationTracker, PackOptions, TrackedLabels };

/** The metrics of a registry service. Each histogram has the labels of its counter. */
export const registryServiceTable = {
  operations: { kind: 'counter', name: 'registry_operations_total', help: 'Operations on the registry.', labelNames: ['operation', 'resource_type', 'status'] },
  operationDuration: { kind: 'histogram', name: 'registry_operation_duration_seconds', help: 'Time an operation on the registry took.', unit: 'seconds', labelNames: ['operation', 'resource_type', 'status'] },
  serverRequests: { kind: 'counter', name: 'mcp_server_requests_total', help: 'Requests to tool servers.', labelNames: ['server_name'] },
  toolDiscoveries: { kind: 'counter', name: 'mcp_tool_discovery_total', help: 'Tools looked for.', labelNames: ['tool_name', 'source', 'status'] },
  toolDiscoveryDuration: { kind: 'histogram', name: 'mcp_tool_discovery_duration_seconds', help: 'Time looking for a tool took.', unit: 'seconds', labelNames: ['tool_name', 'source', 'status'] },
  toolExecutions: { kind: 'counter', name: 'mcp_tool_execution_total', help: 'Tools run.', labelNames: ['tool_name', 'server_name', 'method', 'status'] },
  toolExecutionDuration: { kind: 'histogram', name: 'mcp_tool_execution_duration_seconds', help: 'Time a tool ran.', unit: 'seconds', labelNames: ['tool_name', 'server_name', 'method', 'status'] },
  resourceAccesses: { kind: 'counter', name: 'mcp_resource_access_total', help: 'Resources read.', labelNames: ['resource_uri', 'server_name', 'status'] },
  resourceAccessDuration: { kind: 'histogram', name: 'mcp_resource_access_duration_seconds', help: 'Time reading a resource took.', unit: 'seconds', labelNames: ['resource_uri', 'server_name', 'status'] },
  promptExecutions: { kind: 'counter', name: 'mcp_prompt_execution_total', help: 'Prompts run.', labelNames: ['prompt_name', 'server_name', 'status'] },
  promptExecutionDuration: { kind: 'histogram', name: 'mcp_prompt_execution_duration_seconds', help: 'Time a prompt ran.', unit: 'seconds', labelNames: ['prompt_name', 'server_name', 'status'] },
  authRequests: { kind: 'counter', name: 'auth_requests_total', help: 'Authentication requests.', labelNames: ['mechanism', 'status'] },
} as const;

type Table = typeof registryServiceTable;

/**
 * Records what a registry service does: a counter and a histogram together, durations in seconds. What is refused (NaN, labels that are none)
 * throws a `TallystickError` and records nothing, not the counter either.
 *
 * @example
 * const service = new RegistryServiceMetrics({ registry: new Registry() });
 * service.recordOperation({ operation: 'create', resource_type: 'server', status: 'success' }, 0.012);
 * service.recordToolExecution({ tool_name: 'search', server_name: 'docs', method: 'tools/call', status: 'success' }, 0.2);
 */
export class RegistryServiceMetrics {
  /** The instruments, by the names of {@link registryServiceTable}. */
  readonly instruments: InstrumentsOf<Table>;
  private readonly registry: Registry | undefined;

  /** @throws TallystickError `SHAPE_MISMATCH` when the registry has one of the names with another shape; `INVALID_OPTIONS` */
  constructor(options: PackOptions = {}) {
    this.instruments = register('registry service metrics', registryServiceTable, options);
    this.registry = options.registry;
  }

  /** Records an operation on the registry and the seconds it took. */
  recordOperation(labels: LabelsOf<Table['operations']>, seconds: number): void {
    this.instruments.operationDuration.observe(labels, seconds);
    this.instruments.operations.inc(labels);
  }

  /** Records a request to a tool server. */
  recordServerRequest(labels: LabelsOf<Table['serverRequests']>): void {
    this.instruments.serverRequests.inc(labels);
  }

  /** Records that a tool was looked for, and the seconds it took. */
  recordToolDiscovery(labels: LabelsOf<Table['toolDiscoveries']>, seconds: number): void {
    this.instruments.toolDiscoveryDuration.observe(labels, seconds);
    this.instruments.toolDiscoveries.inc(labels);
  }

  /** Records that a tool ran, and the seconds it took. */
  recordToolExecution(labels: LabelsOf<Table['toolExecutions']>, seconds: number): void {
    this.instruments.toolExecutionDuration.observe(labels, seconds);
    this.instruments.toolExecutions.inc(labels);
  }

  /** Records that a resource was read, and the seconds it took. Every URI is a series of its own: see `limits`. */
  recordResourceAccess(labels: LabelsOf<Table['resourceAccesses']>, seconds: number): void {
    this.instruments.resourceAccessDuration.observe(labels, seconds);
    this.instruments.resourceAccesses.inc(labels);
  }

  /** Records that a prompt ran, and the seconds it took. */
  recordPromptExecution(labels: LabelsOf<Table['promptExecutions']>, seconds: number): void {
    this.instruments.promptExecutionDuration.observe(labels, seconds);
    this.instruments.promptExecutions.inc(labels);
  }

  /** Records an authentication request. */
  recordAuthRequest(labels: LabelsOf<Table['authRequests']>): void {
    this.instruments.authRequests.inc(labels);
  }

  /** Times functions that are operations on the registry, or decorates such methods: `trackOperation({ operation: 'create', resource_type: 'server' })(create)`. */
  trackOperation(labels: TrackedLabels<LabelsOf<Table['operations']>>): DurationTracker {
    return tracked<LabelsOf<Table['operations']>>((all, seconds) => this.recordOperation(all, seconds), labels, this.registry);
  }

  /** Times functions that look for tools. */
  trackToolDiscovery(labels: TrackedLabels<LabelsOf<Table['toolDiscoveries']>>): DurationTracker {
    return tracked<LabelsOf<Table['toolDiscoveries']>>((all, seconds) => this.recordToolDiscovery(all, seconds), labels, this.registry);
  }

  /** Times functions that run tools. */
  trackToolExecution(labels: TrackedLabels<LabelsOf<Table['toolExecutions']>>): DurationTracker {
    return tracked<LabelsOf<Table['toolExecutions']>>((all, seconds) => this.recordToolExecution(all, seconds), labels, this.registry);
  }

  /** Times functions that read resources. */
  trackResourceAccess(labels: TrackedLabels<LabelsOf<Table['resourceAccesses']>>): DurationTracker {
    return tracked<LabelsOf<Table['resourceAccesses']>>((all, seconds) => this.recordResourceAccess(all, seconds), labels, this.registry);
  }

  /** Times functions that run prompts. */
  trackPromptExecution(labels: TrackedLabels<LabelsOf<Table['promptExecutions']>>): DurationTracker {
    return tracked<LabelsOf<Table['promptExecutions']>>((all, seconds) => this.recordPromptExecution(all, seconds), labels, this.registry);
  }
}
