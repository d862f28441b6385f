import { quantileRank } from '../distribution/quantiles.js';
import { TallystickError, list, show } from '../model/errors.js';
import type { CounterHandle } from '../instruments/counter.js';
import { overflowValue } from '../instruments/gate.js';
import { SampleWindow } from '../instruments/sample-window.js';
import type { StateSetHandle } from '../instruments/state-set.js';
import type { SummaryHandle } from '../instruments/summary.js';
import { escapeFamilies } from '../format/escaping.js';
import { writeViews } from '../format/expose.js';
import { formatFor } from '../format/formats.js';
import { decodeUtf8 } from '../platform/byte-buffer.js';
import type { Registry } from '../registry/registry.js';
import { type InstrumentsOf, type PackOptions, commonOptions, register, registryOf } from './pack.js';

/** The states of a circuit breaker. */
export type CircuitState = 'closed' | 'open' | 'half_open';

/** The metrics of circuit breakers and of what they log. */
export const circuitBreakerTable = {
  calls: { kind: 'counter', name: 'circuit_breaker_calls_total', help: 'Calls made.', labelNames: ['component'] },
  successfulCalls: { kind: 'counter', name: 'circuit_breaker_calls_success', help: 'Calls that succeeded.', labelNames: ['component'] },
  failedCalls: { kind: 'counter', name: 'circuit_breaker_calls_failed', help: 'Calls that failed.', labelNames: ['component'] },
  failureRate: { kind: 'gauge', name: 'circuit_breaker_failure_rate', help: 'Share of calls that failed, in percent, from 0 to 100.', labelNames: ['component'], aggregator: 'average' },
  latency: { kind: 'summary', name: 'circuit_breaker_latency_seconds', help: 'Time a call took; quantiles over the latest calls.', unit: 'seconds', labelNames: ['component'], quantiles: [0.5, 0.9, 0.95, 0.99] },
  averageLatency: { kind: 'gauge', name: 'circuit_breaker_latency_seconds_avg', help: 'Mean time of the latest calls, in seconds.', labelNames: ['component'], aggregator: 'average' },
  state: { kind: 'stateset', name: 'circuit_breaker_state', help: 'State of the circuit breaker.', labelNames: ['component'], states: ['closed', 'open', 'half_open'], stateLabel: 'state' },
  logEntries: { kind: 'counter', name: 'log_entries_total', help: 'Log entries written.', labelNames: ['component'] },
  logEntriesByLevel: { kind: 'counter', name: 'log_entries_by_level', help: 'Log entries written, by their level.', labelNames: ['component', 'level'] },
} as const;

type Table = typeof circuitBreakerTable;

export interface CircuitBreakerOptions extends Omit<PackOptions, 'limits'> {
  /** Over how many of the latest calls of a component average, minimum, maximum and percentiles go; 1 to 1 000 000, default 1 000. */
  readonly maxLatencySamples?: number;
  /** How many components there may be; further ones are recorded together as `__overflow__`. 1 to 100 000, default 1 000. */
  readonly maxComponents?: number;
}

/** What is known of one component. Rates are in percent, times in seconds. */
export interface ComponentSummary {
  readonly component: string;
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  /** From 0 to 100; 0 when there were no calls. */
  readonly successRate: number;
  /** From 0 to 100; 0 when there were no calls. */
  readonly failureRate: number;
  /** Over the latest calls, as the other times; NaN when there were none, which JSON shows as null. */
  readonly averageLatencySeconds: number;
  readonly minLatencySeconds: number;
  readonly maxLatencySeconds: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly state: CircuitState;
  /** In seconds since the Unix epoch; null when no call has failed. */
  readonly lastFailureTime: number | null;
}

/** What is kept of one component. */
interface Component {
  readonly calls: CounterHandle;
  readonly successful: CounterHandle;
  readonly failed: CounterHandle;
  readonly latency: SummaryHandle;
  readonly state: StateSetHandle<CircuitState>;
  lastFailureTime: number | null;
}

const subject = 'circuit-breaker metrics';
const states: readonly CircuitState[] = circuitBreakerTable.state.states;
const noSamples: Float64Array = /* @__PURE__ */ new Float64Array(0);

/**
 * Collects what circuit breakers do, component by component: one for a registry.
 *
 * @example
 * const breakers = new CircuitBreakerMetrics({ registry: new Registry() });
 * breakers.recordCall('billing', 0.12, true);
 * breakers.recordState('billing', 'half_open');
 * const { failureRate, p99 } = breakers.summary('billing')!;
 */
