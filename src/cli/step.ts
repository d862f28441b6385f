/** What was measured with so many series; nanoseconds are of one call, milliseconds of a whole. */
export interface Step {
  readonly series: number;
  /** Nanoseconds to record in an existing series through a label object: the median of batches, the tail of single calls. */
  readonly record: Spread;
  /** Nanoseconds of the first recording in a series. */
  readonly create: Spread;
  readonly memory: Memory;
  readonly exposition: {
    /** The median of several. */
    readonly milliseconds: number;
    /** The first one after the series were made. */
    readonly firstMilliseconds: number;
    readonly bytes: number;
  };
  /** Milliseconds by which a timer of 1 ms came late while an exposition was made. */
  readonly delay: Delay;
  /** Whether the exposition came in chunks then, as the request handlers send a large one, or as a whole. */
  readonly streamed: boolean;
}

export interface Spread {
  readonly p50: number;
  readonly p999: number;
  readonly longest: number;
}

export interface Delay {
  readonly p50: number;
  readonly p999: number;
  readonly max: number;
  readonly samples: number;
}

export interface Memory {
  /** By how much the process has grown since it had no series, in bytes resident, the heap's spare room left out. */
  readonly residentBytes: number;
  /** By how much its heap and its array buffers have grown. */
  readonly heldBytes: number;
  /** The first where it is large enough to be told from noise, else the second. */
  readonly bytes: number;
  readonly source: 'resident' | 'held';
}

/** Why growing ended. */
export type Ending = 'complete' | 'time' | 'memory' | 'failed';

/** What holds for the run as a whole. */
export interface Conditions {
  /** What a reading of the clock costs in nanoseconds; subtracted from every timing of a single call. */
  readonly clockNanoseconds: number;
  /** The timer's lateness when nothing is done. */
  readonly idleDelay: Delay;
  /** How many programs wanted a processor at a time in the minute before; 0 where the platform does not say. */
  readonly load: number;
  readonly processors: number;
}
