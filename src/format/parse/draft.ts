import type { CollectedSeries } from '../../model/collected.js';
import type { Exemplar } from '../../model/exemplar.js';
import type { NativeBuckets } from '../../model/native.js';

/** A series of several samples, as far as it was read. Numbers that are not there are undefined. */
export class Draft {
  readonly labels: Record<string, string>;
  value: number | undefined;
  sum: number | undefined;
  count: number | undefined;
  created: number | undefined;
  /** NaN for none. */
  readonly timestamp: number;
  buckets: { le: number; count: number }[] | undefined;
  quantiles: { quantile: number; value: number }[] | undefined;
  /** States that hold, and how many there are. */
  states: string[] | undefined;
  native: NativeBuckets | undefined;
  exemplars: Exemplar[] | undefined;
  /** The line of its last sample, and that of its count. */
  line: number;
  countLine: number;

  constructor(labels: Record<string, string>, timestamp: number, line: number) {
    this.labels = labels;
    this.value = undefined;
    this.sum = undefined;
    this.count = undefined;
    this.created = undefined;
    this.timestamp = timestamp;
    this.buckets = undefined;
    this.quantiles = undefined;
    this.states = undefined;
    this.native = undefined;
    this.exemplars = undefined;
    this.line = line;
    this.countLine = line;
  }

  /** The series, with what is there. @param counted whether its count is told beside its buckets */
  toSeries(counted: boolean): CollectedSeries {
    const series: { -readonly [Field in keyof CollectedSeries]: CollectedSeries[Field] } = { labels: this.labels };
    if (this.value !== undefined) series.value = this.value;
    if (this.sum !== undefined) series.sum = this.sum;
    if (this.count !== undefined && counted) series.count = this.count;
    if (this.buckets !== undefined) series.buckets = this.buckets;
    if (this.quantiles !== undefined) series.quantiles = this.quantiles;
    if (this.states !== undefined) series.states = this.states;
    if (this.native !== undefined) series.native = this.native;
    if (this.exemplars !== undefined) series.exemplars = this.exemplars;
    if (this.created !== undefined) series.created = this.created;
    if (this.timestamp === this.timestamp) series.timestamp = this.timestamp;
    return series;
  }
}
