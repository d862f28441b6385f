import { describe, expect, test } from 'vitest';
import {
  Counter,
  Gauge,
  Histogram,
  Info,
  RateLimitedGauge,
  Registry,
  SampledCounter,
  StateSet,
  Summary,
  TallystickError,
  exponentialBuckets,
  exponentialBucketsRange,
  linearBuckets,
  stream,
  toText,
} from '../src/index.js';
import { createFetchHandler } from '../src/expose/fetch-handler.js';
import { createMetricsHandler } from '../src/expose/metrics-handler.js';
import { FakeClock } from './instruments/fake-clock.js';

/** What plain JavaScript could pass: a value of any type where the compiler would refuse it. */
const js = (value: unknown): never => value as never;

/** A registry in which every kind of instrument holds something that a wrong call could spoil. */
function stocked() {
  const registry = new Registry({ clock: new FakeClock(), onFault: () => {} });
  const help = 'Held for the test.';
  const held = {
    registry,
    requests: registry.counter({ name: 'requests_total', help, labelNames: ['method', 'status'] }),
    jobs: registry.counter({ name: 'jobs_total', help }),
    declared: registry.counter({ name: 'declared_total', help, labelNames: ['method'], labelValues: { method: ['GET', 'POST'] } }),
    level: registry.gauge({ name: 'level', help }),
    queued: registry.gauge({ name: 'queued', help, labelNames: ['queue'] }),
    size: registry.histogram({ name: 'size_bytes', help, buckets: [1, 10] }),
    latency: registry.histogram({ name: 'latency_seconds', help, labelNames: ['route'], buckets: [0.1, 1] }),
    native: registry.histogram({ name: 'native_bytes', help, native: {} }),
    wait: registry.summary({ name: 'wait_seconds', help, quantiles: [0.5] }),
    rpc: registry.summary({ name: 'rpc_seconds', help, labelNames: ['method'], quantiles: [0.5] }),
    packets: registry.sampledCounter({ name: 'packets_total', help, sampleRate: 1 }),
    hits: registry.sampledCounter({ name: 'hits_total', help, labelNames: ['page'], sampleRate: 1 }),
    depth: registry.rateLimitedGauge({ name: 'depth', help }),
    depths: registry.rateLimitedGauge({ name: 'depths', help, labelNames: ['queue'] }),
    build: registry.info({ name: 'build', help, labelNames: ['version'] }),
    power: registry.stateSet({ name: 'power', help, states: ['on', 'off'] }),
    doors: registry.stateSet({ name: 'doors', help, labelNames: ['door'], states: ['open', 'shut'] }),
    make: (options: object) => ({ name: 'new_metric', help, registry, ...options }) as never,
  };
  held.requests.inc({ method: 'GET', status: '200' }, 3);
  held.jobs.inc(2);
  held.declared.inc({ method: 'GET' });
  held.level.set(-1.5);
  held.queued.set({ queue: 'mail' }, 4);
  held.size.observe(5);
  held.latency.observe({ route: '/' }, 0.5);
  held.native.observe(5);
  held.wait.observe(2);
  held.rpc.observe({ method: 'Get' }, 0.25);
  held.packets.inc();
  held.hits.inc({ page: '/' });
  held.depth.set(1);
  held.depths.set({ queue: 'mail' }, 2);
  held.build.set({ version: '1' });
  held.doors.set({ door: 'front' }, 'shut');
  return held;
}

type Stock = ReturnType<typeof stocked>;
type Case = readonly [title: string, code: string, call: (f: Stock) => unknown, message: string];

