import type { StatsdDialect } from '../../../src/export/statsd/options.js';

const number = '[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:e[+-]?[0-9]+)?';
const rate = '(?:\\|@0?\\.[0-9]+)?';
const name = '[A-Za-z0-9_.-]+';

/** A whole line of each dialect, more strictly than receivers read it. Source: Etsy's StatsD; Datadog, "Datagram format". */
const lines: Readonly<Record<StatsdDialect, RegExp>> = {
  statsd: new RegExp(`^(?<name>${name}):(?<value>${number})\\|(?<type>c|g|ms)(?<rate>${rate})$`),
  dogstatsd: new RegExp(`^(?<name>${name}):(?<value>${number})\\|(?<type>c|g|h)(?<rate>${rate})(?:\\|#(?<tags>[\\w./-]+:[^|,#@\\p{Cc}]+(?:,[\\w./-]+:[^|,#@\\p{Cc}]+)*))?$`, 'u'),
};

export interface Line {
  readonly name: string;
  readonly value: number;
  readonly type: string;
  readonly rate: number;
  readonly tags: string;
}

/** Reads a line, or fails. */
export function readLine(dialect: StatsdDialect, text: string): Line {
  const found = lines[dialect].exec(text)?.groups;
  if (found === undefined) throw new Error(`no line of ${dialect}: ${JSON.stringify(text)}`);
  if (found['type'] === 'g' && found['rate'] !== '') throw new Error(`a gauge has no rate: ${text}`);
  return { name: found['name']!, value: Number(found['value']), type: found['type']!, rate: found['rate'] === '' ? 1 : Number(found['rate']!.slice(2)), tags: found['tags'] ?? '' };
}

/** A receiver as Etsy's is: counters add up, and a gauge with a sign is changed by so much. */
export class Receiver {
  readonly counters: Map<string, number> = new Map();
  readonly gauges: Map<string, number> = new Map();
  readonly timings: Map<string, [value: number, times: number][]> = new Map();
  private readonly dialect: StatsdDialect;

  constructor(dialect: StatsdDialect) {
    this.dialect = dialect;
  }

  take(packet: string): void {
    for (const text of packet.split('\n')) {
      const { name, value, type, rate, tags } = readLine(this.dialect, text);
      const key = tags === '' ? name : `${name}|${tags}`;
      if (type === 'c') this.counters.set(key, (this.counters.get(key) ?? 0) + value / rate);
      else if (type === 'g') this.gauges.set(key, /:[+-]/.test(text) ? (this.gauges.get(key) ?? 0) + value : value);
      else this.timings.set(key, [...(this.timings.get(key) ?? []), [value, 1 / rate]]);
    }
  }
}
