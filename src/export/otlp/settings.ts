import { TallystickError, show } from '../../model/errors.js';
import { checkOptions } from '../../model/options.js';
import { checkUrl, requestHeaders } from '../authorization.js';
import { checkSeconds, pushOptionNames } from '../push-settings.js';
import type { OtlpOptions } from './options.js';
import { type Environment, type Found, firstOf, oneOf, pairsFrom, secondsFrom } from './environment.js';
import { resourceAttributes } from './resource.js';
import type { KeyValue } from './request.js';

/** What an exporter is set to. */
export interface OtlpSettings {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isJson: boolean;
  readonly isGzip: boolean;
  readonly isDelta: boolean;
  readonly maxDataPoints: number;
  readonly resource: readonly KeyValue[];
}

export const subject = 'otlp';
const optionNames: readonly (keyof OtlpOptions)[] = [
  'url', 'protocol', 'compression', 'temporality', 'headers', 'auth', 'serviceName', 'resource', 'maxDataPoints', 'environment', 'fetch',
  ...pushOptionNames,
];
const defaultBase = 'http://localhost:4318';
const metricsPath = '/v1/metrics';
const protocols = ['http/protobuf', 'http/json'] as const;
const compressions = ['none', 'gzip'] as const;
const temporalities = ['cumulative', 'delta'] as const;

/**
 * Settings from options, from the environment where options do not say, and from what is usual where neither does.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function settingsFrom(options: OtlpOptions): OtlpSettings {
  checkOptions(subject, options, optionNames);
  const { environment = process.env } = options;
  if (typeof environment !== 'object' || environment === null) throw new TallystickError('INVALID_OPTIONS', `${subject}: environment is ${show(environment)}; give an object of variables, or leave it out`);
  if (options.fetch !== undefined && typeof options.fetch !== 'function') throw new TallystickError('INVALID_OPTIONS', `${subject}: fetch is ${show(options.fetch)}; give a function like the platform's fetch, or leave it out`);
  const of = (name: string): Found | undefined => firstOf(environment, `OTEL_EXPORTER_OTLP_METRICS_${name}`, `OTEL_EXPORTER_OTLP_${name}`);
  const url = endpoint(options.url, environment);
  refuseCertificates(url, environment, options);
  return {
    url,
    headers: headersFrom(options, of('HEADERS')),
    isJson: choice('protocol', options.protocol, protocols, of('PROTOCOL'), 'http/protobuf', 'give "http/protobuf" or "http/json"; gRPC is not spoken here') === 'http/json',
    isGzip: choice('compression', options.compression, compressions, of('COMPRESSION'), 'none', 'give "gzip" or "none"') === 'gzip',
    isDelta: temporality(options.temporality, environment) === 'delta',
    maxDataPoints: points(options.maxDataPoints),
    resource: resourceAttributes(environment, options.resource ?? {}, options.serviceName),
    intervalSeconds: checkSeconds(subject, 'intervalSeconds', options.intervalSeconds ?? shortest(60, firstOf(environment, 'OTEL_METRIC_EXPORT_INTERVAL'))),
    timeoutSeconds: checkSeconds(subject, 'timeoutSeconds', options.timeoutSeconds ?? shortest(5, of('TIMEOUT'), firstOf(environment, 'OTEL_METRIC_EXPORT_TIMEOUT'))),
  };
}

/** The address for metrics is used as it is; the one for all signals has the path put after it (OpenTelemetry, "OTLP Exporter"). */
function endpoint(url: string | undefined, environment: Environment): string {
  if (url !== undefined) return checkUrl(subject, url).href;
  const own = firstOf(environment, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT');
  if (own !== undefined) return checkUrl(`${subject}: ${own.variable}`, own.value).href;
  const shared = firstOf(environment, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const base = shared === undefined ? new URL(defaultBase) : checkUrl(`${subject}: ${shared.variable}`, shared.value);
  base.pathname = `${base.pathname.replace(/\/+$/, '')}${metricsPath}`;
  return base.href;
}

/** The platform's `fetch` takes certificates from elsewhere; to go on without them would end in an error that does not say so. */
function refuseCertificates(url: string, environment: Environment, { fetch }: OtlpOptions): void {
  if (fetch !== undefined || !url.startsWith('https:')) return;
  for (const name of ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY']) {
    const found = firstOf(environment, `OTEL_EXPORTER_OTLP_METRICS_${name}`, `OTEL_EXPORTER_OTLP_${name}`);
    if (found === undefined) continue;
    throw new TallystickError('INVALID_OPTIONS', `${subject}: ${found.variable} is set, which is not read here; trust a certificate with NODE_EXTRA_CA_CERTS, or give a fetch that has its own`);
  }
}

/** Headers of the options stand in place of all of the environment's: those may hold a secret for another receiver. */
function headersFrom({ headers, auth }: OtlpOptions, found: Found | undefined): Record<string, string> {
  const given = headers ?? (found === undefined ? {} : Object.fromEntries(pairsFrom(found)));
  return requestHeaders(headers === undefined && found !== undefined ? `${subject}: ${found.variable}` : subject, given, auth);
}

function choice<const Word extends string>(option: string, given: unknown, words: readonly Word[], found: Found | undefined, usual: Word, wayOut: string): Word {
  if (given === undefined) return found === undefined ? usual : oneOf(found, words, wayOut);
  const word = words.find((one) => one === given);
  if (word !== undefined) return word;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(given)}; ${wayOut}`);
}

function temporality(given: unknown, environment: Environment): 'cumulative' | 'delta' {
  const found = firstOf(environment, 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE');
  // For instruments that are recorded, as ours are, `lowmemory` means deltas.
  const isLow = given === undefined && found?.value.toLowerCase() === 'lowmemory';
  return isLow ? 'delta' : choice('temporality', given, temporalities, found, 'cumulative', 'give "cumulative" or "delta"');
}

function points(given: unknown = 1000): number {
  if (Number.isInteger(given) && (given as number) >= 1) return given as number;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: maxDataPoints is ${show(given)}; give a whole number of at least 1`);
}

/** The least of what is said, or what is usual where nothing is. */
function shortest(usual: number, ...found: readonly (Found | undefined)[]): number {
  const said = found.filter((one) => one !== undefined).map(secondsFrom);
  return said.length === 0 ? usual : Math.min(...said);
}
