/** What a summary series remembers of its observations for a while, to answer quantiles. */
export interface ObservationWindow {
  /** Records any number but NaN; the cells' count of observations has been raised already. */
  observe(value: number): void;
  /**
   * Forgets what is too old and writes the value of each quantile to `cells` from `at` on: NaN where nothing is remembered.
   *
   * @param quantiles from 0 to 1, rising
   */
  read(quantiles: readonly number[], cells: Float64Array, at: number): void;
  /** Forgets everything and gives its memory back, as long as the cells still say where it is. */
  clear(): void;
  /** Begins with cells that are all 0. */
  begin(): void;
}

/** The window of a removed series. */
export const closedWindow: ObservationWindow = {
  observe() {},
  read(quantiles, cells, at) {
    cells.fill(NaN, at, at + quantiles.length);
  },
  clear() {},
  begin() {},
};

/** What windows read the time from: a clock for every observation, or a coarse one. */
export interface WindowClock {
  /** Monotonic seconds, perhaps a little old. */
  read(): number;
  /** Monotonic seconds of this moment. */
  refresh(): number;
}
