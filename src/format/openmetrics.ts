import { type Descriptor, type MetricType, familyName } from '../model/descriptor.js';
import { TallystickError, show } from '../model/errors.js';
import { bucketCells, quantileCells, sumAt, summaryCountCell, valueCell } from '../model/layout.js';
import { isLegacyLabelName, isLegacyName } from '../model/names.js';
import { type ByteBuffer, encodeUtf8 } from '../platform/byte-buffer.js';
import type { FamilyView } from '../store/family-view.js';
import { escapeLabelValue, quoteName } from './escape.js';
import { exemplarText } from './exemplar-text.js';
import type { ExpositionFormat } from './format.js';
import { Line, LineWriter } from './line-writer.js';
import { canonicalBoundText } from './numbers.js';

/** Content type of OpenMetrics 1.0 (OpenMetrics 1.0, "Text format"). */
export const openMetricsContentType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** What ends an exposition of OpenMetrics, whatever its version. */
export const openMetricsEnd: Uint8Array<ArrayBuffer> = /* @__PURE__ */ encodeUtf8('# EOF\n');

/**
 * OpenMetrics 1.0: TYPE, UNIT and HELP of each family, then its samples. It has exemplars of counters and buckets, and created times; it has
 * no native buckets.
 *
 * Source: OpenMetrics 1.0, "Text format".
 */
export function openMetricsFormat(contentType: string = openMetricsContentType): ExpositionFormat {
  return {
    contentType,
    begin: () => {},
    family: (view, out) => new OpenMetricsFamilyWriter(view, out),
    end: (out) => out.append(openMetricsEnd),
  };
}

/**
 * The metadata of a family, in the order that both versions want.
 *
 * @throws TallystickError `INVALID_NAME` for a name that both reserve: such a family is left out
 */
export function openMetricsHead(descriptor: Descriptor, name: string, type: MetricType = descriptor.type): Uint8Array<ArrayBuffer> {
  refuseReserved(descriptor, name);
  const shown = quoteName(name);
  // A name that was escaped may end in the unit no longer, and readers refuse a unit that the name does not end in ("Unit").
  const hasUnit = descriptor.unit !== '' && familyName({ name, type }).endsWith(`_${descriptor.unit}`);
  const unit = hasUnit ? `# UNIT ${shown} ${descriptor.unit}\n` : '';
  return encodeUtf8(`# TYPE ${shown} ${type}\n${unit}# HELP ${shown} ${escapeLabelValue(descriptor.help)}\n`);
}

/** OpenMetrics 1.0 and 2.0, "Names": names of metrics and labels that begin with an underscore are reserved, and must not be used. */
function refuseReserved({ type, labelNames, constLabels }: Descriptor, name: string): void {
  const reserved = [name, ...labelNames, ...constLabels.map(([label]) => label)].find((one) => one.startsWith('_'));
  if (reserved === undefined) return;
  const what = reserved === name ? 'the name' : `its label ${show(reserved)}`;
  throw new TallystickError('INVALID_NAME', `${type} ${show(name)}: ${what} begins with "_", which OpenMetrics reserves, and so it is left out there; rename it, or serve the text format only`);
}

class OpenMetricsFamilyWriter extends LineWriter {
  /** Those of buckets, quantiles or states, or the one of the value. */
  private readonly lines: readonly Line[];
  private readonly sum: Line;
  private readonly count: Line;
  private readonly created: Line;

  constructor(view: FamilyView, out: ByteBuffer) {
    super(view, out);
    const { descriptor } = view;
    const { type } = descriptor;
    const name = familyName(descriptor);
    const hasLabels = descriptor.constLabels.length + descriptor.labelNames.length > 0;
    const gauge = type === 'gaugehistogram' ? '_g' : '_';
    this.lines = linesOf(descriptor, name, hasLabels);
    this.sum = new Line(`${name}${gauge}sum`, hasLabels);
    this.count = new Line(`${name}${gauge}count`, hasLabels);
    this.created = new Line(`${name}_created`, hasLabels);
    out.append(openMetricsHead(descriptor, name, type === 'stateset' && !canNameStates(name) ? 'gauge' : type));
  }

