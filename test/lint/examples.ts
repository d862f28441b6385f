import type { CollectedFamily, CollectedSeries } from '../../src/model/collected.js';

/** Families that a rule has something to say about, and the same without its fault. */
export interface Example {
  readonly bad: readonly CollectedFamily[];
  /** The way out that the finding names. */
  readonly mend: string;
  readonly label?: string;
  readonly good: readonly CollectedFamily[];
}

/** A family that no rule has anything to say about, but for what is given. */
export function family(type: CollectedFamily['type'], name: string, given: Partial<CollectedFamily> = {}): CollectedFamily {
  return { type, name, help: `What ${name} tells, in words.`, series: [one(type)], ...given };
}

const counter = (name: string, given: Partial<CollectedFamily> = {}): CollectedFamily => family('counter', name, given);
const gauge = (name: string, given: Partial<CollectedFamily> = {}): CollectedFamily => family('gauge', name, given);

function one(type: CollectedFamily['type']): CollectedSeries {
  if (type === 'histogram' || type === 'gaugehistogram') return { labels: {}, sum: 3, buckets: buckets({ 0.1: 1, 1: 2 }, 2) };
  return type === 'summary' ? { labels: {}, sum: 3, count: 2 } : { labels: {}, value: 1 };
}

/** Cumulative counts by bound, and how many there are in all. */
function buckets(counts: Readonly<Record<string, number>>, all: number): { le: number; count: number }[] {
  return [...Object.entries(counts).map(([le, count]) => ({ le: Number(le), count })).sort((a, b) => a.le - b.le), { le: Infinity, count: all }];
}

/** A series for each value of a label. */
function labelled(label: string, values: readonly string[], type: CollectedFamily['type'] = 'counter'): Pick<CollectedFamily, 'series'> {
  return { series: values.map((value) => ({ ...one(type), labels: { [label]: value } })) };
}

const many = (count: number, value: (i: number) => string = (i) => `v${i}`): string[] => Array.from({ length: count }, (_, i) => value(i));
const valued = (...values: number[]): Pick<CollectedFamily, 'series'> => ({ series: values.map((value, i) => ({ labels: values.length === 1 ? {} : { shard: `s${i}` }, value })) });
const spread = (counts: Readonly<Record<string, number>>, all: number): Pick<CollectedFamily, 'series'> => ({ series: [{ labels: {}, sum: 3, buckets: buckets(counts, all) }] });

const uuid = (i: number): string => `0b9e8d2c-6f4b-4b9c-8a3e-0123456789a${i}`;
const five = ['a', 'b', 'c', 'd', 'e'];