export class CircuitBreakerMetrics {
  readonly registry: Registry;
  /** The instruments, by the names of {@link circuitBreakerTable}. */
  readonly instruments: InstrumentsOf<Table>;
  private readonly known: Map<string, Component>;
  private readonly maxComponents: number;

  /** @throws TallystickError `DUPLICATE_NAME` when the registry has a collector of this namespace already; `INVALID_OPTIONS`, `SHAPE_MISMATCH` */
  constructor(options: CircuitBreakerOptions = {}) {
    this.registry = registryOf(subject, options, ['registry', 'namespace', 'maxLatencySamples', 'maxComponents']);
    const { namespace = '', maxLatencySamples = 1000, maxComponents = 1000 } = options;
    checkCount('maxLatencySamples', maxLatencySamples, 1_000_000);
    checkCount('maxComponents', maxComponents, 100_000);
    const first = [namespace, circuitBreakerTable.calls.name].filter((part) => part !== '').join('_');
    if (this.registry.get(first) !== undefined) {
      throw new TallystickError('DUPLICATE_NAME', `${subject}: the registry has ${show(first)} already; use the collector that made it, or give another registry or namespace`);
    }
    this.known = new Map();
    this.maxComponents = maxComponents;
    this.instruments = register(subject, circuitBreakerTable, { ...commonOptions(options), limits: { series: maxComponents + 1 } }, {
      failureRate: { collect: () => this.showFailureRates() },
      averageLatency: { collect: () => this.showAverages() },
      latency: { maxSamples: maxLatencySamples, maxAgeSeconds: Infinity },
      logEntriesByLevel: { limits: {} },
    });
  }

  /**
   * Records a call.
   *
   * @param latencySeconds how long it took; finite, 0 or more
   * @param timestamp when it was made, in seconds since the Unix epoch; now when left out
   * @throws TallystickError `INVALID_AMOUNT`, `INVALID_LABEL_VALUE`; nothing is recorded
   */
  recordCall(component: string, latencySeconds: number, success: boolean, timestamp?: number): void {
    if (!(typeof latencySeconds === 'number' && latencySeconds >= 0 && latencySeconds < Infinity)) throw new TallystickError('INVALID_AMOUNT', `${subject}: latencySeconds is ${show(latencySeconds)}; give a finite number of seconds, 0 or more`);
    if (typeof success !== 'boolean') throw new TallystickError('INVALID_AMOUNT', `${subject}: success is ${show(success)}; give true or false`);
    if (timestamp !== undefined && !Number.isFinite(timestamp)) throw new TallystickError('INVALID_AMOUNT', `${subject}: timestamp is ${show(timestamp)}; give seconds since the Unix epoch, or leave it out`);
    const record = this.component(component);
    record.latency.observe(latencySeconds);
    record.calls.inc();
    if (success) {
      record.successful.inc();
      return;
    }
    record.failed.inc();
    // Calls may be recorded out of order.
    record.lastFailureTime = Math.max(record.lastFailureTime ?? -Infinity, timestamp ?? this.registry.catalog.store.clock.wallSeconds());
  }

  /** Records the state a breaker is in. @throws TallystickError `INVALID_STATE`, `INVALID_LABEL_VALUE`; nothing is recorded */
  recordState(component: string, state: CircuitState): void {
    if (!states.includes(state)) throw new TallystickError('INVALID_STATE', `${subject}: ${show(state)} is not one of the states; they are ${list(states)}`);
    this.component(component).state.set(state);
  }

  /** Records that something was logged. @throws TallystickError `INVALID_LABEL_VALUE`; nothing is recorded */
  recordLogEntry(component: string, level: string): void {
    this.instruments.logEntriesByLevel.inc({ component, level });
    this.instruments.logEntries.inc({ component });
  }

  /** A percentile over the latest calls, exactly (nearest rank), in seconds; NaN when there were none. @param quantile from 0 to 1 */
  percentile(component: string, quantile: number): number {
    if (!(quantile >= 0 && quantile <= 1)) throw new TallystickError('INVALID_QUANTILES', `${subject}: quantile is ${show(quantile)}; give a number from 0 to 1`);
    return rankOf(this.samples(component), quantile);
  }

  /** Calls that failed, in percent of all, from 0 to 100; 0 when there were none. */
  failureRate(component: string): number {
    return shareOf(this.known.get(component), 'failed');
  }

