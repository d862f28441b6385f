import { Counter } from '../instruments/counter.js';
import { Histogram } from '../instruments/histogram.js';
import type { FamilyView } from '../store/family-view.js';

/** Why a request for metrics was not answered with them. */
export type ScrapeFault = 'method' | 'request' | 'unauthorized' | 'busy' | 'failed' | 'aborted';

/** What serves a registry's metrics tells of itself; shown by a registry that describes itself, from the first scrape on. */
export class ScrapeMetrics {
  private readonly seconds: Histogram<readonly ['format']>;
  private readonly bytes: Counter<readonly ['format', 'encoding']>;
  private readonly errors: Counter<readonly ['reason']>;

  constructor() {
    this.seconds = new Histogram({
      name: 'tallystick_scrape_duration_seconds',
      help: 'Time from a request for metrics until its answer was written: collecting, writing and compressing, and where it is streamed, the reading too.',
      unit: 'seconds',
      labelNames: ['format'],
      registry: null,
    });
    this.bytes = new Counter({
      name: 'tallystick_scrape_response_bytes_total',
      help: 'Bytes of answers with metrics, as they were sent.',
      unit: 'bytes',
      labelNames: ['format', 'encoding'],
      registry: null,
    });
    this.errors = new Counter({ name: 'tallystick_scrape_errors_total', help: 'Requests that were not answered with metrics, or not wholly.', labelNames: ['reason'], registry: null });
  }

  /** Notes a scrape that was answered. */
  note(format: string, encoding: string, seconds: number, bytes: number): void {
    this.seconds.observe({ format }, Math.max(0, seconds));
    this.bytes.inc({ format, encoding }, bytes);
  }

  noteFault(reason: ScrapeFault): void {
    this.errors.inc({ reason });
  }

  views(): readonly FamilyView[] {
    return [this.seconds, this.bytes, this.errors].filter(({ size }) => size > 0).map((instrument) => instrument.view());
  }
}