/** By code. */
export const examples: Readonly<Record<string, Example>> = {
  'name-characters': { bad: [gauge('shop.queue.depth')], mend: 'call it "shop_queue_depth" where all of them are to see the same', good: [gauge('shop_queue_depth')] },
  'name-underscore': { bad: [gauge('_shop_queue')], mend: 'call it "shop_queue"', good: [gauge('shop_queue')] },
  'name-colon': { bad: [gauge('shop:queue')], mend: 'call it "shop_queue"', good: [gauge('shop_queue')] },
  'name-case': { bad: [gauge('shopHTTPQueueDepth')], mend: 'call it "shop_http_queue_depth"', good: [gauge('shop_http_queue_depth')] },
  'name-type': { bad: [gauge('shop_gauge_orders')], mend: 'call it "shop_orders"', good: [gauge('shop_orders')] },
  'name-scrape': { bad: [gauge('scrape_duration_seconds')], mend: 'put the name of the application before it: "app_scrape_duration_seconds"', good: [gauge('jmx_scrape_duration_seconds')] },
  'name-prefix': { bad: [counter('requests_total')], mend: 'put the name of the application or of the thing measured before it: "app_requests_total"', good: [counter('http_requests_total')] },
  'name-statistic': { bad: [gauge('shop_latency_p99_seconds')], mend: 'observe each value in a histogram "shop_latency_seconds", and let the server compute it', good: [gauge('shop_latency_seconds')] },
  'name-numbered': { bad: [counter('http_responses_404_total'), counter('http_responses_200_total')], mend: 'make them one metric "http_responses_total", with the number in a label', good: [counter('http_responses_404_total'), counter('http_answers_200_total')] },
  'name-duplicate': { bad: [gauge('shop_orders'), gauge('shop_orders', { help: 'Others.' })], mend: 'make them one, or rename all but one', good: [gauge('shop_orders')] },
  'name-clash': { bad: [counter('shop_orders_total'), gauge('shop_orders')], mend: 'rename one of them', good: [counter('shop_orders_total'), gauge('shop_orders_open')] },
  'name-escaped-clash': { bad: [gauge('shop.orders'), gauge('shop_orders')], mend: 'rename one of them', good: [gauge('shop_orders'), gauge('shop_order_lines')] },
  'counter-total': { bad: [counter('shop_requests_count')], mend: 'call it "shop_requests_total"', good: [counter('shop_requests_total')] },
  'total-not-counter': { bad: [gauge('shop_orders_total')], mend: 'call it "shop_orders", or make it a counter if it only rises', good: [family('unknown', 'shop_orders_total'), gauge('shop_orders_open')] },
  'suffix-reserved': { bad: [gauge('shop_orders_count')], mend: 'call it "shop_orders"', good: [gauge('shop_orders')] },
  'info-suffix': { bad: [counter('shop_build_info')], mend: 'call it "shop_build"', good: [family('info', 'shop_build_info'), gauge('shop_runtime_info')] },
  'timestamp-not-gauge': { bad: [family('summary', 'shop_start_timestamp_seconds')], mend: 'make it a gauge', good: [gauge('shop_start_timestamp_seconds')] },
  'timestamp-suffix': { bad: [gauge('shop_start_timestamp')], mend: 'call it "shop_start_timestamp_seconds", in seconds since the Unix epoch', good: [gauge('shop_start_timestamp_seconds')] },
  'type-missing': { bad: [family('unknown', 'shop_orders')], mend: 'say that it is a counter if it only rises, else a gauge', good: [gauge('shop_orders')] },
  'base-unit': { bad: [family('histogram', 'shop_wait_milliseconds')], mend: 'call it "shop_wait_seconds", and give seconds', good: [family('histogram', 'shop_wait_seconds')] },
  'unit-abbreviated': { bad: [counter('shop_sent_mb_total')], mend: 'call it "shop_sent_bytes_total", and give it in that unit', good: [counter('shop_sent_bytes_total')] },
  'unit-singular': { bad: [counter('shop_sent_byte_total')], mend: 'call it "shop_sent_bytes_total"', good: [counter('shop_sent_bytes_total')] },
  'unit-position': { bad: [counter('shop_bytes_sent_total')], mend: 'call it "shop_sent_bytes_total"', good: [counter('shop_sent_bytes_total')] },
  'unit-suffix': { bad: [counter('shop_sent_total', { unit: 'bytes' })], mend: 'call it "shop_sent_bytes_total", or leave the unit out', good: [counter('shop_sent_bytes_total', { unit: 'bytes' })] },
  'unit-not-base': { bad: [gauge('shop_wait_ms', { unit: 'ms' })], mend: 'give "seconds"', good: [gauge('shop_wait_seconds', { unit: 'seconds' })] },
  'unit-not-allowed': { bad: [family('info', 'shop_build_info', { unit: 'bytes' })], mend: 'leave the unit out', good: [family('info', 'shop_build_info')] },
  'ratio-range': { bad: [gauge('shop_disk_usage_ratio', valued(0.3, 47))], mend: 'divide percentages by 100', good: [gauge('shop_disk_usage_ratio', valued(0.3, 1))] },
  'help-missing': { bad: [gauge('shop_orders', { help: ' ' })], mend: 'say in a sentence what it counts or measures', good: [gauge('shop_orders', { help: 'Orders.' })] },
  'help-is-name': { bad: [counter('shop_orders_total', { help: 'Shop orders.' })], mend: 'say in a sentence what it counts or measures', good: [counter('shop_orders_total', { help: 'Orders taken in the shop.' })] },
  'help-duplicate': { bad: [gauge('shop_orders', { help: 'Orders.' }), gauge('shop_lines', { help: 'orders' })], mend: 'say of each what tells it from the others', good: [gauge('shop_orders', { help: 'Orders.' }), gauge('shop_lines', { help: 'Lines.' })] },
  'help-long': { bad: [gauge('shop_orders', { help: 'Orders. '.repeat(40) })], mend: 'say it in 300, and the rest in the documentation', good: [gauge('shop_orders', { help: 'Orders. '.repeat(37) })] },
  'label-reserved': { bad: [counter('shop_orders_total', labelled('le', ['1', '2']))], label: 'le', mend: 'call it "limit", or by what it is', good: [counter('shop_orders_total', labelled('limit', ['1', '2']))] },
  'label-underscore': { bad: [counter('shop_orders_total', labelled('__kind', ['a']))], label: '__kind', mend: 'call it "kind"', good: [counter('shop_orders_total', labelled('kind', ['a']))] },
  'label-characters': { bad: [counter('shop_orders_total', labelled('order.kind', ['a']))], label: 'order.kind', mend: 'call it "order_kind"', good: [counter('shop_orders_total', labelled('order_kind', ['a']))] },
  'label-case': { bad: [counter('shop_orders_total', labelled('orderKind', ['a']))], label: 'orderKind', mend: 'call it "order_kind"', good: [counter('shop_orders_total', labelled('order_kind', ['a']))] },
  'label-in-name': { bad: [counter('shop_orders_by_kind_total', labelled('kind', ['a']))], label: 'kind', mend: 'call it "shop_orders_total"', good: [counter('shop_orders_total', labelled('kind', ['a'])), family('info', 'shop_kind_info', labelled('kind', ['a']))] },
  'label-generic': { bad: [counter('shop_orders_total', labelled('type', ['a']))], label: 'type', mend: 'name it after what it tells apart, for instance "operation" or "queue"', good: [counter('shop_orders_total', labelled('queue', ['a']))] },
  'label-target': { bad: [counter('shop_orders_total', labelled('env', ['a', 'b']))], label: 'env', mend: 'leave it to the scrape configuration, or give it a name of your own', good: [counter('shop_orders_total', labelled('queue', ['a', 'b']))] },
  'label-everywhere': {
    bad: five.map((name) => gauge(`shop_${name}s_open`, labelled('branch', ['Main Street']))),
    label: 'branch',
    mend: 'leave it to the scrape configuration, or put it into an info metric',
    good: five.map((name, i) => gauge(`shop_${name}s_open`, labelled('branch', i === 0 ? ['Main Street', 'Station'] : ['Main Street']))),
  },
  'label-total': { bad: [counter('shop_orders_total', labelled('kind', ['a', 'b', 'total']))], label: 'kind', mend: 'leave that series out; the server adds up', good: [counter('shop_orders_total', labelled('kind', ['a', 'b']))] },
  'label-names-differ': {
    bad: [counter('shop_orders_total', { series: [{ labels: { kind: 'a' }, value: 1 }, { labels: {}, value: 1 }] })],
    label: 'kind',
    mend: 'give every series the same label names, or make two metrics of it',
    good: [counter('shop_orders_total', { series: [{ labels: { kind: 'a' }, value: 1 }, { labels: { kind: '' }, value: 1 }] })],
  },
  'labels-many': {
    bad: [counter('shop_orders_total', { series: [{ labels: Object.fromEntries(many(11).map((name) => [name, 'x'])), value: 1 }] })],
    mend: 'keep those that people select and group by, and put what describes a thing into an info metric',
    good: [counter('shop_orders_total', { series: [{ labels: Object.fromEntries(many(10).map((name) => [name, 'x'])), value: 1 }] })],
  },
  'series-duplicate': {
    bad: [counter('shop_orders_total', { series: [{ labels: { kind: 'a', hall: 1 }, value: 1 }, { labels: { hall: '1', kind: 'a' }, value: 1 }] })],
    mend: 'give each its own labels, or add them up',
    good: [counter('shop_orders_total', { series: [{ labels: { kind: 'a', hall: 1 }, value: 1 }, { labels: { kind: 'a', hall: 2 }, value: 1 }] })],
  },
  'series-many': {
    bad: [counter('shop_orders_total', { series: many(1001).map((_, i) => ({ labels: { kind: `k${i % 90}`, hall: `h${i % 12}`, lane: `l${Math.floor(i / 500)}` }, value: 1 })) })],
    label: 'kind',
    mend: 'group the values of "kind", or leave it out',
    good: [counter('shop_orders_total', { series: many(1000).map((_, i) => ({ labels: { kind: `k${i % 100}`, hall: `h${Math.floor(i / 100)}` }, value: 1 })) })],
  },
  'label-values-many': { bad: [counter('shop_orders_total', labelled('kind', many(101)))], label: 'kind', mend: 'group them, or put them into logs or traces', good: [counter('shop_orders_total', labelled('kind', many(100)))] },
  'label-unbounded': { bad: [counter('shop_orders_total', labelled('buyer', many(3, uuid)))], label: 'buyer', mend: 'put them into logs, traces or exemplars, and group them here', good: [counter('shop_orders_total', labelled('buyer', ['first', 'known', 'staff', uuid(1)]))] },
  'label-value-long': { bad: [counter('shop_orders_total', labelled('note', ['x'.repeat(257)]))], label: 'note', mend: 'give what it belongs to a short name, and keep the text for logs', good: [counter('shop_orders_total', labelled('note', ['x'.repeat(256)]))] },
  'buckets-order': { bad: [family('histogram', 'shop_wait_seconds', { series: [{ labels: {}, sum: 1, buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 1 }] }] })], mend: 'give cumulative counts by rising bounds, the last one +Inf', good: [family('histogram', 'shop_wait_seconds')] },
  'buckets-none': {
    bad: [family('histogram', 'shop_wait_seconds', spread({}, 2))],
    mend: 'give it bounds or native buckets, or make it a summary without quantiles',
    good: [family('histogram', 'shop_wait_seconds', { series: [{ labels: {}, sum: 1, count: 1, native: { schema: 3, zeroThreshold: 0, zeroCount: 0, positive: [{ index: 1, count: 1 }], negative: [] } }] })],
  },
  'buckets-differ': {
    bad: [family('histogram', 'shop_wait_seconds', { series: [{ labels: { hall: 'a' }, sum: 1, buckets: buckets({ 1: 1 }, 1) }, { labels: { hall: 'b' }, sum: 1, buckets: buckets({ 2: 1 }, 1) }] })],
    mend: 'give all of them the same bounds',
    good: [family('histogram', 'shop_wait_seconds', labelled('hall', ['a', 'b'], 'histogram'))],
  },
  'buckets-many': {
    bad: [family('histogram', 'shop_wait_seconds', spread(Object.fromEntries(many(31, (i) => String(i + 1)).map((le) => [le, 0])), 0))],
    mend: 'take fewer, further apart, or native buckets',
    good: [family('histogram', 'shop_wait_seconds', spread(Object.fromEntries(many(30, (i) => String(i + 1)).map((le) => [le, 0])), 0))],
  },
  'buckets-gap': { bad: [family('histogram', 'shop_wait_seconds', spread({ 0.1: 1, 2: 2 }, 2))], mend: 'put bounds between them', good: [family('histogram', 'shop_wait_seconds', spread({ 0.1: 1, 1: 2, 10: 2 }, 2))] },
  'buckets-first': { bad: [family('histogram', 'shop_wait_seconds', spread({ 1: 96, 2: 100 }, 100))], mend: 'put bounds below 1', good: [family('histogram', 'shop_wait_seconds', spread({ 1: 95, 2: 100 }, 100))] },
  'buckets-infinite': { bad: [family('histogram', 'shop_wait_seconds', spread({ 1: 40, 2: 89 }, 100))], mend: 'put bounds above 2', good: [family('histogram', 'shop_wait_seconds', spread({ 1: 40, 2: 90 }, 100))] },
  'info-value': { bad: [gauge('shop_build_info', valued(7))], mend: 'put what it tells into labels, or call it by another name', good: [gauge('shop_build_info', valued(1)), family('info', 'shop_runtime', { series: [{ labels: { version: 'v1' } }] })] },
  'counter-value': { bad: [counter('shop_orders_total', valued(1, NaN))], mend: 'make it a gauge', good: [counter('shop_orders_total', valued(1, Infinity))] },
  'counter-like-gauge': { bad: [counter('shop_active_orders_total')], mend: 'make it a gauge if it does', good: [counter('shop_orders_total')] },
  'gauge-like-counter': { bad: [gauge('shop_orders_processed')], mend: 'make it a counter "shop_orders_processed_total" if it does', good: [gauge('shop_orders_open'), gauge('shop_last_orders_processed'), gauge('shop_orders_failed', valued(-1))] },
  'time-since': { bad: [gauge('shop_seconds_since_last_order')], mend: 'give the time when it happened as "shop_last_order_timestamp_seconds", and let the server subtract', good: [gauge('shop_last_order_timestamp_seconds')] },
  'timestamp-milliseconds': { bad: [gauge('shop_start_time_seconds', valued(1.7e12))], mend: 'divide by 1000', good: [gauge('shop_start_time_seconds', valued(1.7e9)), gauge('shop_stop_time_seconds', valued(9223372036854776))] },
  'sample-timestamp': { bad: [gauge('shop_orders', { series: [{ labels: {}, value: 1, timestamp: 1.7e9 }] })], mend: 'leave it out; the server notes the time of the scrape, and drops what is too old', good: [gauge('shop_orders')] },
  'summary-series': {
    bad: [family('summary', 'shop_wait_seconds', { series: many(21).map((hall) => ({ labels: { hall }, sum: 1, count: 1, quantiles: [{ quantile: 0.5, value: 1 }] })) })],
    mend: 'make it a histogram, or leave the quantiles out',
    good: [family('summary', 'shop_wait_seconds', labelled('hall', many(21), 'summary'))],
  },
};
