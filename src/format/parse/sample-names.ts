import type { MetricType } from '../../model/descriptor.js';
import { encodeUtf8 } from '../../platform/byte-buffer.js';
import { nameBytes } from './characters.js';

/** What a sample says about its series, by the suffix of its name. */
export const valueRole = 0;
export const createdRole = 1;
export const bucketRole = 2;
export const sumRole = 3;
export const countRole = 4;

interface Suffix {
  readonly suffix: string;
  readonly role: number;
}

const plain: readonly Suffix[] = [{ suffix: '', role: valueRole }];
const created: Suffix = { suffix: '_created', role: createdRole };
const summary: readonly Suffix[] = [{ suffix: '', role: valueRole }, { suffix: '_sum', role: sumRole }, { suffix: '_count', role: countRole }];
const histogram: readonly Suffix[] = [{ suffix: '_bucket', role: bucketRole }, { suffix: '_sum', role: sumRole }, { suffix: '_count', role: countRole }];

/** Text formats, "Histograms and summaries". */
const textSuffixes: Partial<Record<MetricType, readonly Suffix[]>> = { histogram, summary };

/** OpenMetrics 1.0, "Suffixes". */
const openMetricsSuffixes: Partial<Record<MetricType, readonly Suffix[]>> = {
  counter: [{ suffix: '_total', role: valueRole }, created],
  histogram: [...histogram, created],
  gaugehistogram: [{ suffix: '_bucket', role: bucketRole }, { suffix: '_gsum', role: sumRole }, { suffix: '_gcount', role: countRole }],
  summary: [...summary, created],
  info: [{ suffix: '_info', role: valueRole }],
};

/** The names that samples of one family have. */
export class SampleNames {
  readonly names: readonly string[];
  readonly roles: readonly number[];
  private readonly bytes: readonly Uint8Array[];

  private constructor(family: string, suffixes: readonly Suffix[]) {
    this.names = suffixes.map(({ suffix }) => family + suffix);
    this.roles = suffixes.map(({ role }) => role);
    this.bytes = this.names.map((name) => encodeUtf8(name));
  }

  /** Those of no family, before the first. */
  static none(): SampleNames {
    return new SampleNames('', []);
  }

  static ofText(family: string, type: MetricType): SampleNames {
    return new SampleNames(family, textSuffixes[type] ?? plain);
  }

  static ofOpenMetrics1(family: string, type: MetricType): SampleNames {
    return new SampleNames(family, openMetricsSuffixes[type] ?? plain);
  }

  /** OpenMetrics 2.0: the family's, whatever the type. */
  static ofOpenMetrics2(family: string): SampleNames {
    return new SampleNames(family, plain);
  }

  /** Which name stands at `start`, the whole of it; -1 for another. @param likely the first to try */
  match(given: Uint8Array, start: number, likely: number): number {
    if (likely < this.bytes.length && this.stands(likely, given, start)) return likely;
    for (let place = 0; place < this.bytes.length; place++) if (place !== likely && this.stands(place, given, start)) return place;
    return -1;
  }

  private stands(place: number, given: Uint8Array, start: number): boolean {
    const name = this.bytes[place]!;
    for (let i = 0; i < name.length; i++) if (given[start + i] !== name[i]) return false;
    return nameBytes[given[start + name.length]!] === 0;
  }

  byteLength(place: number): number {
    return this.bytes[place]!.length;
  }
}