// One table, so that all messages can be read side by side; that makes the file longer than others.
const cases: readonly Case[] = [
  // Names.
  ['no options', 'INVALID_OPTIONS', () => new Counter(js(undefined)),
    'counter: options are undefined; give an object with at least name and help'],
  ['options that are a string', 'INVALID_OPTIONS', () => new Gauge(js('jobs')),
    'gauge: options are "jobs"; give an object with at least name and help'],
  ['no name', 'INVALID_NAME', (f) => new Counter(f.make({ name: undefined })),
    'counter: name is undefined; every metric needs a name, for instance name: "jobs_total"'],
  ['an empty name', 'INVALID_NAME', (f) => new Gauge(f.make({ name: '' })),
    'gauge: name is ""; every metric needs a name, for instance name: "jobs_total"'],
  ['a number as name', 'INVALID_NAME', (f) => new Info(f.make({ name: 7 })),
    'info: name is 7; every metric needs a name, for instance name: "jobs_total"'],
  ['a name that begins with a digit', 'INVALID_NAME', (f) => new Counter(f.make({ name: '2xx_total' })),
    'counter "2xx_total": not a metric name; use letters, digits, "_" and ":", and do not begin with a digit, or ask for nameValidation: "utf8"'],
  ['a name with a hyphen', 'INVALID_NAME', (f) => new Histogram(f.make({ name: 'http-latency' })),
    'histogram "http-latency": not a metric name; use letters, digits, "_" and ":", and do not begin with a digit, or ask for nameValidation: "utf8"'],
  ['a name with a line feed', 'INVALID_NAME', (f) => new Summary(f.make({ name: 'a\nb' })),
    'summary "a\\nb": not a metric name; use letters, digits, "_" and ":", and do not begin with a digit, or ask for nameValidation: "utf8"'],
  ['a name beyond 512 characters', 'INVALID_NAME', (f) => new Gauge(f.make({ name: 'n'.repeat(513) })),
    'gauge "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…": the name has 513 characters; at most 512 are allowed, shorten it'],
  ['a namespace that is no string', 'INVALID_NAME', (f) => new Gauge(f.make({ namespace: 1 })),
    'gauge "new_metric": namespace is 1; give a string or leave it out'],
  ['a subsystem with a space', 'INVALID_NAME', (f) => new Gauge(f.make({ subsystem: 'my app' })),
    'gauge "my app_new_metric": not a metric name; use letters, digits, "_" and ":", and do not begin with a digit, or ask for nameValidation: "utf8"'],
  // Help and unit.
  ['no help', 'INVALID_HELP', (f) => new Counter(f.make({ help: undefined })),
    'counter "new_metric": help is undefined; say in a sentence what the metric measures'],
  ['an empty help', 'INVALID_HELP', (f) => new StateSet(f.make({ help: '', states: ['a'] })),
    'state set "new_metric": help is ""; say in a sentence what the metric measures'],
  ['a unit the name does not end in', 'INVALID_UNIT', (f) => new Counter(f.make({ name: 'sent_total', unit: 'bytes' })),
    'counter "sent_total": unit is "bytes", but the name does not end in it; call it "sent_bytes_total"'],
  ['a unit with a slash', 'INVALID_UNIT', (f) => new Gauge(f.make({ unit: 'm/s' })),
    'gauge "new_metric": unit is "m/s"; give a base unit such as "seconds" or "bytes", without the "_" before it'],
  ['a unit with its underscore', 'INVALID_UNIT', (f) => new Gauge(f.make({ unit: '_bytes' })),
    'gauge "new_metric": unit is "_bytes"; give a base unit such as "seconds" or "bytes", without the "_" before it'],
  ['an option of another library', 'INVALID_OPTIONS', (f) => new Counter(f.make({ registers: [f.registry] })),
    'counter "new_metric": unknown option "registers"; the options are "name", "help", "labelNames", "labelValues", "unit", "namespace", "subsystem", "constLabels", "limits", "expireAfterSeconds", "created", "nameValidation", "registry", "collect"'],
  ['an option of another kind', 'INVALID_OPTIONS', (f) => new Gauge(f.make({ buckets: [1] })),
    'gauge "new_metric": unknown option "buckets"; the options are "name", "help", "labelNames", "labelValues", "unit", "namespace", "subsystem", "constLabels", "limits", "expireAfterSeconds", "created", "nameValidation", "registry", "collect"'],
  ['an unknown option of a registry', 'INVALID_OPTIONS', () => new Registry(js({ constLabels: {} })),
    'registry: unknown option "constLabels"; the options are "clock", "limits", "expireAfterSeconds", "created", "nameValidation", "selfMetrics", "onFault"'],
  ['a fault logger that is none', 'INVALID_OPTIONS', () => new Registry({ onFault: js(5) }), 'registry: onFault is 5; give a function'],
  ['a unit on an info', 'INVALID_UNIT', (f) => new Info(f.make({ unit: 'bytes' })),
    'info "new_metric": unit is "bytes", but this kind of metric has no unit; leave it out'],
  ['a unit on a state set', 'INVALID_UNIT', (f) => new StateSet(f.make({ unit: 'bytes', states: ['a'] })),
    'state set "new_metric": unit is "bytes", but this kind of metric has no unit; leave it out'],
  // Label names and constant labels.
  ['label names as one string', 'INVALID_LABEL_NAME', (f) => new Counter(f.make({ labelNames: 'method' })),
    'counter "new_metric": labelNames is "method"; give an array of strings'],
  ['a label name with a hyphen', 'INVALID_LABEL_NAME', (f) => new Counter(f.make({ labelNames: ['status-code'] })),
    'counter "new_metric": "status-code" is not a label name; use letters, digits and "_", and do not begin with a digit'],
  ['a number as label name', 'INVALID_LABEL_NAME', (f) => new Counter(f.make({ labelNames: [1] })),
    'counter "new_metric": 1 is not a label name; use letters, digits and "_", and do not begin with a digit'],
  ['a label name with a reserved prefix', 'INVALID_LABEL_NAME', (f) => new Gauge(f.make({ labelNames: ['__name__'] })),
    'gauge "new_metric": label "__name__" begins with "__", which is reserved for Prometheus itself; rename it'],
  ['a label name twice', 'INVALID_LABEL_NAME', (f) => new Gauge(f.make({ labelNames: ['a', 'b', 'a'] })),
    'gauge "new_metric": label "a" is declared twice; name each label once'],
  ['le on a histogram', 'INVALID_LABEL_NAME', (f) => new Histogram(f.make({ labelNames: ['le'] })),
    'histogram "new_metric": label "le" is written by this kind of metric itself; rename yours'],
  ['quantile on a summary', 'INVALID_LABEL_NAME', (f) => new Summary(f.make({ labelNames: ['quantile'] })),
    'summary "new_metric": label "quantile" is written by this kind of metric itself; rename yours'],
  ['the state label among the labels', 'INVALID_LABEL_NAME', (f) => new StateSet(f.make({ states: ['a'], stateLabel: 'state', labelNames: ['state'] })),
    'state set "new_metric": label "state" is written by this kind of metric itself; rename yours'],
  ['constant labels as an array', 'INVALID_LABELS', (f) => new Counter(f.make({ constLabels: ['zone'] })),
    'counter "new_metric": constLabels is ["zone"]; give an object of label names and values'],
  ['a constant label that is null', 'INVALID_LABEL_VALUE', (f) => new Counter(f.make({ constLabels: { zone: null } })),
    'counter "new_metric": constant label "zone" is null; give a string, number, boolean or bigint'],
  ['a constant label that is a label as well', 'INVALID_LABEL_NAME', (f) => new Counter(f.make({ labelNames: ['zone'], constLabels: { zone: 'a' } })),
    'counter "new_metric": label "zone" is declared twice; name each label once'],
  ['le as a constant label', 'INVALID_LABEL_NAME', (f) => new Histogram(f.make({ constLabels: { le: '1' } })),
    'histogram "new_metric": label "le" is written by this kind of metric itself; rename yours'],
  // Declared label values.
  ['labelValues of an unknown label', 'INVALID_LABELS', (f) => new Counter(f.make({ labelNames: ['a'], labelValues: { b: ['x'] } })),
    'counter "new_metric": labelValues names "b", which is not among labelNames; add it there or take it out here'],
  ['labelValues that is no object', 'INVALID_LABEL_VALUE', (f) => new Counter(f.make({ labelNames: ['a'], labelValues: 5 })),
    'counter "new_metric": labelValues is 5; give an object of arrays'],
  ['an empty list of label values', 'INVALID_LABEL_VALUE', (f) => new Counter(f.make({ labelNames: ['a'], labelValues: { a: [] } })),
    'counter "new_metric": labelValues of "a" is []; give an array of at least one value'],
  ['a declared label value that is an object', 'INVALID_LABEL_VALUE', (f) => new Counter(f.make({ labelNames: ['a'], labelValues: { a: [{}] } })),
    'counter "new_metric": labelValues of "a" holds {}; give strings, numbers, booleans or bigints'],
  ['a label value that was not declared', 'INVALID_LABEL_VALUE', (f) => f.declared.inc(js({ method: 'PUT' })),
    'counter "declared_total": label "method" is "PUT"; labelValues allows only "GET", "POST"'],
  // Registry and collect options.
  ['a registry that is none', 'INVALID_OPTIONS', (f) => new Counter(f.make({ registry: {} })),
    'counter "new_metric": registry is {}; give a Registry, null for none, or leave it out for the default one'],
  ['a collect that is no function', 'INVALID_OPTIONS', (f) => new Gauge(f.make({ collect: 5 })),
    'gauge "new_metric": collect is 5; give a function that returns the value, or records it on this'],
  ['a collect of a counter that is no function', 'INVALID_OPTIONS', (f) => new Counter(f.make({ collect: 'now' })),
    'counter "new_metric": collect is "now"; give a function that returns the value, or records it on this'],
  // Labels when recording.
  ['a missing label', 'INVALID_LABELS', (f) => f.requests.inc(js({ method: 'GET' })),
    'counter "requests_total": missing label "status"; the labels are "method", "status"'],
  ['an extra label', 'INVALID_LABELS', (f) => f.requests.inc(js({ method: 'GET', status: '200', zone: 'a' })),
    'counter "requests_total": unknown label "zone"; the labels are "method", "status"'],
  ['a misspelt label', 'INVALID_LABELS', (f) => f.requests.labels(js({ method: 'GET', sttus: '200' })),
    'counter "requests_total": unknown label "sttus" and missing label "status"; the labels are "method", "status"'],
  ['too few label values', 'INVALID_LABELS', (f) => f.requests.labels(js('GET')),
    'counter "requests_total": 1 label value given; the labels are "method", "status"'],
  ['too many label values', 'INVALID_LABELS', (f) => f.queued.labels(...(['a', 'b'] as unknown as ['a'])),
    'gauge "queued": 2 label values given; the labels are "queue"'],
  ['an object and more', 'INVALID_LABELS', (f) => f.queued.labels(...([{ queue: 'a' }, 'b'] as unknown as ['a'])),
    'gauge "queued": 2 arguments, the first an object; give either one object or the values in order'],
  ['an undefined label value', 'INVALID_LABEL_VALUE', (f) => f.queued.set(js({ queue: undefined }), 1),
    'gauge "queued": label "queue" is undefined; give a string, number, boolean or bigint'],
  ['a null label value', 'INVALID_LABEL_VALUE', (f) => f.requests.labels('GET', js(null)),
    'counter "requests_total": label "status" is null; give a string, number, boolean or bigint'],
  ['a symbol as label value', 'INVALID_LABEL_VALUE', (f) => f.queued.labels(js(Symbol('mail'))),
    'gauge "queued": label "queue" is Symbol(mail); give a string, number, boolean or bigint'],
  ['a function as label value', 'INVALID_LABEL_VALUE', (f) => f.latency.observe(js({ route: () => '/' }), 1),
    'histogram "latency_seconds": label "route" is a function; give a string, number, boolean or bigint'],
  ['an object as label value', 'INVALID_LABEL_VALUE', (f) => f.rpc.observe(js({ method: { name: 'Get' } }), 1),
    'summary "rpc_seconds": label "method" is {name}; give a string, number, boolean or bigint'],
  ['an array in the place of labels', 'INVALID_LABELS', (f) => f.requests.inc(js(['GET', '200'])),
    'counter "requests_total": labels is ["GET", "200"]; the labels are "method", "status"'],
  ['a string in the place of labels', 'INVALID_LABELS', (f) => f.queued.set(js('mail'), 1),
    'gauge "queued": labels is "mail"; the labels are "queue"'],
  ['an amount in the place of labels', 'INVALID_LABELS', (f) => f.requests.inc(js(3)),
    'counter "requests_total": labels is 3; the labels are "method", "status"'],
  ['null in the place of labels', 'INVALID_AMOUNT', (f) => f.jobs.inc(js(null)),
    'counter "jobs_total": inc(null) is not a number; give one of at least 0'],
  ['labels on a metric without', 'INVALID_LABELS', (f) => f.jobs.inc(js({ method: 'GET' })),
    'counter "jobs_total": unknown label "method"; this metric has no labels, record on it directly'],
  ['a label value for a metric without', 'INVALID_LABELS', (f) => f.level.labels(js('mail')),
    'gauge "level": 1 label value given; this metric has no labels, record on it directly'],
  ['no labels on a metric with some', 'INVALID_LABELS', (f) => f.queued.setToCurrentTime(js({})),
    'gauge "queued": missing label "queue"; the labels are "queue"'],
  ['a read with a misspelt label', 'INVALID_LABELS', (f) => f.queued.get(js({ que: 'mail' })),
    'gauge "queued": unknown label "que" and missing label "queue"; the labels are "queue"'],
  // Amounts.
  ['a negative increment', 'INVALID_AMOUNT', (f) => f.jobs.inc(-1),
    'counter "jobs_total": inc(-1) is negative; a counter only rises, use a gauge'],
  ['a negative increment with new labels', 'INVALID_AMOUNT', (f) => f.requests.inc({ method: 'PUT', status: 500 }, -0.5),
    'counter "requests_total": inc(-0.5) is negative; a counter only rises, use a gauge'],
  ['an increment by NaN', 'INVALID_AMOUNT', (f) => f.jobs.inc(NaN),
    'counter "jobs_total": inc(NaN) is not a number; check where the amount comes from'],
  ['an increment by -Infinity', 'INVALID_AMOUNT', (f) => f.jobs.labels().inc(-Infinity),
    'counter "jobs_total": inc(-Infinity) is negative; a counter only rises, use a gauge'],
  ['an increment by a string', 'INVALID_AMOUNT', (f) => f.requests.inc({ method: 'PUT', status: 1 }, js('1')),
    'counter "requests_total": inc("1") is not a number; give one of at least 0'],
  ['an increment by a bigint', 'INVALID_AMOUNT', (f) => f.jobs.inc(js(1n)),
    'counter "jobs_total": inc(1n) is not a number; give one of at least 0'],
  ['an increment by true', 'INVALID_AMOUNT', (f) => f.jobs.inc(js(true)),
    'counter "jobs_total": inc(true) is not a number; give one of at least 0'],
  ['an increment by a symbol', 'INVALID_AMOUNT', (f) => f.jobs.inc(js(Symbol('one'))),
    'counter "jobs_total": inc(Symbol(one)) is not a number; give one of at least 0'],
  ['a gauge set to a string', 'INVALID_AMOUNT', (f) => f.level.set(js('12')),
    'gauge "level": set("12") is not a number; give one, NaN for a value that is not known'],
  ['a gauge set to nothing', 'INVALID_AMOUNT', (f) => f.queued.set({ queue: 'new' }, js(undefined)),
    'gauge "queued": set(undefined) is not a number; give one, NaN for a value that is not known'],
  ['a gauge raised by a string', 'INVALID_AMOUNT', (f) => f.level.inc(js('1')),
    'gauge "level": inc("1") is not a number; give one, NaN for a value that is not known'],
  ['a gauge lowered by null', 'INVALID_AMOUNT', (f) => f.queued.dec({ queue: 'new' }, js(null)),
    'gauge "queued": dec(null) is not a number; give one, NaN for a value that is not known'],
  ['a gauge handle set to a bigint', 'INVALID_AMOUNT', (f) => f.level.labels().set(js(5n)),
    'gauge "level": set(5n) is not a number; give one, NaN for a value that is not known'],
  ['an observation of NaN', 'INVALID_AMOUNT', (f) => f.size.observe(NaN),
    'histogram "size_bytes": observe(NaN) is not a number; check where the value comes from, or do not record it'],
  ['an observation of NaN with new labels', 'INVALID_AMOUNT', (f) => f.latency.observe({ route: '/new' }, NaN),
    'histogram "latency_seconds": observe(NaN) is not a number; check where the value comes from, or do not record it'],
  ['an observation of nothing', 'INVALID_AMOUNT', (f) => f.latency.observe({ route: '/new' }, js(undefined)),
    'histogram "latency_seconds": observe(undefined) is not a number; check where the value comes from, or do not record it'],
  ['a summary observation of NaN', 'INVALID_AMOUNT', (f) => f.wait.observe(NaN),
    'summary "wait_seconds": observe(NaN) is not a number; check where the value comes from, or do not record it'],
  ['a summary observation of a string', 'INVALID_AMOUNT', (f) => f.rpc.observe({ method: 'New' }, js('1')),
    'summary "rpc_seconds": observe("1") is not a number; check where the value comes from, or do not record it'],
  ['a sampled increment below 0', 'INVALID_AMOUNT', (f) => f.packets.inc(-1),
    'sampled counter "packets_total": inc(-1) is negative; a counter only rises, use a gauge'],
  ['a sampled increment by NaN with new labels', 'INVALID_AMOUNT', (f) => f.hits.inc({ page: '/new' }, NaN),
    'sampled counter "hits_total": inc(NaN) is not a number; check where the amount comes from'],
  ['a rate-limited gauge set to a string', 'INVALID_AMOUNT', (f) => f.depth.set(js('1')),
    'rate-limited gauge "depth": set("1") is not a number; give one, NaN for a value that is not known'],
  ['a rate-limited gauge set to null with new labels', 'INVALID_AMOUNT', (f) => f.depths.set({ queue: 'new' }, js(null)),
    'rate-limited gauge "depths": set(null) is not a number; give one, NaN for a value that is not known'],
  ['a state that is none', 'INVALID_STATE', (f) => f.power.set(js('dim')),
    'state set "power": "dim" is not one of its states; they are "on", "off"'],
  ['a state that is none, with new labels', 'INVALID_STATE', (f) => f.doors.set({ door: 'new' }, js('ajar')),
    'state set "doors": "ajar" is not one of its states; they are "open", "shut"'],
  ['a state that is none, by handle', 'INVALID_STATE', (f) => f.power.labels().enable(js('ON')),
    'state set "power": "ON" is not one of its states; they are "on", "off"'],
  ['a disabled state that is none', 'INVALID_STATE', (f) => f.power.labels().disable(js(0)),
    'state set "power": 0 is not one of its states; they are "on", "off"'],
  ['a timer stopped without its labels', 'INVALID_LABELS', (f) => f.latency.startTimer()(),
    'histogram "latency_seconds": missing label "route"; the labels are "route"'],
  // Buckets.
  ['buckets that are a number', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: 5 })),
    'histogram "new_metric": buckets is 5; give an array of upper bounds, for instance [0.1, 1, 10]'],
  ['no buckets', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: [] })),
    'histogram "new_metric": buckets has no finite bound; give at least one, or leave buckets out for the default ones'],
  ['only an infinite bucket', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: [Infinity] })),
    'histogram "new_metric": buckets has no finite bound; give at least one, or leave buckets out for the default ones'],
  ['unsorted buckets', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: [1, 3, 2] })),
    'histogram "new_metric": bucket bounds 3 and 2 are not rising; sort them'],
  ['a bucket twice', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: [1, 2, 2] })),
    'histogram "new_metric": bucket bound 2 comes twice; give each bound once'],
  ['0 and -0 as two buckets', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: [-0, 0, 1] })),
    'histogram "new_metric": bucket bound 0 comes twice; give each bound once'],
  ['a NaN bucket', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: [1, NaN] })),
    'histogram "new_metric": bucket bound NaN at place 1 is not a finite number; give upper bounds as numbers; +Inf may come last'],
  ['a -Infinity bucket', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: [-Infinity, 1] })),
    'histogram "new_metric": bucket bound -Infinity at place 0 is not a finite number; give upper bounds as numbers; +Inf may come last'],
  ['Infinity before the end', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: [1, Infinity, 2] })),
    'histogram "new_metric": bucket bound Infinity at place 1 is not the last; +Inf may only come last, and may be left out'],
  ['a bucket that is a string', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: ['1'] })),
    'histogram "new_metric": bucket bound "1" at place 0 is not a finite number; give upper bounds as numbers; +Inf may come last'],
  ['too many buckets', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ buckets: Array.from({ length: 10_001 }, (_, i) => i) })),
    'histogram "new_metric": buckets has 10001 bounds; at most 10000 are allowed'],
  ['native that is a number', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: 3 })),
    'histogram "new_metric": native: options are 3; give an object'],
  ['an unknown native option', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { factor: 2 } })),
    'histogram "new_metric": native: unknown option "factor"; the options are "bucketFactor", "maxBuckets", "minResetSeconds", "maxZeroThreshold", "zeroThreshold"'],
  ['a bucket factor of 1', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { bucketFactor: 1 } })),
    'histogram "new_metric": native.bucketFactor is 1; give a number above 1, for instance 1.1'],
  ['a bucket factor of NaN', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { bucketFactor: NaN } })),
    'histogram "new_metric": native.bucketFactor is NaN; give a number above 1, for instance 1.1'],
  ['no native buckets', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { maxBuckets: 0 } })),
    'histogram "new_metric": native.maxBuckets is 0; give a whole number of at least 1, or Infinity'],
  ['half a native bucket', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { maxBuckets: 1.5 } })),
    'histogram "new_metric": native.maxBuckets is 1.5; give a whole number of at least 1, or Infinity'],
  ['a native reset after no time', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { minResetSeconds: 0 } })),
    'histogram "new_metric": native.minResetSeconds is 0; give a number of seconds above 0, or leave it out for never'],
  ['a native reset that is a string', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { minResetSeconds: '1h' } })),
    'histogram "new_metric": native.minResetSeconds is "1h"; give a number of seconds above 0, or leave it out for never'],
  ['a negative zero threshold', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { zeroThreshold: -1 } })),
    'histogram "new_metric": native.zeroThreshold is -1; give a number of at least 0'],
  ['an infinite zero threshold', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { zeroThreshold: Infinity } })),
    'histogram "new_metric": native.zeroThreshold is Infinity; give a number of at least 0'],
  ['a zero bucket that is to be widened to less', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ native: { zeroThreshold: 1, maxZeroThreshold: 0.5 } })),
    'histogram "new_metric": native.maxZeroThreshold is 0.5; give a number of at least the zero threshold, 1'],
  ['native and no buckets', 'INVALID_BUCKETS', (f) => new Histogram(f.make({ native: {}, buckets: [] })),
    'histogram "new_metric": buckets has no finite bound; give at least one, or leave buckets out for the default ones'],
  ['a quantile above 1', 'INVALID_QUANTILES', (f) => f.size.quantile(1.5),
    'histogram "size_bytes": quantile(1.5) is not a number from 0 to 1; the 95th percentile is 0.95'],
  ['a quantile in per cent', 'INVALID_QUANTILES', (f) => f.latency.quantile({ route: '/' }, 95),
    'histogram "latency_seconds": quantile(95) is not a number from 0 to 1; the 95th percentile is 0.95'],
  ['a quantile of NaN by handle', 'INVALID_QUANTILES', (f) => f.latency.labels('/').quantile(NaN),
    'histogram "latency_seconds": quantile(NaN) is not a number from 0 to 1; the 95th percentile is 0.95'],
  ['a quantile without labels', 'INVALID_LABELS', (f) => f.latency.quantile(js(0.5), 0.5),
    'histogram "latency_seconds": labels is 0.5; the labels are "route"'],
  ['linear buckets without width', 'INVALID_BUCKETS', () => linearBuckets(0, 0, 3),
    'linearBuckets: width is 0; give a finite number above 0'],
  ['linear buckets from NaN', 'INVALID_BUCKETS', () => linearBuckets(NaN, 1, 3),
    'linearBuckets: start is NaN; give a finite number'],
  ['half a linear bucket', 'INVALID_BUCKETS', () => linearBuckets(0, 1, 0.5),
    'linearBuckets: count is 0.5; give a whole number from 1 to 10000'],
  ['linear buckets that do not rise', 'INVALID_BUCKETS', () => linearBuckets(1e20, 1, 2),
    'linearBuckets: bound 100000000000000000000 at place 1 is infinite or does not rise; choose a larger step, or fewer bounds if they have become infinite'],
  ['exponential buckets from 0', 'INVALID_BUCKETS', () => exponentialBuckets(0, 2, 3),
    'exponentialBuckets: start is 0; give a finite number above 0'],
  ['exponential buckets by 1', 'INVALID_BUCKETS', () => exponentialBuckets(1, 1, 3),
    'exponentialBuckets: factor is 1; give a finite number above 1'],
  ['exponential buckets beyond numbers', 'INVALID_BUCKETS', () => exponentialBuckets(1e300, 1e10, 2),
    'exponentialBuckets: bound Infinity at place 1 is infinite or does not rise; choose a larger step, or fewer bounds if they have become infinite'],
  ['an exponential range upside down', 'INVALID_BUCKETS', () => exponentialBucketsRange(2, 1, 3),
    'exponentialBucketsRange: max is 1; give a finite number above min'],
  ['an exponential range of one', 'INVALID_BUCKETS', () => exponentialBucketsRange(1, 2, 1),
    'exponentialBucketsRange: count is 1; give at least 2'],
  // Summaries, sampling, rate limits, states.
  ['quantiles that are a number', 'INVALID_QUANTILES', (f) => new Summary(f.make({ quantiles: 0.5 })),
    'summary "new_metric": quantiles is 0.5; give an array of numbers from 0 to 1, or [] for none'],
  ['a quantile of 95', 'INVALID_QUANTILES', (f) => new Summary(f.make({ quantiles: [0.5, 95] })),
    'summary "new_metric": quantile 95 is not a number from 0 to 1; the 95th percentile is 0.95'],
  ['a negative quantile', 'INVALID_QUANTILES', (f) => new Summary(f.make({ quantiles: [-0.1] })),
    'summary "new_metric": quantile -0.1 is not a number from 0 to 1; the 95th percentile is 0.95'],
  ['a NaN quantile', 'INVALID_QUANTILES', (f) => new Summary(f.make({ quantiles: [NaN] })),
    'summary "new_metric": quantile NaN is not a number from 0 to 1; the 95th percentile is 0.95'],
  ['a quantile twice', 'INVALID_QUANTILES', (f) => new Summary(f.make({ quantiles: [0.5, 0.9, 0.5] })),
    'summary "new_metric": quantile 0.5 comes twice; give each once'],
  ['a window of no time', 'INVALID_OPTIONS', (f) => new Summary(f.make({ maxAgeSeconds: 0 })),
    'summary "new_metric": maxAgeSeconds is 0; give a number of seconds above 0'],
  ['a window of NaN', 'INVALID_OPTIONS', (f) => new Summary(f.make({ maxAgeSeconds: NaN })),
    'summary "new_metric": maxAgeSeconds is NaN; give a number of seconds above 0'],
  ['no age buckets', 'INVALID_OPTIONS', (f) => new Summary(f.make({ ageBuckets: 0 })),
    'summary "new_metric": ageBuckets is 0; give a whole number from 1 to 1000'],
  ['half an age bucket', 'INVALID_OPTIONS', (f) => new Summary(f.make({ ageBuckets: 2.5 })),
    'summary "new_metric": ageBuckets is 2.5; give a whole number from 1 to 1000'],
  ['perfect relative accuracy', 'INVALID_OPTIONS', (f) => new Summary(f.make({ relativeAccuracy: 0 })),
    'summary "new_metric": relativeAccuracy is 0; give a number from 0.00001 to 0.5, 0.01 for one per cent'],
  ['relative accuracy of 1', 'INVALID_OPTIONS', (f) => new Summary(f.make({ relativeAccuracy: 1 })),
    'summary "new_metric": relativeAccuracy is 1; give a number from 0.00001 to 0.5, 0.01 for one per cent'],
  ['no samples', 'INVALID_OPTIONS', (f) => new Summary(f.make({ maxSamples: 0 })),
    'summary "new_metric": maxSamples is 0; give a whole number from 1 to 1000000'],
  ['too many samples', 'INVALID_OPTIONS', (f) => new Summary(f.make({ maxSamples: 1e7 })),
    'summary "new_metric": maxSamples is 10000000; give a whole number from 1 to 1000000'],
  ['no sample rate', 'INVALID_OPTIONS', (f) => new SampledCounter(f.make({})),
    'sampled counter "new_metric": sampleRate is undefined; give a number above 0 and at most 1'],
  ['a sample rate of 0', 'INVALID_OPTIONS', (f) => new SampledCounter(f.make({ sampleRate: 0 })),
    'sampled counter "new_metric": sampleRate is 0; give a number above 0 and at most 1'],
  ['a sample rate above 1', 'INVALID_OPTIONS', (f) => new SampledCounter(f.make({ sampleRate: 1.5 })),
    'sampled counter "new_metric": sampleRate is 1.5; give a number above 0 and at most 1'],
  ['a random that is no function', 'INVALID_OPTIONS', (f) => new SampledCounter(f.make({ sampleRate: 0.5, random: 4 })),
    'sampled counter "new_metric": random is 4; give a function, or leave it out'],
  ['a negative interval', 'INVALID_OPTIONS', (f) => new RateLimitedGauge(f.make({ minIntervalSeconds: -1 })),
    'rate-limited gauge "new_metric": minIntervalSeconds is -1; give a finite number of seconds, 0 or more'],
  ['an infinite interval', 'INVALID_OPTIONS', (f) => new RateLimitedGauge(f.make({ minIntervalSeconds: Infinity })),
    'rate-limited gauge "new_metric": minIntervalSeconds is Infinity; give a finite number of seconds, 0 or more'],
  ['a trailing that is a string', 'INVALID_OPTIONS', (f) => new RateLimitedGauge(f.make({ trailing: 'yes' })),
    'rate-limited gauge "new_metric": trailing is "yes"; give true or false'],
  ['no states', 'INVALID_STATE', (f) => new StateSet(f.make({})),
    'state set "new_metric": states is undefined; give an array of at least one and at most 16384 strings'],
  ['an empty list of states', 'INVALID_STATE', (f) => new StateSet(f.make({ states: [] })),
    'state set "new_metric": states is []; give an array of at least one and at most 16384 strings'],
  ['an empty state', 'INVALID_STATE', (f) => new StateSet(f.make({ states: ['a', ''] })),
    'state set "new_metric": state "" is not a string with characters in it; name every state'],
  ['a state twice', 'INVALID_STATE', (f) => new StateSet(f.make({ states: ['a', 'b', 'a'] })),
    'state set "new_metric": state "a" comes twice; give each once'],
  ['an initial state that is none', 'INVALID_STATE', (f) => new StateSet(f.make({ states: ['a'], initial: 'z' })),
    'state set "new_metric": "z" is not one of its states; they are "a"'],
  ['a state label with a hyphen', 'INVALID_LABEL_NAME', (f) => new StateSet(f.make({ states: ['a'], stateLabel: 'my-state' })),
    'state set "new_metric": states would be named by the label "my-state", which is not a label name; set stateLabel, for instance "state"'],
  ['a state label from a name with a colon', 'INVALID_LABEL_NAME', (f) => new StateSet(f.make({ name: 'a:b', states: ['a'] })),
    'state set "a:b": states would be named by the label "a:b", which is not a label name; set stateLabel, for instance "state"'],
  // Series made and removed.
  ['remove without labels', 'INVALID_LABELS', (f) => f.jobs.remove(),
    'counter "jobs_total": remove() takes away a series with labels, and this metric has none; unregister it, or set it back with reset()'],
  ['removeMatching without labels', 'INVALID_LABELS', (f) => f.jobs.removeMatching({}),
    'counter "jobs_total": removeMatching() takes away series with labels, and this metric has none; set it back with reset()'],
  ['removeMatching of an unknown label', 'INVALID_LABELS', (f) => f.requests.removeMatching(js({ zone: 'a' })),
    'counter "requests_total": unknown label "zone"; the labels are "method", "status"'],
  ['removeMatching of a string', 'INVALID_LABELS', (f) => f.requests.removeMatching(js('GET')),
    'counter "requests_total": labels is "GET"; the labels are "method", "status"'],
  ['removeMatching of undefined', 'INVALID_LABEL_VALUE', (f) => f.requests.removeMatching(js({ method: undefined })),
    'counter "requests_total": label "method" is undefined; give a string, number, boolean or bigint'],
  ['remove with a missing label', 'INVALID_LABELS', (f) => f.requests.remove(js({ method: 'GET' })),
    'counter "requests_total": missing label "status"; the labels are "method", "status"'],
  ['init of nothing declared', 'INVALID_LABELS', (f) => f.requests.init(),
    'counter "requests_total": init() without combinations needs labelValues for every label; declare them, or say which series to make'],
  ['init of a number', 'INVALID_LABELS', (f) => f.requests.init(js(4)),
    'counter "requests_total": init(4); give label objects, or for each label an array of values'],
  ['init with one bad among good', 'INVALID_LABELS', (f) => f.queued.init([{ queue: 'a' }, js({ que: 'b' })]),
    'gauge "queued": unknown label "que" and missing label "queue"; the labels are "queue"'],
  ['init with an undeclared value among good', 'INVALID_LABEL_VALUE', (f) => f.declared.init([{ method: 'POST' }, js({ method: 'PUT' })]),
    'counter "declared_total": label "method" is "PUT"; labelValues allows only "GET", "POST"'],
  ['init with a value that is no list', 'INVALID_LABELS', (f) => f.queued.init(js({ queue: 'a' })),
    'gauge "queued": init() has "a" for label "queue"; give an array of values'],
  ['init with a label missing', 'INVALID_LABELS', (f) => f.requests.init(js({ method: ['GET'] })),
    'counter "requests_total": missing label "status"; the labels are "method", "status"'],
  ['init of too many', 'INVALID_LABELS', (f) => f.requests.init({ method: Array(1000).fill('m'), status: Array(101).fill('s') }),
    'counter "requests_total": init() would make 101000 series; at most 100000 can be made at once'],
  // Limits and expiry.
  ['limits that are a number', 'INVALID_OPTIONS', (f) => new Counter(f.make({ limits: 1000 })),
    'counter "new_metric": limits is 1000; give an object, for instance { series: 1000 }'],
  ['limits that are null', 'INVALID_OPTIONS', (f) => new Gauge(f.make({ limits: null })),
    'gauge "new_metric": limits is null; give an object, for instance { series: 1000 }'],
  ['a limit that is none', 'INVALID_OPTIONS', (f) => new Counter(f.make({ limits: { maxSeries: 5 } })),
    'counter "new_metric": limits.maxSeries is no limit here; there are series, newSeriesPerSecond, labelValueBytes, onLimit'],
  ['a negative limit of series', 'INVALID_OPTIONS', (f) => new Histogram(f.make({ limits: { series: -1 } })),
    'histogram "new_metric": limits.series is -1; give a whole number of at least 0, or Infinity'],
  ['a limit of half a series', 'INVALID_OPTIONS', (f) => new Summary(f.make({ limits: { series: 0.5 } })),
    'summary "new_metric": limits.series is 0.5; give a whole number of at least 0, or Infinity'],
  ['a limit of series that is a string', 'INVALID_OPTIONS', (f) => new Counter(f.make({ limits: { series: '10' } })),
    'counter "new_metric": limits.series is "10"; give a whole number of at least 0, or Infinity'],
  ['a limit of series that is null', 'INVALID_OPTIONS', (f) => new Counter(f.make({ limits: { series: null } })),
    'counter "new_metric": limits.series is null; give a whole number of at least 0, or Infinity'],
  ['a rate of no new series', 'INVALID_OPTIONS', (f) => new Counter(f.make({ limits: { newSeriesPerSecond: 0 } })),
    'counter "new_metric": limits.newSeriesPerSecond is 0; give a number above 0, or Infinity'],
  ['a rate that is NaN', 'INVALID_OPTIONS', (f) => new StateSet(f.make({ states: ['a'], limits: { newSeriesPerSecond: NaN } })),
    'state set "new_metric": limits.newSeriesPerSecond is NaN; give a number above 0, or Infinity'],
  ['label values of no bytes', 'INVALID_OPTIONS', (f) => new Info(f.make({ limits: { labelValueBytes: 0 } })),
    'info "new_metric": limits.labelValueBytes is 0; give a whole number of at least 1, or Infinity'],
  ['label values of half a byte', 'INVALID_OPTIONS', (f) => new Counter(f.make({ limits: { labelValueBytes: 1.5 } })),
    'counter "new_metric": limits.labelValueBytes is 1.5; give a whole number of at least 1, or Infinity'],
  ['an onLimit that is none', 'INVALID_OPTIONS', (f) => new SampledCounter(f.make({ sampleRate: 1, limits: { onLimit: 'ignore' } })),
    'sampled counter "new_metric": limits.onLimit is "ignore"; give "overflow", "drop" or "throw"'],
  ['an onLimit that is null', 'INVALID_OPTIONS', (f) => new RateLimitedGauge(f.make({ limits: { onLimit: null } })),
    'rate-limited gauge "new_metric": limits.onLimit is null; give "overflow", "drop" or "throw"'],
  ['an expiry after no time', 'INVALID_OPTIONS', (f) => new Counter(f.make({ labelNames: ['a'], expireAfterSeconds: 0 })),
    'counter "new_metric": expireAfterSeconds is 0; give a number of seconds above 0, or leave it out for never'],
  ['an expiry that is NaN', 'INVALID_OPTIONS', (f) => new Gauge(f.make({ expireAfterSeconds: NaN })),
    'gauge "new_metric": expireAfterSeconds is NaN; give a number of seconds above 0, or leave it out for never'],
  ['an expiry that is a string', 'INVALID_OPTIONS', (f) => new Info(f.make({ expireAfterSeconds: '60' })),
    'info "new_metric": expireAfterSeconds is "60"; give a number of seconds above 0, or leave it out for never'],
  ['a registry’s limit that is none', 'INVALID_OPTIONS', () => new Registry({ limits: js({ serie: 5 }) }),
    'registry: limits.serie is no limit here; there are series, newSeriesPerSecond, labelValueBytes'],
  ['a registry’s onLimit', 'INVALID_OPTIONS', () => new Registry({ limits: js({ onLimit: 'drop' }) }),
    'registry: limits.onLimit is no limit here; there are series, newSeriesPerSecond, labelValueBytes'],
  ['a registry’s limit of NaN series', 'INVALID_OPTIONS', () => new Registry({ limits: { series: NaN } }),
    'registry: limits.series is NaN; give a whole number of at least 0, or Infinity'],
  ['a registry’s expiry below zero', 'INVALID_OPTIONS', () => new Registry({ expireAfterSeconds: -5 }),
    'registry: expireAfterSeconds is -5; give a number of seconds above 0, or leave it out for never'],
  ['a merged registry’s limits that are a string', 'INVALID_OPTIONS', (f) => Registry.merge([f.registry], { limits: js('many') }),
    'registry: limits is "many"; give an object, for instance { series: 1000 }'],
  // Request handlers.
  ['a negative block', 'INVALID_OPTIONS', (f) => createMetricsHandler(f.registry, { maxBlockMilliseconds: -1 }),
    'stream: maxBlockMilliseconds is -1; give a number of milliseconds, 0 or more'],
  ['a block that is a string', 'INVALID_OPTIONS', (f) => createFetchHandler(f.registry, { maxBlockMilliseconds: js('5') }),
    'stream: maxBlockMilliseconds is "5"; give a number of milliseconds, 0 or more'],
  ['a negative size to stream from', 'INVALID_OPTIONS', (f) => createMetricsHandler(f.registry, { streamFromBytes: -1 }),
    'handler: streamFromBytes is -1; give a number of bytes, 0 or more'],
  ['a size to stream from that is NaN', 'INVALID_OPTIONS', (f) => createFetchHandler(f.registry, { streamFromBytes: NaN }),
    'handler: streamFromBytes is NaN; give a number of bytes, 0 or more'],
  ['a size to stream from that is null', 'INVALID_OPTIONS', (f) => createMetricsHandler(f.registry, { streamFromBytes: js(null) }),
    'handler: streamFromBytes is null; give a number of bytes, 0 or more'],
  // Registries.
  ['the same name again', 'DUPLICATE_NAME', (f) => new Counter(f.make({ name: 'jobs_total' })),
    'counter "jobs_total": the registry already has counter "jobs_total"; take another name, or get the existing one with registry.get("jobs_total")'],
  ['a gauge named like a counter without its suffix', 'DUPLICATE_NAME', (f) => new Gauge(f.make({ name: 'jobs' })),
    'gauge "jobs": would share the name "jobs" with counter "jobs_total"; rename one of the two'],
  ['a gauge named like a histogram count', 'DUPLICATE_NAME', (f) => new Gauge(f.make({ name: 'size_bytes_count' })),
    'gauge "size_bytes_count": would share the name "size_bytes_count" with histogram "size_bytes"; rename one of the two'],
  ['another type of the same name', 'SHAPE_MISMATCH', (f) => f.registry.gauge({ name: 'jobs_total', help: 'Jobs.' }),
    'gauge "jobs_total": the registry has counter "jobs_total" with another shape: it is a counter, asked for was a gauge. Ask for the same shape, or take another name'],
  ['other labels of the same name', 'SHAPE_MISMATCH', (f) => f.registry.counter({ name: 'requests_total', help: 'Requests.', labelNames: ['status', 'method'] }),
    'counter "requests_total": the registry has counter "requests_total" with another shape: labels ["method", "status"], asked for was ["status", "method"]. Ask for the same shape, or take another name'],
  ['other buckets of the same name', 'SHAPE_MISMATCH', (f) => f.registry.histogram({ name: 'size_bytes', help: 'Size.', buckets: [1, 2] }),
    'histogram "size_bytes": the registry has histogram "size_bytes" with another shape: buckets [1, 10], asked for was [1, 2]. Ask for the same shape, or take another name'],
  ['other native buckets of the same name', 'SHAPE_MISMATCH', (f) => f.registry.histogram({ name: 'native_bytes', help: 'Size.', native: { bucketFactor: 2 } }),
    'histogram "native_bytes": the registry has histogram "native_bytes" with another shape: native schema 3, asked for was 0. Ask for the same shape, or take another name'],
  ['other quantiles of the same name', 'SHAPE_MISMATCH', (f) => f.registry.summary({ name: 'wait_seconds', help: 'Wait.', quantiles: [0.9] }),
    'summary "wait_seconds": the registry has summary "wait_seconds" with another shape: quantiles [0.5], asked for was [0.9]. Ask for the same shape, or take another name'],
  ['other states of the same name', 'SHAPE_MISMATCH', (f) => f.registry.stateSet({ name: 'power', help: 'Power.', states: ['on'] }),
    'state set "power": the registry has state set "power" with another shape: states ["on", "off"], asked for was ["on"]. Ask for the same shape, or take another name'],
  ['a registration of null', 'INVALID_OPTIONS', (f) => f.registry.register(js(null)),
    'registry: register(null); give an instrument, or a collector with a name and a collect function'],
  ['a collector without name', 'INVALID_OPTIONS', (f) => f.registry.register(js({ collect: () => [] })),
    'registry: register({collect}); give an instrument, or a collector with a name and a collect function'],
  ['a collector without collect', 'INVALID_OPTIONS', (f) => f.registry.register(js({ name: 'pool' })),
    'registry: register({name}); give an instrument, or a collector with a name and a collect function'],
  ['a second registration', 'DUPLICATE_NAME', (f) => f.registry.register(f.level),
    'gauge "level": is in this registry already; nothing needs to be done'],
  ['a merge with itself', 'INVALID_OPTIONS', (f) => Registry.merge([f.registry, f.registry]),
    'registry: the same registry is given twice; give each once'],
  ['an exposition of nothing', 'INVALID_OPTIONS', () => toText(js(undefined)),
    'registry: undefined is none; give a Registry or an array of them'],
  ['an exposition of an object', 'INVALID_OPTIONS', (f) => toText([f.registry, js({})]),
    'registry: {} is none; give a Registry or an array of them'],
];

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const seriesOf = (registry: Registry): number => registry.collectSync().reduce((count, view) => count + view.table.size, 0);

