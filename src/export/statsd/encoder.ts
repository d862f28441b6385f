import { bucketCells, quantileCells, sumAt, summaryCountCell, valueCell } from '../../model/layout.js';
import type { FamilyView, SeriesCursor } from '../../store/family-view.js';
import { boundText } from '../../format/numbers.js';
import { textName } from '../../format/text.js';
import { labelSuffix, metricName } from './names.js';
import type { StatsdSettings } from './options.js';
import { Packer, type StatsdPayload } from './packer.js';
import { SeriesMemory } from './series-memory.js';

/** Series and lines after which others should have their turn: some five milliseconds' work. */
const mostAtOnce = 1000;

type Labels = readonly (readonly [name: string, value: string])[];

/** Lines of a family, and what they need to know of it. */
interface Writer {
  readonly view: FamilyView;
  /** The family's name in lines, without a prefix. */
  readonly name: string;
  readonly packer: Packer;
}

/**
 * Writes collections as lines: what counters have risen by since the last one, and gauges as they are. StatsD knows no other numbers than
 * finite ones; those that are not are left out.
 */
export class StatsdEncoder {
  private readonly settings: StatsdSettings;
  private readonly memory: SeriesMemory;
  private readonly onTooLong: (name: string) => void;

  /** @param onTooLong told of each line that fits into no packet */
  constructor(settings: StatsdSettings, onTooLong: (name: string) => void) {
    this.settings = settings;
    this.memory = new SeriesMemory();
    this.onTooLong = onTooLong;
  }

  /**
   * The lines of a collection, in parts; undefined where there are none yet, but as much was done. Once the last part was asked for, the next
   * collection is compared with this one.
   */
  *encode(views: readonly FamilyView[]): Generator<StatsdPayload | undefined, void, undefined> {
    const packer = new Packer(this.settings.maxPacketBytes);
    let series = 0;
    this.memory.begin();
    for (const view of views) {
      const name = textName(view.descriptor);
      this.memory.see(name);
      const cursor = view.cursor();
      while (cursor.next()) {
        this.writeSeries({ view, name, packer }, cursor);
        series += 1;
        if (series + packer.lines < mostAtOnce) continue;
        yield packer.lines === 0 ? undefined : packer.take();
        series = 0;
      }
    }
    this.memory.end();
    if (packer.lines > 0) yield packer.take();
  }

  private writeSeries(writer: Writer, cursor: SeriesCursor): void {
    const { cells, cellBase } = cursor;
    const { descriptor } = writer.view;
    const labels: Labels = [...descriptor.constLabels, ...descriptor.labelNames.map((name, place) => [name, cursor.labelText(place)] as const)];
    switch (descriptor.type) {
      case 'counter':
        this.writeRise(writer, '', labels, this.rises(writer, cursor, labels, [cells[cellBase + valueCell]!], 1)[0]!);
        break;
      case 'histogram':
        this.writeHistogram(writer, cursor, labels);
        break;
      case 'gaugehistogram':
        this.writeGaugeHistogram(writer, cursor, labels);
        break;
      case 'summary': {
        const [count, sum] = this.rises(writer, cursor, labels, [cells[cellBase + summaryCountCell]!, sumAt(cells, cellBase)], 1);
        this.writeRise(writer, '_count', labels, count!);
        this.writeRise(writer, '_sum', labels, sum!);
        for (const [place, quantile] of descriptor.quantiles.entries()) this.writeGauge(writer, '', [...labels, ['quantile', boundText(quantile)]], cells[cellBase + quantileCells + place]!);
        break;
      }
      case 'stateset':
        for (const [place, state] of descriptor.states.entries()) this.writeGauge(writer, '', [...labels, [descriptor.stateLabel, state]], cells[cellBase + place]!);
        break;
      default:
        this.writeGauge(writer, '', labels, cells[cellBase + valueCell]!);
    }
  }

