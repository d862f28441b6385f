import { describe, expect, test } from 'vitest';
import { type OtlpOptions, startOtlpExporter } from '../../../src/export/otlp/exporter.js';
import { settingsFrom } from '../../../src/export/otlp/settings.js';
import type { TallystickError } from '../../../src/model/errors.js';
import { Registry } from '../../../src/registry/registry.js';

const certificates = 'which is not read here; trust a certificate with NODE_EXTRA_CA_CERTS, or give a fetch that has its own';
const wayOfPairs = 'is no name=value; separate entries with commas, and percent-encode what is not plain in them';

/** What the environment says, under some variables. */
function from(environment: Record<string, string>, options: OtlpOptions = {}): ReturnType<typeof settingsFrom> {
  return settingsFrom({ environment, ...options });
}

/** The attributes of the resource as an object. */
function resource(environment: Record<string, string>, options: OtlpOptions = {}): Record<string, unknown> {
  return Object.fromEntries(from(environment, options).resource.map(({ key, value }) => [key, Object.values(value)[0]]));
}

describe('The settings of an OTLP exporter', () => {
  test('Without options and environment they are the usual ones.', () => {
    expect(from({})).toMatchObject({ url: 'http://localhost:4318/v1/metrics', headers: {}, isJson: false, isGzip: false, isDelta: false, maxDataPoints: 1000, intervalSeconds: 60, timeoutSeconds: 5 });
    expect(resource({})).toEqual({ 'service.name': 'unknown_service:node', 'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(resource({})).toEqual(resource({}));
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/metrics'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' }, 'http://c:4318/v1/metrics'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/otlp//' }, 'https://c/otlp/v1/metrics'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/a?key=1' }, 'https://c/a/v1/metrics?key=1'],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://m:1/here', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c' }, 'http://m:1/here'],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://m:1' }, 'http://m:1/'],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: '  ', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c' }, 'http://c/v1/metrics'],
  ])('With %j the address is %s.', (environment, url) => {
    expect(from(environment).url).toBe(url);
  });

  test('The variables for metrics go before those for everything, and options before both.', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'HTTP/protobuf',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none', OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1', OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'api-key=a%20b, X-Tenant = me ,',
      OTEL_EXPORTER_OTLP_TIMEOUT: '9000', OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '2500',
      OTEL_METRIC_EXPORT_INTERVAL: '15000', OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Delta',
    };
    expect(from(environment)).toMatchObject({ isJson: false, isGzip: true, isDelta: true, headers: { 'api-key': 'a b', 'x-tenant': 'me' }, timeoutSeconds: 2.5, intervalSeconds: 15 });
    const options: OtlpOptions = { url: 'http://o/x', protocol: 'http/json', compression: 'none', temporality: 'cumulative', headers: { b: '2' }, auth: { bearerToken: 't' }, timeoutSeconds: 1, intervalSeconds: 2, maxDataPoints: 7 };
    expect(from(environment, options)).toMatchObject({ url: 'http://o/x', isJson: true, isGzip: false, isDelta: false, headers: { b: '2', authorization: 'Bearer t' }, timeoutSeconds: 1, intervalSeconds: 2, maxDataPoints: 7 });
    expect(from(environment, { headers: {} }).headers).toEqual({});
  });

  test('An attempt keeps to the shorter of the two timeouts, and low memory means deltas here.', () => {
    expect(from({ OTEL_METRIC_EXPORT_TIMEOUT: '3000' }).timeoutSeconds).toBe(3);
    expect(from({ OTEL_METRIC_EXPORT_TIMEOUT: '3000', OTEL_EXPORTER_OTLP_TIMEOUT: '1000.5' }).timeoutSeconds).toBe(1.0005);
    expect(from({ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'lowmemory' }).isDelta).toBe(true);
    expect(from({ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'lowmemory' }, { temporality: 'cumulative' }).isDelta).toBe(false);
  });

  test('The resource comes from the attributes, the name of the service and the options, later ones first.', () => {
    const environment = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,deployment.environment.name=t%C3%A4st,service.instance.id=7', OTEL_SERVICE_NAME: 'b' };
    expect(resource({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=a' })).toMatchObject({ 'service.name': 'a' });
    expect(resource(environment)).toEqual({ 'service.name': 'b', 'service.instance.id': '7', 'deployment.environment.name': 'täst' });
    expect(resource(environment, { resource: { 'service.name': 'c', n: 1, f: 1.5, t: true } })).toMatchObject({ 'service.name': 'c', n: 1, f: 1.5, t: true });
    expect(resource(environment, { resource: { 'service.name': 'c' }, serviceName: 'd' })).toMatchObject({ 'service.name': 'd' });
  });

  test('A certificate is of no concern without TLS, nor where a fetch is given.', () => {
    expect(() => from({ OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem' })).not.toThrow();
    expect(() => from({ OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem', OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c' }, { fetch: async () => new Response() })).not.toThrow();
  });
});

/** Options as a caller in plain JavaScript may give them. */
const wrongOptions: readonly (readonly [options: unknown, message: string])[] = [
  [null, 'otlp: options are null; give an object'],
  [{ endpoint: 'x' }, 'otlp: unknown option "endpoint"; the options are "url", "protocol", "compression", "temporality", "headers", "auth", "serviceName", "resource", "maxDataPoints", "environment", "fetch", "registry", "intervalSeconds", "timeoutSeconds", "maxBufferBytes", "clock", "schedule"'],
  [{ url: 'localhost:4318' }, 'otlp: url is "localhost:4318"; give an address that begins with http:// or https://'],
  [{ url: 'http://a:b@c' }, 'otlp: url holds a name or a password; give them as auth: { username, password }'],
  [{ protocol: 'grpc' }, 'otlp: protocol is "grpc"; give "http/protobuf" or "http/json"; gRPC is not spoken here'],
  [{ compression: true }, 'otlp: compression is true; give "gzip" or "none"'],
  [{ temporality: 'lowmemory' }, 'otlp: temporality is "lowmemory"; give "cumulative" or "delta"'],
  [{ headers: 'a=b' }, 'otlp: headers is "a=b"; give an object of names and values'],
  [{ headers: { 'a b': '1' } }, 'otlp: header "a b" cannot be sent; give names and values as HTTP has them, without line feeds and characters beyond Latin-1'],
  [{ auth: { bearerToken: '' } }, 'otlp: auth is not to be used; give { username, password }, the name without a colon, or { bearerToken }'],
  [{ serviceName: '' }, 'otlp: serviceName is ""; give the name of the service, for instance "checkout"'],
  [{ resource: [] }, 'otlp: resource is []; give an object of attributes, for instance { "deployment.environment.name": "test" }'],
  [{ resource: { a: null } }, 'otlp: resource attribute "a" is null; give a name, and a string, a finite number or a boolean'],
  [{ resource: { '': 'x' } }, 'otlp: resource attribute "" is "x"; give a name, and a string, a finite number or a boolean'],
  [{ resource: { a: NaN } }, 'otlp: resource attribute "a" is NaN; give a name, and a string, a finite number or a boolean'],
  [{ maxDataPoints: 0 }, 'otlp: maxDataPoints is 0; give a whole number of at least 1'],
  [{ environment: null }, 'otlp: environment is null; give an object of variables, or leave it out'],
  [{ fetch: 'http' }, 'otlp: fetch is "http"; give a function like the platform\'s fetch, or leave it out'],
  [{ intervalSeconds: 0 }, 'otlp: intervalSeconds is 0; give a number of seconds above 0'],
  [{ timeoutSeconds: '5' }, 'otlp: timeoutSeconds is "5"; give a number of seconds above 0'],
  [{ maxBufferBytes: -1 }, 'otlp: maxBufferBytes is -1; give a number of bytes, 0 or more'],
  [{ registry: {} }, 'registry: {} is none; give a Registry or an array of them'],
];

const wrongVariables: readonly (readonly [environment: Readonly<Record<string, string>>, message: string])[] = [
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'otlp: OTEL_EXPORTER_OTLP_ENDPOINT: url is "collector:4318"; give an address that begins with http:// or https://'],
  [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://' }, 'otlp: OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url is "http://"; give an address that begins with http:// or https://'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'otlp: OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"; give "http/protobuf" or "http/json"; gRPC is not spoken here'],
  [{ OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'zstd' }, 'otlp: OTEL_EXPORTER_OTLP_METRICS_COMPRESSION is "zstd"; give "gzip" or "none"'],
  [{ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'both' }, 'otlp: OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE is "both"; give "cumulative" or "delta"'],
  [{ OTEL_EXPORTER_OTLP_TIMEOUT: '5s' }, 'otlp: OTEL_EXPORTER_OTLP_TIMEOUT is "5s"; give a number of milliseconds above 0'],
  [{ OTEL_METRIC_EXPORT_TIMEOUT: '0' }, 'otlp: OTEL_METRIC_EXPORT_TIMEOUT is "0"; give a number of milliseconds above 0'],
  [{ OTEL_METRIC_EXPORT_INTERVAL: '-1' }, 'otlp: OTEL_METRIC_EXPORT_INTERVAL is "-1"; give a number of milliseconds above 0'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=1,secret' }, `otlp: OTEL_EXPORTER_OTLP_HEADERS: entry 2 ${wayOfPairs}`],
  [{ OTEL_EXPORTER_OTLP_METRICS_HEADERS: '=x' }, `otlp: OTEL_EXPORTER_OTLP_METRICS_HEADERS: entry 1 ${wayOfPairs}`],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=%0A' }, 'otlp: OTEL_EXPORTER_OTLP_HEADERS: header "a" cannot be sent; give names and values as HTTP has them, without line feeds and characters beyond Latin-1'],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=%' }, `otlp: OTEL_RESOURCE_ATTRIBUTES: entry 1 ${wayOfPairs}`],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c', OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem' }, `otlp: OTEL_EXPORTER_OTLP_CERTIFICATE is set, ${certificates}`],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c', OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: '/key.pem' }, `otlp: OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY is set, ${certificates}`],
];

/** The error of starting an exporter. */
function errorOf(options: unknown): TallystickError {
  try {
    startOtlpExporter(options as OtlpOptions);
  } catch (error) {
    return error as TallystickError;
  }
  throw new Error('nothing was thrown');
}

describe('What is wrong is said', () => {
  test.each(wrongOptions)('Of the options %j.', (options, message) => {
    const registry = new Registry();
    const given = typeof options === 'object' && options !== null ? { environment: {}, registry, ...options } : options;
    expect(errorOf(given)).toMatchObject({ code: 'INVALID_OPTIONS', message });
    expect(registry.instruments()).toEqual([]);
  });

  test.each(wrongVariables)('Of the environment %j.', (environment, message) => {
    const registry = new Registry();
    expect(errorOf({ environment, registry })).toMatchObject({ code: 'INVALID_OPTIONS', message });
    expect(registry.instruments()).toEqual([]);
  });
});