describe('Whoever uses it wrongly is told, and nothing changes', () => {
  test.each(cases)('A use with %s is refused.', (_title, code, call, message) => {
    const held = stocked();
    const text = toText(held.registry);
    const series = seriesOf(held.registry);
    const error = thrownBy(() => call(held));
    expect(error).toBeInstanceOf(TallystickError);
    expect((error as TallystickError).message).toBe(message);
    expect((error as TallystickError).code).toBe(code);
    expect(toText(held.registry)).toBe(text);
    expect(seriesOf(held.registry)).toBe(series);
  });

  test('The table holds more than a hundred wrong uses, each once.', () => {
    expect(cases.length).toBeGreaterThan(100);
    expect(new Set(cases.map(([title]) => title)).size).toBe(cases.length);
  });

  test('A wrong timeout rejects the collection.', async () => {
    const { registry } = stocked();
    await expect(registry.collect({ timeoutSeconds: -1 })).rejects.toThrow('registry: timeoutSeconds is -1; give a number of seconds, 0 or more');
    await expect(registry.collect({ timeoutSeconds: NaN })).rejects.toThrow('registry: timeoutSeconds is NaN; give a number of seconds, 0 or more');
  });

  test('A wrong block rejects the stream’s first chunk.', async () => {
    const { registry } = stocked();
    await expect(stream(registry, { maxBlockMilliseconds: NaN }).next()).rejects.toThrow('stream: maxBlockMilliseconds is NaN; give a number of milliseconds, 0 or more');
  });

  test('A series beyond a limit that throws is refused, and nothing changes but the count of refusals.', () => {
    const registry = new Registry({ clock: new FakeClock() });
    const help = 'Held for the test.';
    const limits = { series: 1, onLimit: 'throw' } as const;
    const kinds = {
      counter: ((it) => (x: string) => it.inc({ x }))(registry.counter({ name: 'a_total', help, labelNames: ['x'], limits })),
      gauge: ((it) => (x: string) => it.set({ x }, 1))(registry.gauge({ name: 'b', help, labelNames: ['x'], limits })),
      histogram: ((it) => (x: string) => it.observe({ x }, 1))(registry.histogram({ name: 'c', help, labelNames: ['x'], limits })),
      summary: ((it) => (x: string) => it.observe({ x }, 1))(registry.summary({ name: 'd', help, labelNames: ['x'], limits })),
      'sampled counter': ((it) => (x: string) => it.inc({ x }))(registry.sampledCounter({ name: 'e_total', help, labelNames: ['x'], sampleRate: 1, limits })),
      'rate-limited gauge': ((it) => (x: string) => void it.set({ x }, 1))(registry.rateLimitedGauge({ name: 'f', help, labelNames: ['x'], limits })),
      info: ((it) => (x: string) => it.set({ x }))(registry.info({ name: 'g', help, labelNames: ['x'], limits })),
      'state set': ((it) => (x: string) => it.set({ x }, 'on'))(registry.stateSet({ name: 'h', help, labelNames: ['x'], states: ['off', 'on'], limits })),
    };
    for (const record of Object.values(kinds)) record('known');
    const before = toText(registry);
    for (const [kind, record] of Object.entries(kinds)) {
      const error = thrownBy(() => record('other')) as TallystickError;
      expect(error.code).toBe('LIMIT_REACHED');
      expect(error.message).toMatch(new RegExp(`^${kind} "[a-h](_total)?": a new series is refused: there are as many as limits.series allows; record with known labels, raise the limit, or choose onLimit: "overflow"$`));
    }
    expect(toText(registry).replace(/^.*tallystick_refused_recordings_total.*\n/gm, '')).toBe(before);
  });

  test('A clock that is none is refused.', () => {
    expect(() => new Registry({ clock: js({}) })).toThrow("clock: an object with monotonicSeconds() and wallSeconds() is expected; leave it out for the platform's clock");
  });
});
