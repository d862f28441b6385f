import { aggregators, defaultAggregator } from '../model/shape.js';

/** The part of JSON Schema (2020-12) that configurations need. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly default?: unknown;
}

export type SchemaType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

export const metricNamePattern = '^[a-zA-Z_:][a-zA-Z0-9_:]*$';
export const labelNamePattern = '^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$';

/** What every kind of metric has. */
const common = {
  name: { type: 'string', pattern: metricNamePattern, description: 'Full name of the metric. A counter\'s should end in _total, one with a unit in that unit.' },
  description: { type: 'string', minLength: 1, description: 'What the metric counts or measures, in a sentence.' },
  unit: { type: ['string', 'number'], description: 'Base unit in which the name ends, such as seconds or bytes; s, ms and By mean seconds, milliseconds and bytes, and 1 or a note in braces means none.' },
  capture: { type: 'boolean', default: true, description: 'Whether the metric is recorded; false registers nothing, and recording does nothing.' },
  labels: {
    type: 'array',
    uniqueItems: true,
    items: { type: 'string', pattern: labelNamePattern },
    description: 'Names of its labels. Left out: those of its first recording.',
  },
  labelValues: {
    type: 'object',
    additionalProperties: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string' } },
    description: 'For some labels, all values they may take.',
  },
  limits: {
    type: 'object',
    additionalProperties: false,
    properties: {
      series: { type: 'integer', minimum: 0, description: 'Most series; default 10000.' },
      newSeriesPerSecond: { type: 'number', exclusiveMinimum: 0, description: 'Most new series a second.' },
      labelValueBytes: { type: 'integer', minimum: 1, description: 'Longest label value of a new series; default 2048.' },
      onLimit: { enum: ['overflow', 'drop', 'throw'], description: 'Where refused recordings go: to the overflow series, or nowhere.' },
    },
  },
  expireAfterSeconds: { type: 'number', exclusiveMinimum: 0, description: 'Removes series that have not changed for so long.' },
} as const satisfies Record<string, Schema>;

const native: Schema = {
  type: ['boolean', 'object'],
  additionalProperties: false,
  properties: {
    bucketFactor: { type: 'number', exclusiveMinimum: 1 },
    maxBuckets: { type: 'integer', minimum: 1 },
    minResetSeconds: { type: 'number', exclusiveMinimum: 0 },
    zeroThreshold: { type: 'number', minimum: 0 },
    maxZeroThreshold: { type: 'number', minimum: 0 },
  },
  description: 'Native buckets, beside the classic ones if there are any; true for the default settings.',
};

/** Metrics of one kind. */
function kind(description: string, own: Readonly<Record<string, Schema>> = {}): Schema {
  return { type: 'array', description, items: { type: 'object', required: ['name', 'description'], additionalProperties: false, properties: { ...common, ...own } } };
}

/** The schema of the file that declares a service's metrics; `tallystick/config/schema.json` is the same as a file. */
export const metricsSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Metrics of a service',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'For editors; not looked at.' },
    service: { type: 'string', minLength: 1, description: 'Whose metrics they are; for readers of the file.' },
    counters: kind('Values that only rise.'),
    gauges: kind('Values that go up and down.', {
      aggregator: { enum: aggregators, default: defaultAggregator, description: 'How the values of several threads or processes become one.' },
    }),
    histograms: kind('Observations counted by bucket.', {
      buckets: { type: 'array', minItems: 1, items: { type: 'number' }, description: 'Upper bounds, rising; +Inf is implied.' },
      native,
    }),
    summaries: kind('Quantiles of recent observations.', {
      quantiles: { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 }, description: 'Quantiles to show; default 0.5, 0.9, 0.95 and 0.99. None: sum and count only.' },
      maxAgeSeconds: { type: 'number', exclusiveMinimum: 0, description: 'How long observations count; default 60.' },
      ageBuckets: { type: 'integer', minimum: 1, description: 'Steps in which they age.' },
      maxSamples: { type: 'integer', minimum: 1, description: 'Exact quantiles of at most so many of them.' },
    }),
  },
};
