import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Negotiated, type NegotiationOptions, negotiate } from '../../src/format/negotiate.js';

const text = { format: 'text-0.0.4', escaping: 'underscores', contentType: 'text/plain; version=0.0.4; charset=utf-8' } satisfies Negotiated;
const open = { format: 'openmetrics-1.0.0', escaping: 'underscores', contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8' } satisfies Negotiated;
const json = { format: 'json', escaping: 'allow-utf-8', contentType: 'application/json' } satisfies Negotiated;
const protobuf = {
  format: 'protobuf',
  escaping: 'underscores',
  contentType: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
} satisfies Negotiated;
const openUtf8 = { format: 'openmetrics-1.0.0', escaping: 'allow-utf-8', contentType: `${open.contentType}; escaping=allow-utf-8` } satisfies Negotiated;
const askedProtobuf = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

/** What they really send, as seen by a server that prints it. */
const prometheus = {
  'Prometheus 2.42': 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  'Prometheus 2.42 with native histograms': `${askedProtobuf},application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
  'Prometheus 3.5.3':
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'Prometheus 3.5.3 with native histograms': `${askedProtobuf};q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1`,
  VictoriaMetrics: 'text/plain;version=0.0.4;q=1,*/*;q=0.1',
};

describe('negotiate', () => {
  it.each<[keyof typeof prometheus, Negotiated]>([
    ['Prometheus 2.42', open],
    ['Prometheus 2.42 with native histograms', protobuf],
    ['Prometheus 3.5.3', openUtf8],
    ['Prometheus 3.5.3 with native histograms', protobuf],
    ['VictoriaMetrics', text],
  ])('gives %s what it likes best.', (who, expected) => {
    expect(negotiate(prometheus[who])).toEqual(expected);
  });

  it('gives Prometheus 3.5.3 text 1.0.0 and then 0.0.4 where there is no more.', () => {
    const contentType = 'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8';
    expect(negotiate(prometheus['Prometheus 3.5.3'], { formats: ['text-0.0.4', 'text-1.0.0'] })).toEqual({ format: 'text-1.0.0', escaping: 'allow-utf-8', contentType });
    expect(negotiate(prometheus['Prometheus 3.5.3'], { formats: ['json', 'text-0.0.4'] })).toEqual(text);
  });

  it.each<[string, string | undefined, Negotiated]>([
    ['no header', undefined, text],
    ['an empty one', '', text],
    ['anything', '*/*', text],
    ['any text', 'text/*', text],
    ['any text that is no text of ours', 'text/html', text],
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', text],
    ['an image', 'image/png', text],
    ['text', 'text/plain', text],
    ['text and a charset', 'text/plain; charset=utf-8', text],
    ['text of no version there is', 'text/plain;version=0.0.3', text],
    ['OpenMetrics', 'application/openmetrics-text', open],
    ['OpenMetrics 1.0.0 with other spelling', ' Application/OpenMetrics-Text ; Version="1.0.0" ;Q=0.3 ', open],
    ['OpenMetrics 0.0.1, the draft of 1.0.0', 'application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1', open],
    ['OpenMetrics of no version there is', 'application/openmetrics-text;version=3.0.0', text],
    ['OpenMetrics 2.0', 'application/openmetrics-text;version=2.0.0;escaping=allow-utf-8,application/openmetrics-text;version=1.0.0;q=0.9',
      { format: 'openmetrics-2.0.0', escaping: 'allow-utf-8', contentType: 'application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=allow-utf-8' }],
    ['text 1.0.0 without a scheme', 'text/plain;version=1.0.0', { format: 'text-1.0.0', escaping: 'underscores', contentType: 'text/plain; version=1.0.0; charset=utf-8; escaping=underscores' }],
    ['any application', 'application/*', open],
    ['JSON', 'application/json', json],
    ['JSON or text, the same', 'application/json, text/plain, */*', json],
    ['protobuf', askedProtobuf, protobuf],
    ['protobuf with quotes', 'application/vnd.google.protobuf; proto="io.prometheus.client.MetricFamily"; encoding="delimited"', protobuf],
    ['protobuf that is not delimited', 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text', text],
    ['protobuf of no encoding', 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily', text],
    ['protobuf of another message', 'application/vnd.google.protobuf;proto=other.Message;encoding=delimited', text],
    ['the last but most', 'text/plain;q=0.1, application/json;q=0.2, application/openmetrics-text;q=0.3', open],
    ['what is named rather than a wildcard', '*/*, application/openmetrics-text', open],
    ['what is named in detail', 'text/plain, application/openmetrics-text;version=1.0.0', open],
    ['what is named first', 'application/openmetrics-text;version=1.0.0, text/plain;version=0.0.4', open],
    ['anything, but text less', 'text/plain;q=0.5, */*', open],
    ['anything but text', 'text/*;q=0, */*', open],
    ['nothing at all', '*/*;q=0', text],
    ['no text and nothing else there is', 'text/plain;q=0.000, image/png', text],
    ['a weight of 1.000', 'application/json;q=1.000, text/plain;q=0.999', json],
    ['a comma and a semicolon in quotes', 'text/html;x="a,b;c=\\"d\\"", application/json', json],
  ])('chooses for %s.', (_, accept, expected) => {
    expect(negotiate(accept)).toEqual(expected);
  });

  it.each([
    ['values', 'application/openmetrics-text;version=1.0.0;escaping=values', 'values', 'escaping=values'],
    ['dots', 'text/plain;version=0.0.4;escaping=dots', 'dots', 'escaping=dots'],
    ['a scheme in upper case', 'text/plain;escaping=VALUES', 'values', 'escaping=values'],
    ['UTF-8, which text 0.0.4 has not', 'text/plain;version=0.0.4;escaping=allow-utf-8', 'underscores', 'escaping=underscores'],
    ['a scheme there is not', 'text/plain;escaping=percent', 'underscores', 'charset=utf-8'],
    ['a line break', 'text/plain;escaping="a\r\nSet-Cookie: x"', 'underscores', 'charset=utf-8'],
    ['a scheme in another entry', 'text/plain, application/json;q=0.1;escaping=values', 'underscores', 'charset=utf-8'],
  ])('takes the escaping scheme from the entry it chose: %s.', (_, accept, escaping, end) => {
    const chosen = negotiate(accept);
    expect(chosen.escaping).toBe(escaping);
    expect(chosen.contentType.endsWith(`; ${end}`)).toBe(true);
  });

  it.each<[string, string | undefined, NegotiationOptions, Negotiated]>([
    ['no header', undefined, { fallback: 'openmetrics-1.0.0' }, open],
    ['anything', '*/*', { fallback: 'protobuf' }, protobuf],
    ['nothing there is', 'image/png', { fallback: 'json' }, json],
    ['what is not offered', 'application/json', { formats: ['text-0.0.4'] }, text],
    ['anything, without text 0.0.4', '*/*', { formats: ['json', 'protobuf'] }, json],
    ['another escaping', undefined, { escaping: 'values' }, { ...text, escaping: 'values' }],
    ['UTF-8 in text 0.0.4', undefined, { escaping: 'allow-utf-8' }, text],
  ])('goes by its options: %s.', (_, accept, options, expected) => {
    expect(negotiate(accept, options)).toEqual(expected);
  });

  it.each([
    ['no header at all', '\0\0\0'],
    ['separators', ',;,;=,"'],
    ['a quality that is none', 'application/json;q=2'],
    ['a negative quality', 'application/json;q=-1'],
    ['a quality with too many digits', 'application/json;q=0.9999'],
    ['a parameter without a value', 'application/json;q'],
    ['an open quote', 'application/json;a="'],
    ['half a media range', '*, */, /json, application'],
    ['too many entries', `${'application/json,'.repeat(33)}`],
    ['too many parameters', `application/json${';a=b'.repeat(9)}`],
    ['too long a header', `application/json, ${' '.repeat(5000)}`],
    ['a prototype', '__proto__/constructor;__proto__=x'],
  ])('takes %s for nothing asked.', (_, accept) => {
    expect(negotiate(accept)).toEqual(text);
  });

  it('takes no longer than its input, whatever that is.', () => {
    for (const unit of ['"', '\\"', '"\\', ';', ',', ';a="', 'a/b;', ' ', 'a/b;q=0.1,', '*/*;a="\\,']) {
      const header = unit.repeat(Math.ceil(4096 / unit.length)).slice(0, 4096);
      const began = performance.now();
      negotiate(header);
      expect(performance.now() - began).toBeLessThan(50);
    }
  });

  it('answers anything with something it could always answer.', () => {
    const contentType = /^(text\/plain; version=(0\.0\.4|1\.0\.0); charset=utf-8|application\/openmetrics-text; version=[12]\.0\.0; charset=utf-8|application\/json|application\/vnd\.google\.protobuf; proto=io\.prometheus\.client\.MetricFamily; encoding=delimited)(; escaping=(allow-utf-8|underscores|dots|values))?$/;
    const part = fc.constantFrom('application/openmetrics-text', 'text/plain', '*/*', 'text/*', ';', ',', '=', '"', 'version', '1.0.0', '2.0.0', 'q', '0.5', '0', 'escaping', 'dots', ' ', '\\', 'é', '\n', askedProtobuf);
    fc.assert(
      fc.property(fc.oneof(fc.array(part, { maxLength: 30 }).map((parts) => parts.join('')), fc.string({ unit: 'binary', maxLength: 100 })), (accept) => {
        expect(negotiate(accept).contentType).toMatch(contentType);
      }),
      { numRuns: 2000 },
    );
  });
});
