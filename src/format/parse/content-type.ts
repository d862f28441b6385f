import type { ParsedFormat } from './parse-error.js';

/**
 * The format that a content type names, for instance that of a response that was scraped: what to give {@link parse}.
 *
 * @param contentType as the header has it, parameters included; of plain text without a version it is not known what it is
 * @returns undefined where it names none of these formats
 *
 * Source: Prometheus documentation, "Content Negotiation"; OpenMetrics 1.0, "Protocol negotiation".
 */
export function formatOfContentType(contentType: string | null | undefined): ParsedFormat | undefined {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';').map((part) => part.trim());
  const version = parameters.find((parameter) => parameter.startsWith('version='))?.slice('version='.length).replaceAll('"', '');
  if (type === 'application/vnd.google.protobuf') return 'protobuf';
  if (type === 'application/openmetrics-text') return version?.startsWith('2.') === true ? 'openmetrics-2.0.0' : 'openmetrics-1.0.0';
  if (type === 'text/plain' && version !== undefined) return version === '1.0.0' ? 'text-1.0.0' : 'text-0.0.4';
  return undefined;
}
