import { type Descriptor, type MetricType, familyName } from '../model/descriptor.js';
import { bucketCells, quantileCells, sumAt, summaryCountCell, valueCell } from '../model/layout.js';
import { type ByteBuffer, encodeUtf8 } from '../platform/byte-buffer.js';
import type { FamilyView } from '../store/family-view.js';
import { escapeHelp, quoteName } from './escape.js';
import type { ExpositionFormat } from './format.js';
import { Line, LineWriter } from './line-writer.js';
import { boundText } from './numbers.js';

/** Content type of the text format, version 0.0.4 (exposition formats, "Basic info"). */
export const textContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Content type of the text format, version 1.0.0, which is 0.0.4 with quoted names. */
export const text1ContentType = 'text/plain; version=1.0.0; charset=utf-8';

/** What the text format calls the types it does not have: info and state sets are gauges, gauge histograms histograms, unknown is untyped. */
const textTypes: Readonly<Record<MetricType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'untyped',
};

/**
 * The text format: for each family HELP, TYPE, then its samples, series by series in the order of their creation. A family without series
 * is only its HELP and TYPE. It has no units, exemplars, created times and native buckets. Names that are no legacy names are quoted, which
 * readers know from version 1.0.0 on.
 *
 * Source: Prometheus documentation, "Exposition formats", "Text-based format".
 */
export function textFormat(contentType: string = textContentType): ExpositionFormat {
  return {
    contentType,
    begin: () => {},
    family: (view, out) => new TextFamilyWriter(view, out),
    end: () => {},
  };
}

/** Writes one family in the text format. */
class TextFamilyWriter extends LineWriter {
  private readonly lines: readonly Line[];

  /** Writes HELP and TYPE. */
  constructor(view: FamilyView, out: ByteBuffer) {
    super(view, out);
    const { descriptor } = view;
    const name = textName(descriptor);
    const shown = quoteName(name);
    this.lines = linesOf(descriptor, name);
    out.append(encodeUtf8(`# HELP ${shown} ${escapeHelp(descriptor.help)}\n# TYPE ${shown} ${textTypes[descriptor.type]}\n`));
  }

  protected override writeSeries(): void {
    const { lines, view } = this;
    const { cells, cellBase } = this.cursor;
    const last = lines.length - 1;
    switch (view.descriptor.type) {
      case 'histogram':
      case 'gaugehistogram': {
        let count = 0;
        for (let i = 0; i < last - 1; i++) this.writeSample(lines[i]!, (count += cells[cellBase + bucketCells + i]!));
        this.writeSample(lines[last - 1]!, sumAt(cells, cellBase));
        this.writeSample(lines[last]!, count);
        return;
      }
      case 'summary':
        for (let i = 0; i < last - 1; i++) this.writeSample(lines[i]!, cells[cellBase + quantileCells + i]!);
        this.writeSample(lines[last - 1]!, sumAt(cells, cellBase));
        this.writeSample(lines[last]!, cells[cellBase + summaryCountCell]!);
        return;
      case 'stateset':
        for (let i = 0; i <= last; i++) this.writeSample(lines[i]!, cells[cellBase + i]!);
        return;
      default:
        this.writeSample(lines[0]!, cells[cellBase + valueCell]!);
    }
  }

  private writeSample(line: Line, value: number): void {
    const { timestampCell } = this.view;
    if (timestampCell < 0) {
      this.writeLine(line, value);
      return;
    }
    const seconds = this.cursor.cells[this.cursor.cellBase + timestampCell]!;
    // Whole milliseconds; a time that is none was not given.
    this.beginLine(line);
    this.writeValue(value);
    if (seconds === seconds) {
      this.writeText(' ');
      this.writeValue(Math.round(seconds * 1000));
    }
    this.endLine();
  }
}

/** The name samples carry: the metric's own, but an info's always ends in `_info`. */
export function textName(descriptor: Descriptor): string {
  return descriptor.type === 'info' ? `${familyName(descriptor)}_info` : descriptor.name;
}

/** The lines of each series, in the order in which they are written. */
function linesOf(descriptor: Descriptor, name: string): readonly Line[] {
  const hasLabels = descriptor.constLabels.length + descriptor.labelNames.length > 0;
  const line = (suffix: string, last?: readonly [string, string]): Line => new Line(name + suffix, hasLabels, last);
  switch (descriptor.type) {
    case 'histogram':
    case 'gaugehistogram':
      return [...[...descriptor.bounds, Infinity].map((bound) => line('_bucket', ['le', boundText(bound)])), line('_sum'), line('_count')];
    case 'summary':
      return [...descriptor.quantiles.map((quantile) => line('', ['quantile', boundText(quantile)])), line('_sum'), line('_count')];
    case 'stateset':
      return descriptor.states.map((state) => line('', [descriptor.stateLabel, state]));
    default:
      return [line('')];
  }
}
