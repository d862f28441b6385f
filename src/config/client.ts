import { TallystickError, show } from '../model/errors.js';
import { type Registry, defaultRegistry } from '../registry/registry.js';
import type { Collectable } from '../store/catalog.js';
import type { AnyMetrics, CreateGaugeOptions, CreateHistogramOptions, CreateOptions, CreateSummaryOptions, MetricLabels, MetricsClient, MetricsShape } from './client-types.js';
import { NameTable } from './name-table.js';
import { type MetricDeclaration, type MetricKind, makeInstrument } from './declarations.js';
import { MetricsConfig, parseMetricsConfig } from './parse-config.js';

/** Options of {@link createMetricsClient}. */
export interface ClientOptions {
  /** Where the metrics are registered, and faults are counted; the default registry when left out. */
  readonly registry?: Registry;
}

/**
 * Makes the client of a service's metrics: registers what the configuration declares, and records by name.
 *
 * It throws nothing either. Where the configuration has faults they are logged, and the client declares nothing; use
 * {@link parseMetricsConfig} or {@link loadMetricsConfig} to have them thrown. A metric that the registry cannot take is logged and left out.
 *
 * @param service as logs are to call it
 * @param config from {@link parseMetricsConfig} or {@link loadMetricsConfig}, or the object that the file would be
 *
 * @example
 * const client = createMetricsClient('mail', { counters: [{ name: 'mails_total', description: 'Mails sent.', labels: ['status'] }] });
 * client.recordCounter('mails_total', 1, { status: 'sent' });
 */
export function createMetricsClient<M extends MetricsShape = AnyMetrics>(service: string, config: MetricsConfig | object, options: ClientOptions = {}): MetricsClient<M> {
  const client = new Client(typeof service === 'string' ? service : show(service), registryFrom(options));
  client.reload(config);
  return client as unknown as MetricsClient<M>;
}

/** Options that cannot be used are as good as none: a client is made in any case. */
function registryFrom(options: ClientOptions | null | undefined): Registry {
  try {
    const registry = options?.registry;
    return typeof registry?.noteFault === 'function' ? registry : defaultRegistry;
  } catch {
    return defaultRegistry;
  }
}

/** An instrument that takes amounts, whatever its labels. */
interface Counting {
  inc(labelsOrAmount?: MetricLabels | number, amount?: number): void;
}

interface Setting {
  set(labelsOrValue: MetricLabels | number, value?: number): void;
}

interface Observing {
  observe(labelsOrValue: MetricLabels | number, value?: number): void;
}

/** An instrument, and what records without labels: of one that has none its only handle, which need not find out that there are none. */
interface Recording<I> {
  readonly instrument: I;
  readonly alone: I;
}

/** A metric that the client knows. */
interface Known {
  readonly declaration: MetricDeclaration;
  /** Undefined where nothing is captured, where it could not be registered, and as long as its labels are not known. */
  readonly instrument: Collectable | undefined;
  /** Whether the client has registered it, and takes it out again. */
  readonly isOwn: boolean;
  /** Whether a configuration declares it, and not the program. */
  readonly isConfigured: boolean;
}

const lists = { counter: 'counters', gauge: 'gauges', histogram: 'histograms', summary: 'summaries' } as const;
const methods = { counter: 'recordCounter', gauge: 'recordGauge', histogram: 'recordHistogram', summary: 'recordSummary' } as const;

/** Beyond so many causes, further ones are logged as one: names come from the program, and may be made up without end. */
const mostCauses = 1000;

/** Beyond so many metrics that have gone, the one that went first is forgotten: configurations may be made by a program, and bring ever new names. */
const mostDropped = 1000;

/** It is longer than other files, as it has a method for everything that can be asked of it by name, and each has to take whatever comes. */
class Client {
  readonly service: string;
  private readonly registry: Registry;
  /** Instruments that record now, by kind: one look-up finds whether a name is known, captured and of this kind. */
  private readonly counters: NameTable<Recording<Counting>>;
  private readonly gauges: NameTable<Recording<Setting>>;
  private readonly histograms: NameTable<Recording<Observing>>;
  private readonly summaries: NameTable<Recording<Observing>>;
  private readonly known: Map<string, Known>;
  /** What configurations have declared before: should it come back, it goes on where it was. */
  private readonly dropped: Map<string, Known>;
  private readonly causes: Set<string>;

  constructor(service: string, registry: Registry) {
    this.service = service;
    this.registry = registry;
    this.counters = new NameTable();
    this.gauges = new NameTable();
    this.histograms = new NameTable();
    this.summaries = new NameTable();
    this.known = new Map();
    this.dropped = new Map();
    this.causes = new Set();
  }

