import { type Descriptor, type MetricType } from '../model/descriptor.js';
import type { Exemplar } from '../model/exemplar.js';
import { bucketCells, negativeChainCell, positiveChainCell, quantileCells, schemaCell, sumAt, summaryCountCell, valueCell, zeroCountCell, zeroThresholdCell } from '../model/layout.js';
import type { NativeBucket } from '../model/native.js';
import type { ByteBuffer } from '../platform/byte-buffer.js';
import type { FamilyView, NativePlace } from '../store/family-view.js';
import { readChain } from '../store/native-chains.js';
import { exemplarText } from './exemplar-text.js';
import type { ExpositionFormat } from './format.js';
import { Line, LineWriter } from './line-writer.js';
import { boundText, numberText } from './numbers.js';
import { openMetricsEnd, openMetricsHead } from './openmetrics.js';
import { spansOf } from './spans.js';
import { textName } from './text.js';

/** Content type of OpenMetrics 2.0. */
export const openMetrics2ContentType = 'application/openmetrics-text; version=2.0.0; charset=utf-8';

/**
 * OpenMetrics 2.0 as of its release candidate 2.0.0-rc0, which may change: one line a series, with the numbers of a distribution in one
 * composite value; names as they are, without suffixes; native buckets, start times and several exemplars.
 *
 * Source: OpenMetrics 2.0.0-rc0, "Text format".
 */
export function openMetrics2Format(contentType: string = openMetrics2ContentType): ExpositionFormat {
  return {
    contentType,
    begin: () => {},
    family: (view, out) => new OpenMetrics2FamilyWriter(view, out),
    end: (out) => out.append(openMetricsEnd),
  };
}

class OpenMetrics2FamilyWriter extends LineWriter {
  private readonly lines: readonly Line[];
  /** `0.1:` of each bucket or quantile. */
  private readonly steps: readonly string[];

  constructor(view: FamilyView, out: ByteBuffer) {
    super(view, out);
    const { descriptor } = view;
    const name = textName(descriptor);
    this.lines = linesOf(descriptor, name);
    this.steps = stepsOf(descriptor).map((step) => `${boundText(step)}:`);
    out.append(openMetricsHead(descriptor, name));
  }

  protected override writeSeries(): void {
    const { lines } = this;
    const { cells, cellBase } = this.cursor;
    switch (this.view.descriptor.type) {
      case 'histogram':
        this.writeBuckets('');
        break;
      case 'gaugehistogram':
        this.writeBuckets('g');
        break;
      case 'summary':
        this.writeQuantiles();
        break;
      case 'stateset':
        for (let i = 0; i < lines.length; i++) this.writeSample(lines[i]!, cells[cellBase + i]!);
        break;
      default:
        this.writeSample(lines[0]!, cells[cellBase + valueCell]!);
    }
  }

  private writeSample(line: Line, value: number): void {
    const { exemplars, timestampCell, createdCell } = this.view;
    if (timestampCell < 0 && createdCell < 0 && exemplars === undefined) {
      this.writeLine(line, value);
      return;
    }
    const exemplar = exemplars?.at(this.cursor.row, 0);
    this.beginLine(line);
    this.writeValue(value);
    this.endSeries(exemplar === undefined ? [] : [exemplar]);
  }

  private writeBuckets(prefix: '' | 'g'): void {
    const { steps, view } = this;
    const { cells, cellBase } = this.cursor;
    let count = 0;
    for (let i = 0; i < steps.length; i++) count += cells[cellBase + bucketCells + i]!;
    this.beginComposite(prefix, count, sumAt(cells, cellBase));
    const { native } = view;
    if (native !== undefined) this.writeNative(native);
    // A native histogram that has no classic bounds of its own needs no classic buckets.
    if (native === undefined || steps.length > 1) {
      this.writeText(',bucket:[');
      count = 0;
      for (let i = 0; i < steps.length; i++) {
        if (i > 0) this.writeText(',');
        this.writeText(steps[i]!);
        this.writeValue((count += cells[cellBase + bucketCells + i]!));
      }
      this.writeText(']');
    }
    this.writeText('}');
    this.endSeries(this.exemplarsOf());
  }