  protected override writeSeries(): void {
    const { lines } = this;
    const { cells, cellBase } = this.cursor;
    switch (this.view.descriptor.type) {
      case 'counter':
        this.writeSample(lines[0]!, cells[cellBase + valueCell]!, 0);
        break;
      case 'histogram':
      case 'gaugehistogram':
        this.writeBuckets();
        break;
      case 'summary':
        this.writeQuantiles();
        break;
      case 'stateset':
        for (let i = 0; i < lines.length; i++) this.writeSample(lines[i]!, cells[cellBase + i]!, -1);
        break;
      default:
        this.writeSample(lines[0]!, cells[cellBase + valueCell]!, -1);
    }
    this.writeCreated();
  }

  private writeBuckets(): void {
    const { lines, view } = this;
    const { cells, cellBase } = this.cursor;
    const { bounds } = view.descriptor;
    let count = 0;
    for (let i = 0; i < lines.length; i++) this.writeSample(lines[i]!, (count += cells[cellBase + bucketCells + i]!), i);
    const sum = sumAt(cells, cellBase);
    // A sum that has seen negative values is no counter, and count and sum come together ("Histogram"); nor has a gauge histogram a negative
    // sum without a negative bound ("GaugeHistogram").
    const negativeBound = bounds.length > 0 && bounds[0]! < 0;
    const hasSum = view.descriptor.type === 'histogram' ? sum >= 0 && !negativeBound : sum >= 0 || (sum < 0 && negativeBound);
    if (!hasSum) return;
    this.writeSample(this.count, count, -1);
    this.writeSample(this.sum, sum, -1);
  }

  private writeQuantiles(): void {
    const { lines } = this;
    const { cells, cellBase } = this.cursor;
    for (let i = 0; i < lines.length; i++) {
      const value = cells[cellBase + quantileCells + i]!;
      // Neither quantiles nor the sum may be negative ("Summary").
      if (!(value < 0)) this.writeSample(lines[i]!, value, -1);
    }
    const sum = sumAt(cells, cellBase);
    this.writeSample(this.count, cells[cellBase + summaryCountCell]!, -1);
    if (sum >= 0) this.writeSample(this.sum, sum, -1);
  }

  private writeCreated(): void {
    const { createdCell } = this.view;
    if (createdCell < 0) return;
    const created = this.cursor.cells[this.cursor.cellBase + createdCell]!;
    if (created === created) this.writeSample(this.created, created, -1);
  }

  /** @param slot where its exemplar is to be had; -1 for a sample that has none */
  private writeSample(line: Line, value: number, slot: number): void {
    const { exemplars, timestampCell } = this.view;
    if (timestampCell < 0 && (exemplars === undefined || slot < 0)) {
      this.writeLine(line, value);
      return;
    }
    const seconds = timestampCell < 0 ? NaN : this.cursor.cells[this.cursor.cellBase + timestampCell]!;
    const exemplar = slot < 0 ? undefined : exemplars?.at(this.cursor.row, slot);
    this.beginLine(line);
    this.writeValue(value);
    if (seconds === seconds) {
      this.writeText(' ');
      this.writeValue(seconds);
    }
    if (exemplar !== undefined) this.writeUtf8(exemplarText(exemplar));
    this.endLine();
  }
}

function linesOf(descriptor: Descriptor, name: string, hasLabels: boolean): readonly Line[] {
  const line = (suffix: string, last?: readonly [string, string]): Line => new Line(name + suffix, hasLabels, last);
  switch (descriptor.type) {
    case 'counter':
      return [line('_total')];
    case 'info':
      return [line('_info')];
    case 'histogram':
    case 'gaugehistogram':
      return [...descriptor.bounds, Infinity].map((bound) => line('_bucket', ['le', canonicalBoundText(bound)]));
    case 'summary':
      return descriptor.quantiles.map((quantile) => line('', ['quantile', canonicalBoundText(quantile)]));
    case 'stateset':
      return descriptor.states.map((state) => line('', [canNameStates(name) ? name : descriptor.stateLabel, state]));
    default:
      return [line('')];
  }
}

/** The label of a state set's states is called as the family is ("StateSet"): one with a colon in its name is written as the text format does. */
function canNameStates(name: string): boolean {
  return isLegacyLabelName(name) || !isLegacyName(name);
}
