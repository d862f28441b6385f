import type { ByteBuffer } from '../platform/byte-buffer.js';
import type { FamilyView } from '../store/family-view.js';

/**
 * The exposition formats: the text formats of Prometheus, OpenMetrics, Prometheus' protobuf (delimited messages of
 * `io.prometheus.client.MetricFamily`), and JSON as `registry.snapshot()` gives it.
 */
export type FormatName = 'text-0.0.4' | 'text-1.0.0' | 'openmetrics-1.0.0' | 'openmetrics-2.0.0' | 'protobuf' | 'json';

/** How names that are no legacy names are written (Prometheus, "Escaping schemes"). */
export type EscapingScheme = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/** A way to write an exposition. It keeps nothing between two of them. */
export interface ExpositionFormat {
  /** The value of the `Content-Type` header. */
  readonly contentType: string;
  /** Writes what stands before the first family. */
  begin(out: ByteBuffer): void;
  /**
   * Writes the head of a family, and gives what writes the rest; throws before anything is written, or nothing at all.
   *
   * @param isFirst whether no family stands before it
   */
  family(view: FamilyView, out: ByteBuffer, isFirst: boolean): FamilyWriter;
  /** Writes what stands after the last family. */
  end(out: ByteBuffer): void;
}

/** Writes the series of one family, some at a time. */
export interface FamilyWriter {
  /**
   * Goes on until the buffer holds at least so many bytes, or as much was done that others should have their turn. A series is written whole:
   * its numbers are of one moment. What it throws has cost the series it was at and those behind it: what stands then is whole.
   *
   * @returns false when that was the last of it
   */
  write(bytes: number): boolean;
}
