import { TallystickError, list, show } from '../../model/errors.js';
import { type LabelValue, labelText } from '../../model/labels.js';
import { isLegacyLabelName } from '../../model/names.js';
import { checkOptions } from '../../model/options.js';
import { wellFormed } from '../../platform/byte-buffer.js';
import { escapingSchemes } from '../../format/escaping.js';
import type { EscapingScheme } from '../../format/format.js';
import { type Authorization, checkUrl, requestHeaders } from '../authorization.js';
import type { Fetch } from '../http-transport.js';
import { type PushOptions, checkSeconds, pushOptionNames } from '../push-settings.js';
import type { Externals } from './family-lines.js';
import type { EncoderOptions } from './request-encoder.js';

export interface RemoteWriteOptions extends PushOptions {
  /** Where the store receives, for instance `http://mimir:9009/api/v1/push` or `http://prometheus:9090/api/v1/write`. */
  readonly url: string;
  /** Labels for every series that has none of that name. Give `job` and `instance`: without them, series of several instances are the same one. */
  readonly externalLabels?: Readonly<Record<string, LabelValue>>;
  /** `1.0` (default), which every store takes, or `2.0`, which falls back to `1.0` where the store does not know it. */
  readonly version?: '1.0' | '2.0';
  /** Whether native histograms are sent, beside the classic buckets there are. Default: yes. */
  readonly nativeHistograms?: boolean;
  /** Whether series that vanish, and all of them at shutdown, are ended at once; otherwise they show for five more minutes. Default: yes. */
  readonly staleMarkers?: boolean;
  /** How names are written that are no legacy names. Default: `underscores`. */
  readonly escaping?: EscapingScheme;
  /** Samples in one request, at least 1; default 10 000. The samples of one metric's series stay together, and may be more. */
  readonly maxSamplesPerRequest?: number;
  /** Bytes in one request before they are compressed, at least 1; default 4 MiB. A request ends with the series that reaches it. */
  readonly maxRequestBytes?: number;
  readonly auth?: Authorization;
  readonly headers?: Readonly<Record<string, string>>;
  /** What sends requests; the platform's `fetch` when left out. */
  readonly fetch?: Fetch;
}

/** Options that were checked, with what was left out filled in. */
export interface RemoteWriteSettings extends EncoderOptions {
  readonly url: string;
  readonly version: '1.0' | '2.0';
  readonly headers: Record<string, string>;
  readonly fetch: Fetch;
}

export const subject = 'remote write';
const ownOptions = ['url', 'externalLabels', 'version', 'nativeHistograms', 'staleMarkers', 'escaping', 'maxSamplesPerRequest', 'maxRequestBytes', 'auth', 'headers', 'fetch'];

/** @throws TallystickError `INVALID_OPTIONS` */
export function checkRemoteWrite(options: RemoteWriteOptions): RemoteWriteSettings {
  checkOptions(subject, options, [...ownOptions, ...pushOptionNames]);
  const { url, externalLabels = {}, version = '1.0', nativeHistograms = true, staleMarkers = true, escaping = 'underscores', maxSamplesPerRequest = 10_000, maxRequestBytes = 4 * 1024 * 1024, auth, headers, fetch, timeoutSeconds } = options;
  const address = checkUrl(subject, url).href;
  oneOf('version', version, ['1.0', '2.0'], '"1.0" or "2.0"');
  oneOf('escaping', escaping, escapingSchemes, `one of ${list(escapingSchemes)}`);
  oneOf('nativeHistograms', nativeHistograms, [true, false], 'true or false');
  oneOf('staleMarkers', staleMarkers, [true, false], 'true or false');
  atLeastOne('maxSamplesPerRequest', maxSamplesPerRequest);
  atLeastOne('maxRequestBytes', maxRequestBytes);
  if (timeoutSeconds !== undefined) checkSeconds(subject, 'timeoutSeconds', timeoutSeconds);
  return {
    url: address,
    version,
    externalLabels: checkExternals(externalLabels),
    escaping,
    nativeHistograms,
    staleMarkers,
    maxSamplesPerRequest,
    maxRequestBytes,
    headers: requestHeaders(subject, headers, auth),
    fetch: fetch ?? ((to, init) => globalThis.fetch(to, init)),
  };
}

function oneOf(option: string, value: unknown, values: readonly unknown[], rule: string): void {
  if (!values.includes(value)) throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(value)}; give ${rule}`);
}

function atLeastOne(option: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 1)) throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(value)}; give a number of at least 1`);
}

function checkExternals(labels: unknown): Externals {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: externalLabels is ${show(labels)}; give an object of label names and values, for instance { job: "api", instance: "api-1" }`);
  }
  return Object.entries(labels).map(([name, given]) => {
    const value = labelText(given);
    if (!isLegacyLabelName(name) || name.startsWith('__')) throw new TallystickError('INVALID_OPTIONS', `${subject}: externalLabels has the label ${show(name)}; use letters, digits and "_", and begin with neither a digit nor "__"`);
    if (value === undefined) throw new TallystickError('INVALID_OPTIONS', `${subject}: external label ${show(name)} is ${show(given)}; give a string, number, boolean or bigint`);
    return [name, wellFormed(value)] as const;
  });
}
