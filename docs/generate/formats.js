// @ts-check
/**
 * Writes docs/formats.md by running the writers: `npm run docs:formats`. With `--check` it writes nothing, and fails where the page would
 * become another.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, toBytes, toText } from '../../dist/index.js';
import { describeMessages } from './protobuf-text.js';

const page = new URL('../formats.md', import.meta.url);

/** The same moment for every reader of the page. */
const now = 1_763_640_000;
const clock = { wallSeconds: () => now, monotonicSeconds: () => 0 };

/** @typedef {import('../../dist/index.js').FormatName} FormatName */

/** @type {readonly (readonly [format: FormatName, title: string])[]} */
const textFormats = [
  ['text-0.0.4', 'Text 0.0.4'],
  ['openmetrics-1.0.0', 'OpenMetrics 1.0'],
  ['openmetrics-2.0.0', 'OpenMetrics 2.0'],
  ['json', 'JSON'],
];

/** @type {readonly { title: string, note: string, build(registry: Registry): void, formats?: readonly FormatName[] }[]} */
const examples = [
  {
    title: 'Counter',
    note: 'With a unit, a created time and an exemplar. OpenMetrics 1.0 calls the family by its name without `_total`, the sample always ends in `_total`, and the created time is a sample; text 0.0.4 has neither unit, created time nor exemplar.',
    build(registry) {
      const counter = new Counter({ name: 'network_sent_bytes_total', help: 'Bytes sent.', unit: 'bytes', labelNames: ['peer'], registry, created: true });
      counter.inc({ peer: 'b' }, 1500, { labels: { trace_id: '4bf92f35' } });
    },
  },
  {
    title: 'Gauge',
    note: 'Alike in all formats.',
    build(registry) {
      new Gauge({ name: 'room_temperature_celsius', help: 'Temperature.', unit: 'celsius', labelNames: ['room'], registry }).set({ room: 'attic' }, 21.5);
    },
  },
  {
    title: 'Histogram',
    note: 'Bounds are written in each format as its readers expect them: `1` in text 0.0.4, `1.0` in OpenMetrics 1.0. OpenMetrics 1.0 leaves sum and count out where observations may be negative, as it demands.',
    build(registry) {
      const histogram = new Histogram({ name: 'request_duration_seconds', help: 'Time to answer.', unit: 'seconds', buckets: [0.1, 1], registry });
      histogram.observe(0.05);
      histogram.observe(0.7, { labels: { trace_id: '00f067aa' } });
    },
  },
  {
    title: 'Native histogram',
    note: 'Only protobuf and OpenMetrics 2.0 (and JSON) carry native buckets. The text formats before show the number and the sum of observations, and whatever classic buckets the histogram has beside.',
    build(registry) {
      const histogram = new Histogram({ name: 'job_duration_seconds', help: 'Time a job took.', native: { bucketFactor: 1.5 }, registry });
      for (const seconds of [0, 0.3, 0.31, 2.5]) histogram.observe(seconds);
    },
  },
  {
    title: 'Summary',
    note: 'OpenMetrics allows no negative quantile and no negative sum: 1.0 leaves such a line out, 2.0, which demands the sum, the series.',
    build(registry) {
      const summary = new Summary({ name: 'rpc_duration_seconds', help: 'Time an RPC took.', quantiles: [0.5, 0.99], registry });
      summary.observe(0.25);
    },
  },
  {
    title: 'Info',
    note: 'A gauge where a format has no info. Its samples end in `_info`, whether the name given does or not; OpenMetrics 1.0 calls the family by the name without it.',
    build(registry) {
      new Info({ name: 'build', help: 'What is running.', labelNames: ['version'], registry }).set({ version: '1.4.0' });
    },
  },
  {
    title: 'State set',
    note: 'A gauge where a format has no state sets. OpenMetrics demands that the label be called as the family is, whatever `stateLabel` says for the others.',
    build(registry) {
      new StateSet({ name: 'breaker_state', help: 'State of the breaker.', states: ['closed', 'open'], stateLabel: 'state', registry }).set('open');
    },
  },
  {
    title: 'Gauge histogram and unknown',
    note: 'Only collectors yield these: there are no instruments for them. Text 0.0.4 has no gauge histogram and shows a histogram.',
    build(registry) {
      registry.register({
        name: 'queue',
        collect: () => [
          { name: 'queue_age_seconds', help: 'Age of what waits.', type: 'gaugehistogram', series: [{ sum: 4.5, buckets: [{ le: 1, count: 2 }, { le: Infinity, count: 3 }] }] },
          { name: 'legacy_value', help: 'Nobody knows.', type: 'unknown', series: [{ value: 42, timestamp: now }] },
        ],
      });
    },
  },
  {
    title: 'Names beyond ASCII letters',
    note: 'What a program gets from `toText` and its like: text 0.0.4 and OpenMetrics 1.0 escape such names with underscores unless `escaping` says otherwise; the other formats write them as they are. The handlers escape them with underscores in every format but JSON, unless `escaping` in the `Accept` header, or in `negotiation`, says otherwise.',
    build(registry) {
      registry.counter({ name: 'http.requests', help: 'Requests.', labelNames: ['service.name'], nameValidation: 'utf8' }).inc({ 'service.name': 'shop' });
    },
    formats: ['text-0.0.4', 'text-1.0.0', 'openmetrics-1.0.0', 'openmetrics-2.0.0'],
  },
];