  private writeNative({ cell, blocks }: NativePlace): void {
    const { cells, cellBase } = this.cursor;
    const at = cellBase + cell;
    this.writeText(`,schema:${cells[at + schemaCell]!},zero_threshold:${numberText(cells[at + zeroThresholdCell]!)},zero_count:${numberText(cells[at + zeroCountCell]!)}`);
    this.writeSide('negative', readChain(cells[at + negativeChainCell]!, blocks));
    this.writeSide('positive', readChain(cells[at + positiveChainCell]!, blocks));
  }

  private writeSide(side: string, buckets: readonly NativeBucket[]): void {
    if (buckets.length === 0) return;
    const spans = spansOf(buckets).map(({ offset, length }) => `${offset}:${length}`);
    this.writeText(`,${side}_spans:[${spans.join(',')}],${side}_buckets:[${buckets.map(({ count }) => numberText(count)).join(',')}]`);
  }

  private writeQuantiles(): void {
    const { cells, cellBase } = this.cursor;
    const sum = sumAt(cells, cellBase);
    // The sum is required, and neither it nor a quantile may be negative: such a series cannot be shown.
    if (!(sum >= 0)) return;
    this.beginComposite('', cells[cellBase + summaryCountCell]!, sum);
    this.writeText(',quantile:[');
    let separator = '';
    for (let i = 0; i < this.steps.length; i++) {
      const value = cells[cellBase + quantileCells + i]!;
      if (value < 0) continue;
      this.writeText(separator);
      this.writeText(this.steps[i]!);
      this.writeValue(value);
      separator = ',';
    }
    this.writeText(']}');
    this.endSeries([]);
  }

  private beginComposite(prefix: '' | 'g', count: number, sum: number): void {
    this.beginLine(this.lines[0]!);
    this.writeText(`{${prefix}count:`);
    this.writeValue(count);
    this.writeText(`,${prefix}sum:`);
    this.writeValue(sum);
  }

  private exemplarsOf(): readonly Exemplar[] {
    const { exemplars, native } = this.view;
    if (exemplars === undefined) return [];
    if (native !== undefined && this.steps.length === 1) return exemplars.spread(this.cursor.row);
    const found: Exemplar[] = [];
    for (let slot = 0; slot < this.steps.length; slot++) {
      const exemplar = exemplars.at(this.cursor.row, slot);
      if (exemplar !== undefined) found.push(exemplar);
    }
    return found;
  }

  /** Writes what stands behind a value: time, start time and exemplars, in this order; each exemplar must have a time. */
  private endSeries(exemplars: readonly Exemplar[]): void {
    const { timestampCell, createdCell } = this.view;
    if (timestampCell >= 0) this.writeTime(' ', timestampCell);
    if (createdCell >= 0) this.writeTime(' st@', createdCell);
    for (const exemplar of exemplars) if (exemplar.timestamp !== undefined) this.writeUtf8(exemplarText(exemplar));
    this.endLine();
  }

  private writeTime(before: string, cell: number): void {
    const seconds = this.cursor.cells[this.cursor.cellBase + cell]!;
    if (seconds !== seconds) return;
    this.writeText(before);
    this.writeValue(seconds);
  }
}

/** Bounds of buckets or quantiles. */
function stepsOf({ type, bounds, quantiles }: Descriptor): readonly number[] {
  const isHistogram: Partial<Record<MetricType, boolean>> = { histogram: true, gaugehistogram: true };
  return isHistogram[type] === true ? [...bounds, Infinity] : type === 'summary' ? quantiles : [];
}

function linesOf(descriptor: Descriptor, name: string): readonly Line[] {
  const hasLabels = descriptor.constLabels.length + descriptor.labelNames.length > 0;
  return descriptor.type === 'stateset' ? descriptor.states.map((state) => new Line(name, hasLabels, [name, state])) : [new Line(name, hasLabels)];
}
