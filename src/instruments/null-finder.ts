import { SeriesFinder } from './series-finder.js';

/**
 * The finder of an instrument whose registry keeps nothing: it looks at no label and makes no series. Whatever is recorded goes to row 0, which
 * nobody sees where the metric has labels, and which is set back before it is read where it has none.
 */
export class NullFinder extends SeriesFinder {
  /** What a search finds: the one row of a metric without labels. */
  private readonly found: number;

  constructor(...known: ConstructorParameters<typeof SeriesFinder>) {
    super(...known);
    const [, names, table] = known;
    this.found = names.length === 0 ? 0 : -1;
    if (names.length > 0) table.insertHidden();
  }

  override row(): number {
    return 0;
  }

  override rowOfValues(): number {
    return 0;
  }

  override find(): number {
    return this.found;
  }

  override findValues(): number {
    return this.found;
  }

  override checkValues(): void {}
}
