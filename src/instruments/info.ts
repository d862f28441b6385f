import type { Labels } from '../model/labels.js';
import { valueCell } from '../model/layout.js';
import type { Handle } from './handle.js';
import { Instrument, type InstrumentOptions, type Reading } from './instrument.js';

export type InfoOptions<Names extends readonly string[] = readonly string[], Sets = object> = InstrumentOptions<Names, Sets>;

/** One series of an info metric. There is nothing to record: that it exists is what it says. */
export class InfoHandle implements Handle {
  private live: boolean;

  constructor() {
    this.live = true;
  }

  /** 1; 0 once the series has been removed. */
  get(): number {
    return this.live ? 1 : 0;
  }

  detach(): void {
    this.live = false;
  }
}

/** One series of an info metric as read. */
export interface InfoReading extends Reading {
  readonly value: 1;
}

/**
 * Facts in text, as labels of a series whose value is always 1: a version, a model, a configuration. Its samples are called `…_info`,
 * whether the name given ends so or not.
 *
 * @example
 * const build = new Info({ name: 'build', help: 'What is running.', labelNames: ['version', 'commit'] });
 * build.set({ version: '1.4.0', commit: '9fceb02' });
 *
 * Source: OpenMetrics 1.0, "Info".
 */
export class Info<const Names extends readonly string[] = readonly [], const Sets = object> extends Instrument<Names, Sets, InfoHandle, InfoReading> {
  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: InfoOptions<Names, Sets>) {
    super('info', options, { type: 'info' }, 1);
    if (this.descriptor.labelNames.length === 0) this.open(0);
    this.enter(options.registry);
  }

  /**
   * States the facts, and withdraws what was stated before.
   *
   * @throws TallystickError `INVALID_LABELS`, `INVALID_LABEL_VALUE`; nothing is changed
   */
  set(labels: Labels<Names, Sets>): void {
    const stated = this.finder.row(labels);
    // Where a limit has dropped the facts, those stated before stand.
    if (!this.table.isLive(stated)) return;
    this.open(stated);
    this.table.forEachRow((row) => {
      if (row !== stated) this.removeRow(row);
    });
  }

  /** States facts beside those stated before. */
  add(labels: Labels<Names, Sets>): void {
    this.open(this.finder.row(labels));
  }

  protected override open(row: number): void {
    this.table.cells.page(row)[this.table.cells.base(row) + valueCell] = 1;
  }

  /** Facts have nowhere to begin: a reset leaves them. */
  protected override resetRow(): void {}

  protected override createHandle(row: number): InfoHandle {
    this.open(row);
    return new InfoHandle();
  }

  protected override createNullHandle(): InfoHandle {
    const handle = new InfoHandle();
    handle.detach();
    return handle;
  }

  protected override read(row: number): InfoReading {
    return { labels: this.labelsOf(row), value: 1, timestamp: this.store.clock.wallSeconds() };
  }
}