  recordCounter(name: string, amount?: number, labels?: MetricLabels): void {
    try {
      const counter = this.counters.get(name);
      if (counter === undefined) return this.recordUnready('counter', name, amount, labels);
      if (labels === undefined) counter.alone.inc(amount);
      else counter.instrument.inc(labels, amount);
    } catch (error) {
      this.warn(name, error);
    }
  }

  recordGauge(name: string, value: number, labels?: MetricLabels): void {
    try {
      const gauge = this.gauges.get(name);
      if (gauge === undefined) return this.recordUnready('gauge', name, value, labels);
      if (labels === undefined) gauge.alone.set(value);
      else gauge.instrument.set(labels, value);
    } catch (error) {
      this.warn(name, error);
    }
  }

  recordHistogram(name: string, value: number, labels?: MetricLabels): void {
    try {
      const histogram = this.histograms.get(name);
      if (histogram === undefined) return this.recordUnready('histogram', name, value, labels);
      if (labels === undefined) histogram.alone.observe(value);
      else histogram.instrument.observe(labels, value);
    } catch (error) {
      this.warn(name, error);
    }
  }

  recordSummary(name: string, value: number, labels?: MetricLabels): void {
    try {
      const summary = this.summaries.get(name);
      if (summary === undefined) return this.recordUnready('summary', name, value, labels);
      if (labels === undefined) summary.alone.observe(value);
      else summary.instrument.observe(labels, value);
    } catch (error) {
      this.warn(name, error);
    }
  }

  recordMetric(name: string, value: number, labels?: MetricLabels): void {
    const kind = this.known.get(name)?.declaration.kind;
    if (kind === undefined) this.warnUnknown('recordMetric', name);
    else this[methods[kind]](name, value, labels);
  }

  getCounter(name: string): unknown {
    return this.instrumentOf('counter', name);
  }

  getGauge(name: string): unknown {
    return this.instrumentOf('gauge', name);
  }

  getHistogram(name: string): unknown {
    return this.instrumentOf('histogram', name);
  }

  getSummary(name: string): unknown {
    return this.instrumentOf('summary', name);
  }

  createCounter(name: string, options: CreateOptions): unknown {
    return this.create('counter', name, options);
  }

  createGauge(name: string, options: CreateGaugeOptions): unknown {
    return this.create('gauge', name, options);
  }

  createHistogram(name: string, options: CreateHistogramOptions): unknown {
    return this.create('histogram', name, options);
  }

  createSummary(name: string, options: CreateSummaryOptions): unknown {
    return this.create('summary', name, options);
  }

  reload(given: MetricsConfig | object): boolean {
    let config: MetricsConfig;
    try {
      config = given instanceof MetricsConfig ? given : parseMetricsConfig(given);
    } catch (error) {
      this.registry.noteFault(`metrics client ${show(this.service)}: configuration`, error);
      return false;
    }
    const declared = new Set(config.metrics.map(({ name }) => name));
    for (const [name, known] of this.known) {
      if (known.isConfigured && !declared.has(name)) this.drop(known);
    }
    for (const declaration of config.metrics) this.declare(declaration, true);
    return true;
  }

  /** Puts a declaration in force; what was there before stays if it means the same. */
  private declare(declaration: MetricDeclaration, isConfigured: boolean): void {
    const { name } = declaration;
    const present = this.known.get(name);
    if (present !== undefined) {
      if (isSame(present.declaration, declaration) && present.declaration.capture === declaration.capture && (present.instrument !== undefined || !declaration.capture)) return;
      this.drop(present);
    }
    const before = this.dropped.get(name);
    const kept = before !== undefined && isSame(before.declaration, declaration) ? before.instrument : undefined;
    this.dropped.delete(name);
    if (!declaration.capture) {
      this.known.set(name, { declaration, instrument: undefined, isOwn: false, isConfigured });
      // It may be captured again.
      if (kept !== undefined) this.dropped.set(name, { declaration, instrument: kept, isOwn: before!.isOwn, isConfigured });
      return;
    }
    if (kept !== undefined) {
      this.enter({ declaration, instrument: kept, isOwn: before!.isOwn, isConfigured }, () => {
        if (before!.isOwn) this.registry.register(kept);
        return kept;
      });
    } else {
      const isOwn = this.registry.get(name) === undefined;
      const { labels } = declaration;
      this.enter({ declaration, instrument: undefined, isOwn, isConfigured }, labels === undefined ? undefined : () => makeInstrument(this.registry, declaration, labels));
    }
  }

