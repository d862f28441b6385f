import { describe, expect, test } from 'vitest';
import { formatOfContentType } from '../../../src/format/parse/entry.js';

describe('The format that a content type names', () => {
  test.each([
    ['text/plain; version=0.0.4; charset=utf-8', 'text-0.0.4'],
    ['text/plain; version=1.0.0; escaping=allow-utf-8', 'text-1.0.0'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics-1.0.0'],
    ['application/openmetrics-text; version="0.0.1"', 'openmetrics-1.0.0'],
    ['Application/OpenMetrics-Text', 'openmetrics-1.0.0'],
    ['application/openmetrics-text;version=2.0.0', 'openmetrics-2.0.0'],
    ['application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited', 'protobuf'],
  ] as const)('%s is %s.', (contentType, format) => {
    expect(formatOfContentType(contentType)).toBe(format);
  });

  test.each(['text/plain', 'text/html; version=0.0.4', 'application/json', '', null, undefined])('%j names none.', (contentType) => {
    expect(formatOfContentType(contentType)).toBeUndefined();
  });
});