  /** Calls that succeeded, in percent of all, from 0 to 100; 0 when there were none. */
  successRate(component: string): number {
    return shareOf(this.known.get(component), 'successful');
  }

  /** All there is to know of a component; undefined when no call and no state was recorded. */
  summary(component: string): ComponentSummary | undefined {
    const record = this.known.get(component);
    if (record === undefined) return undefined;
    const samples = this.samples(component);
    return {
      component,
      total: record.calls.get(),
      successful: record.successful.get(),
      failed: record.failed.get(),
      successRate: shareOf(record, 'successful'),
      failureRate: shareOf(record, 'failed'),
      averageLatencySeconds: meanOf(samples),
      minLatencySeconds: rankOf(samples, 0),
      maxLatencySeconds: rankOf(samples, 1),
      p50: rankOf(samples, 0.5),
      p95: rankOf(samples, 0.95),
      p99: rankOf(samples, 0.99),
      state: record.state.get()[0] ?? 'closed',
      lastFailureTime: record.lastFailureTime,
    };
  }

  /** The components of which a call or a state was recorded, sorted. */
  components(): string[] {
    return [...this.known.keys()].sort();
  }

  /** Forgets a component, what it has logged included. @returns false when there was nothing to forget */
  reset(component: string): boolean {
    const { logEntriesByLevel, ...others } = this.instruments;
    let found = this.known.delete(component);
    for (const instrument of Object.values(others)) found = instrument.remove({ component }) || found;
    return logEntriesByLevel.removeMatching({ component }) > 0 || found;
  }

  /** Forgets all components. */
  resetAll(): void {
    this.known.clear();
    for (const instrument of Object.values(this.instruments)) instrument.clear();
  }

  /** The metrics of this collector, and no others of its registry, in the text format 0.0.4. */
  exposition(): string {
    const names = new Set(Object.values(this.instruments).map((instrument) => instrument.name));
    const views = this.registry.collectSync().filter((view) => names.has(view.descriptor.name));
    return decodeUtf8(writeViews(escapeFamilies(views, this.registry, 'underscores'), this.registry, formatFor('text-0.0.4')));
  }

  /** What is kept of a component, made if it is new. */
  private component(name: string): Component {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (typeof name !== 'string') throw new TallystickError('INVALID_LABEL_VALUE', `${subject}: component is ${show(name)}; give a string`);
    if (this.known.size >= this.maxComponents && name !== overflowValue) return this.component(overflowValue);
    const { calls, successfulCalls, failedCalls, latency, state } = this.instruments;
    const made: Component = {
      calls: calls.labels(name),
      successful: successfulCalls.labels(name),
      failed: failedCalls.labels(name),
      latency: latency.labels(name),
      state: state.labels(name),
      lastFailureTime: null,
    };
    this.known.set(name, made);
    return made;
  }

  private samples(component: string): Float64Array {
    const window = this.known.get(component)?.latency.window;
    return window instanceof SampleWindow ? window.sorted() : noSamples;
  }

  private showFailureRates(): void {
    for (const [component, record] of this.known) this.instruments.failureRate.set({ component }, shareOf(record, 'failed'));
  }

  private showAverages(): void {
    for (const component of this.known.keys()) this.instruments.averageLatency.set({ component }, meanOf(this.samples(component)));
  }
}

/** Changes when what two copies of the package share changes its form. */
const defaultKey = /* @__PURE__ */ Symbol.for('tallystick.circuit-breaker.1');

/** The collector of the program, on the default registry; made when it is asked for the first time. */
export function defaultCircuitBreakerMetrics(): CircuitBreakerMetrics {
  const shared = globalThis as { [defaultKey]?: CircuitBreakerMetrics };
  return (shared[defaultKey] ??= new CircuitBreakerMetrics());
}

function shareOf(record: Component | undefined, which: 'successful' | 'failed'): number {
  const total = record?.calls.get() ?? 0;
  return record === undefined || total === 0 ? 0 : (record[which].get() / total) * 100;
}

function meanOf(samples: Float64Array): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** The nearest-rank quantile of what is sorted. */
function rankOf(sorted: Float64Array, quantile: number): number {
  return sorted.length === 0 ? NaN : sorted[quantileRank(quantile, sorted.length) - 1]!;
}

function checkCount(option: string, value: unknown, most: number): void {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(value)}; give a whole number from 1 to ${most}`);
}
