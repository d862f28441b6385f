import { formatOfContentType } from '../format/parse/content-type.js';
import type { ParsedFormat } from '../format/parse/parse-error.js';

/** The formats that an exposition may be given in. */
export const parsedFormats: readonly ParsedFormat[] = ['text-0.0.4', 'text-1.0.0', 'openmetrics-1.0.0', 'openmetrics-2.0.0', 'protobuf'];

const mediaTypes: Readonly<Record<ParsedFormat, string>> = {
  'text-0.0.4': 'text/plain; version=0.0.4',
  'text-1.0.0': 'text/plain; version=1.0.0; escaping=allow-utf-8',
  'openmetrics-1.0.0': 'application/openmetrics-text; version=1.0.0; escaping=allow-utf-8',
  'openmetrics-2.0.0': 'application/openmetrics-text; version=2.0.0; escaping=allow-utf-8',
  protobuf: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=allow-utf-8',
};

/** What to ask a service for: one format, or what says most about its metrics. */
export function acceptFor(format: ParsedFormat | undefined): string {
  if (format !== undefined) return mediaTypes[format];
  return `${mediaTypes['openmetrics-1.0.0']}; q=0.8, ${mediaTypes['text-1.0.0']}; q=0.6, ${mediaTypes['text-0.0.4']}; q=0.5, */*; q=0.1`;
}

/** How much of a document is looked at to tell what it is. */
const lookedAt = 65_536;

/** What is in 2.0 only: values of several parts, times of beginning, and families whose own name has the suffix. */
const openMetrics2 = /^[^#\n][^\n]*? (?:\{[a-z_]+:|[^\s{]+ (?:\S+ )?st@)|^# TYPE \S+(?:_total"? counter|_info"? info)$/m;

/**
 * The format of a document, by what the service says it is or, where that says nothing of formats (a file, a file server), by what stands in it. A
 * document that could be anything is taken for text 0.0.4.
 */
export function detectFormat(contentType: string | undefined, bytes: Uint8Array): ParsedFormat {
  const named = formatOfContentType(contentType);
  if (named !== undefined) return named;
  if (looksBinary(bytes)) return 'protobuf';
  const decoder = new TextDecoder();
  if (!/^# EOF\n?$/m.test(decoder.decode(bytes.subarray(-64)))) return 'text-0.0.4';
  return openMetrics2.test(decoder.decode(bytes.subarray(0, lookedAt))) ? 'openmetrics-2.0.0' : 'openmetrics-1.0.0';
}

/** Delimited messages: a length, then the field with the name of a family, and bytes that no text has. */
function looksBinary(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < 5 && bytes[at]! >= 0x80) at++;
  return bytes[at + 1] === 0x0a && bytes.subarray(0, 1024).some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}