  private writeHistogram(writer: Writer, cursor: SeriesCursor, labels: Labels): void {
    const { histograms } = this.settings;
    const { bounds } = writer.view.descriptor;
    if (histograms === 'off') return;
    const counts = Array.from({ length: bounds.length + 1 }, (_, place) => cursor.cells[cursor.cellBase + bucketCells + place]!);
    const risen = this.rises(writer, cursor, labels, [...counts, sumAt(cursor.cells, cursor.cellBase)], counts.length);
    if (histograms === 'timings') {
      for (let place = 0; place <= bounds.length; place++) this.writeTimings(writer, labels, middleOf(bounds, place), risen[place]!);
      return;
    }
    let count = 0;
    for (let place = 0; place <= bounds.length; place++) {
      count += risen[place]!;
      if (histograms === 'buckets') this.writeRise(writer, '_bucket', [...labels, ['le', boundText(bounds[place] ?? Infinity)]], count);
    }
    this.writeRise(writer, '_count', labels, count);
    this.writeRise(writer, '_sum', labels, risen[counts.length]!);
  }

  /** A distribution of this moment has not risen by anything. */
  private writeGaugeHistogram(writer: Writer, { cells, cellBase }: SeriesCursor, labels: Labels): void {
    const { histograms } = this.settings;
    const { bounds } = writer.view.descriptor;
    if (histograms === 'off') return;
    let count = 0;
    for (let place = 0; place <= bounds.length; place++) {
      count += cells[cellBase + bucketCells + place]!;
      if (histograms === 'buckets') this.writeGauge(writer, '_bucket', [...labels, ['le', boundText(bounds[place] ?? Infinity)]], count);
    }
    this.writeGauge(writer, '_gcount', labels, count);
    this.writeGauge(writer, '_gsum', labels, sumAt(cells, cellBase));
  }

  /** What numbers of a series have risen by. Labels make its key with their lengths, as they may hold anything. */
  private rises({ view, name }: Writer, cursor: SeriesCursor, labels: Labels, numbers: readonly number[], rising: number): readonly number[] {
    const created = view.createdCell < 0 ? NaN : cursor.cells[cursor.cellBase + view.createdCell]!;
    return this.memory.rises(name, labels.map(([label, value]) => `${label}${value.length}:${value}`).join(), created, numbers, rising);
  }

  private writeRise(writer: Writer, suffix: string, labels: Labels, rise: number): void {
    if (rise !== 0 && Number.isFinite(rise)) this.writeLine(writer, suffix, labels, `${rise}|c`);
  }

  private writeGauge(writer: Writer, suffix: string, labels: Labels, value: number): void {
    if (!Number.isFinite(value)) return;
    // With a sign it would change the gauge by so much: the gauge is set to 0 first (StatsD, "Gauges").
    if (value < 0) this.writeLine(writer, suffix, labels, '0|g', `${value}|g`);
    else this.writeLine(writer, suffix, labels, `${value + 0}|g`);
  }

  /** One line for all observations of a bucket: a sample rate says how many it stands for. */
  private writeTimings(writer: Writer, labels: Labels, value: number, count: number): void {
    const times = Math.round(count);
    if (!(times >= 1) || !Number.isFinite(times) || !Number.isFinite(value)) return;
    const { name, unit } = writer.view.descriptor;
    const isSeconds = unit === 'seconds' || name.endsWith('_seconds');
    const shown = this.settings.dialect === 'dogstatsd' ? `${value}|h` : `${isSeconds ? value * 1000 : value}|ms`;
    this.writeLine(writer, '', labels, times === 1 ? shown : `${shown}|@${rateText(times)}`);
  }

  private writeLine({ name, packer }: Writer, suffix: string, labels: Labels, ...values: readonly string[]): void {
    const { settings } = this;
    const written = `${settings.prefix}${metricName(name + suffix)}`;
    const more = labelSuffix(labels, settings);
    const lines = values.map((value) => (settings.dialect === 'dogstatsd' ? `${written}:${value}${more}` : `${written}${more}:${value}`));
    if (!packer.add(lines.join('\n'))) this.onTooLong(name);
  }
}

/** What stands for the observations of a bucket: its middle; the lower bound of the last one, which has no upper. */
function middleOf(bounds: ArrayLike<number>, place: number): number {
  const upper = place < bounds.length ? bounds[place]! : NaN;
  const lower = place > 0 ? bounds[place - 1]! : Math.min(0, upper);
  return upper === upper ? lower + (upper - lower) / 2 : lower;
}

/** One in so many, as a decimal fraction without an exponent. */
function rateText(times: number): string {
  const text = String(1 / times);
  return text.includes('e') ? (1 / times).toFixed(20) : text;
}