const capabilities = `| | text 0.0.4 | text 1.0.0 | OpenMetrics 1.0 | OpenMetrics 2.0 | protobuf | JSON |
|---|---|---|---|---|---|---|
| names of any characters | escaped | quoted | escaped; quoted when asked for | quoted | yes | yes |
| the same, from a handler | escaped | escaped; quoted when asked for | escaped; quoted when asked for | escaped; quoted when asked for | escaped; as they are when asked for | yes |
| info, state set | as gauges | as gauges | yes | yes | as gauges | yes |
| gauge histogram | as a histogram | as a histogram | yes | yes | yes | yes |
| unknown | untyped | untyped | yes | yes | untyped | yes |
| unit | no | no | yes | yes | yes | yes |
| created time | no | no | as a sample | as start time | yes | yes |
| exemplars | no | no | one a counter or bucket | several a series, each with a time | yes | yes |
| native buckets | no | no | no | yes | yes | yes |
| time of a sample | milliseconds | milliseconds | seconds | seconds | milliseconds | seconds |
| NaN, infinities | yes | yes | yes | yes | yes | as the strings \`"NaN"\`, \`"+Inf"\`, \`"-Inf"\` |
| names and labels that begin with \`_\` | yes | yes | left out, and counted as a fault | left out | yes | yes |
| how it is asked for | the default | \`Accept: text/plain; version=1.0.0\` | \`Accept: application/openmetrics-text; version=1.0.0\` | the same with \`version=2.0.0\` | \`Accept: application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited\` | \`Accept: application/json\` |`;

/** @param {(typeof examples)[number]} example */
function section({ title, note, build, formats }) {
  const blocks = (formats ?? textFormats.map(([format]) => format)).map((format) => {
    const registry = new Registry({ clock });
    build(registry);
    const text = toText(registry, { format });
    const shown = format === 'json' ? JSON.stringify(JSON.parse(text), null, 2) + '\n' : text;
    return `${titleOf(format)}:\n\n\`\`\`${format === 'json' ? 'json' : 'text'}\n${shown}\`\`\``;
  });
  if (formats === undefined) {
    const registry = new Registry({ clock });
    build(registry);
    blocks.push(`Protobuf, spelt out:\n\n\`\`\`text\n${describeMessages(toBytes(registry, { format: 'protobuf' }))}\`\`\``);
  }
  return `## ${title}\n\n${note}\n\n${blocks.join('\n\n')}\n`;
}

/** @param {FormatName} format */
function titleOf(format) {
  return textFormats.find(([name]) => name === format)?.[1] ?? 'Text 1.0.0';
}

const text = `# Formats

What each exposition format can carry, and how each instrument looks in it. Generated by \`npm run docs:formats\`, which runs the writers: this is what they write.

How a reader gets the format it wants is told in [Serving](serving.md); how a program asks for one, in [Exposition](exposition.md#in-other-formats). A format never changes what another
shows. What a format cannot carry is left out or shown as the nearest thing it has; the table says which.

${capabilities}

OpenMetrics 2.0 is written as of its release candidate (2.0.0-rc0, March 2026) and only for readers that ask for it: it may change.

${examples.map(section).join('\n')}`;

if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text) {
    console.error('docs/formats.md is not what the writers write; run npm run docs:formats');
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, text);
}
