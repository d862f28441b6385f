import type { OtlpOptions } from '../../../src/export/otlp/exporter.js';
import { FakeClock } from '../../support/fake-clock.js';
import { type ReadMetric, type ReadPoint, type ReadRequest, readOtlp } from '../../support/otlp-reader.js';

/** What a receiver answers with. */
export type Answer = (request: number) => Response | Promise<Response>;

/** A receiver in the place of `fetch`: it judges every request that it takes, and keeps it. */
export class Receiver {
  readonly requests: ReadRequest[];
  readonly headers: Readonly<Record<string, string>>[];
  readonly bodies: Uint8Array[];
  readonly urls: string[];
  readonly clock: FakeClock;
  /** Runs of the schedule that are to come. */
  readonly planned: { readonly run: () => void; readonly seconds: number }[];
  answer: Answer;

  constructor(answer: Answer = () => new Response()) {
    this.requests = [];
    this.headers = [];
    this.bodies = [];
    this.urls = [];
    this.clock = new FakeClock();
    this.planned = [];
    this.answer = answer;
  }

  /** Options that send to it, on its clock, when they are told to. */
  options(options: OtlpOptions): OtlpOptions {
    return {
      environment: {},
      clock: this.clock,
      schedule: (run, seconds) => {
        const plan = { run, seconds };
        this.planned.push(plan);
        return () => {
          const at = this.planned.indexOf(plan);
          if (at >= 0) this.planned.splice(at, 1);
        };
      },
      fetch: async (url, { body, headers, signal }) => {
        this.urls.push(url);
        this.headers.push(headers);
        this.bodies.push(body!);
        const cut = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
        const answer = await Promise.race([Promise.resolve(this.answer(this.bodies.length)), cut]);
        if (answer.ok) this.requests.push(readOtlp(body!, headers));
        return answer;
      },
      ...options,
    };
  }

  /** Forgets what it has received. */
  clear(): void {
    for (const all of [this.requests, this.headers, this.bodies, this.urls]) all.length = 0;
  }

  /** What was received of a metric, in the order of requests. */
  metrics(name: string): ReadMetric[] {
    return this.requests.flatMap(({ metrics }) => metrics.filter((metric) => metric.name === name));
  }

  /** All points of a metric. */
  points(name: string): ReadPoint[] {
    return this.metrics(name).flatMap(({ points }) => points);
  }

  /** The only metric of that name. */
  metric(name: string): ReadMetric {
    const [metric, ...more] = this.metrics(name);
    if (metric === undefined || more.length > 0) throw new Error(`${name} came ${this.metrics(name).length} times`);
    return metric;
  }
}

/** Nanoseconds of the fake clock's wall time. */
export function nanos(seconds: number): bigint {
  return BigInt(Math.round((seconds + 1_700_000_000) * 1e6)) * 1000n;
}