  /** Makes a metric known; without a way to make its instrument, that waits for its first recording. */
  private enter(known: Known, make: (() => Collectable) | undefined): void {
    const { name, kind } = known.declaration;
    let instrument: Collectable | undefined;
    try {
      instrument = make?.();
    } catch (error) {
      this.warn(name, error);
    }
    this.known.set(name, { ...known, instrument });
    if (instrument !== undefined) (this[lists[kind]] as NameTable<unknown>).set(name, recordingOf(instrument));
  }

  private drop(known: Known): void {
    const { name, kind } = known.declaration;
    this.known.delete(name);
    this[lists[kind]].delete(name);
    if (known.instrument === undefined) return;
    if (known.isOwn) this.registry.unregister(known.instrument);
    this.dropped.set(name, known);
    if (this.dropped.size > mostDropped) this.dropped.delete(this.dropped.keys().next().value!);
  }

  private instrumentOf(kind: MetricKind, name: string): unknown {
    return typeof name === 'string' ? this[lists[kind]].get(name)?.instrument : undefined;
  }

  private create(kind: MetricKind, name: string, options: CreateOptions): unknown {
    try {
      const { metrics } = parseMetricsConfig({ [lists[kind]]: [{ labels: [], ...options, name }] }, { file: `${methods[kind].replace('record', 'create')}(${show(name)})` });
      const declaration = metrics[0]!;
      const present = this.known.get(name);
      if (present !== undefined && !isSame({ ...present.declaration, labels: present.declaration.labels ?? declaration.labels }, declaration)) {
        throw new TallystickError('SHAPE_MISMATCH', `${kind} ${show(name)}: the client has a ${present.declaration.kind} of that name with another shape; ask for the same shape, or take another name`);
      }
      if (present === undefined) this.declare(declaration, false);
      else if (present.instrument === undefined && present.declaration.capture) this.learn(present, declaration.labels ?? []);
    } catch (error) {
      this.warn(name, error);
      return undefined;
    }
    return this.instrumentOf(kind, name);
  }

  /** Gives a metric whose labels were not known its instrument. */
  private learn(known: Known, labels: readonly string[]): void {
    const { declaration } = known;
    this.enter({ ...known, isOwn: this.registry.get(declaration.name) === undefined }, () => makeInstrument(this.registry, declaration, labels));
  }

  /** A recording by a name under which nothing of its kind records yet. */
  private recordUnready(kind: MetricKind, name: string, value: number | undefined, labels: MetricLabels | undefined): void {
    const known = this.known.get(name);
    if (known === undefined) return this.warnUnknown(methods[kind], name);
    const { declaration } = known;
    if (declaration.kind !== kind) {
      return this.warn(name, new TallystickError('SHAPE_MISMATCH', `${methods[kind]}(${show(name)}): it is a ${declaration.kind}; use ${methods[declaration.kind]}, or recordMetric`));
    }
    // Silent also where it could not be registered: that was said.
    if (!declaration.capture || declaration.labels !== undefined) return;
    this.learn(known, labels !== null && typeof labels === 'object' ? Object.keys(labels) : []);
    if (this[lists[kind]].get(name) !== undefined) this[methods[kind]](name, value as number, labels);
  }

  private warnUnknown(method: string, name: string): void {
    this.warn(name, new TallystickError('INVALID_NAME', `${method}(${show(name)}): the client ${show(this.service)} has no metric of that name; declare it in the configuration, or create it`));
  }

  private warn(name: string, thrown: unknown): void {
    const error = typeof name === 'string' || thrown instanceof TallystickError ? thrown : new TallystickError('INVALID_NAME', `metrics client: a metric's name is ${show(name)}; give a string`);
    const cause = `${(typeof name === 'string' ? name : show(name)).slice(0, 128)} (${error instanceof TallystickError ? error.code : 'error'})`;
    const isFurther = !this.causes.has(cause) && this.causes.size >= mostCauses;
    if (!isFurther) this.causes.add(cause);
    this.registry.noteFault(`metrics client: ${isFurther ? 'further names' : cause}`, error, 'lost');
  }
}

function recordingOf(instrument: Collectable): Recording<unknown> {
  return { instrument, alone: instrument.descriptor.labelNames.length === 0 ? (instrument as unknown as { labels(): unknown }).labels() : instrument };
}

/** Whether the numbers of two declarations mean the same. Texts and limits are no part of that. */
function isSame(one: MetricDeclaration, other: MetricDeclaration): boolean {
  return meaning(one) === meaning(other);
}

function meaning({ kind, labels, labelValues, options }: MetricDeclaration): string {
  const { limits: _, expireAfterSeconds: __, ...shape } = options;
  return JSON.stringify([kind, labels ?? null, Object.entries(labelValues).sort(), Object.entries(shape).sort()], (_key, value: unknown) => (value === Infinity ? 'Infinity' : value));
}
