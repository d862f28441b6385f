import { TallystickError, list, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { escapingSchemes } from './escaping.js';
import type { EscapingScheme, FormatName } from './format.js';
import { openMetricsContentType } from './openmetrics.js';
import { openMetrics2ContentType } from './openmetrics2.js';
import { protobufContentType } from './protobuf.js';
import { text1ContentType, textContentType } from './text.js';
import { type Weighted, parseWeighted } from './weighted.js';

/** What may be chosen from, and what is chosen where a request does not say. */
export interface NegotiationOptions {
  /** The formats that may be chosen; all of them by default. */
  readonly formats?: readonly FormatName[];
  /** The format for requests that accept anything, or nothing there is; by default text 0.0.4, or the first of `formats` where that is not among them. */
  readonly fallback?: FormatName;
  /** How names that are no legacy names are written for requests that do not say; `underscores` by default. */
  readonly escaping?: EscapingScheme;
}

/** What was chosen. */
export interface Negotiated {
  readonly format: FormatName;
  readonly escaping: EscapingScheme;
  readonly contentType: string;
}

/** A format as `Accept` asks for it. */
interface Offer {
  readonly type: string;
  /** What the parameter `version` may be; `''` where it may be missing. */
  readonly versions: readonly string[];
  /** Other parameters that must be there. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Whether a wildcard may mean it; else it has to be asked for by name. */
  readonly wild: boolean;
  readonly contentType: string;
  /** Whether its content type always names the escaping scheme. */
  readonly namesEscaping?: boolean;
}

const openMetrics = 'application/openmetrics-text';

/** In the order in which a wildcard chooses. */
const offers: Readonly<Record<FormatName, Offer>> = {
  'text-0.0.4': { type: 'text/plain', versions: ['0.0.4', ''], wild: true, contentType: textContentType },
  // Older Prometheus servers ask for 0.0.1 alone, the draft of what became 1.0.0, and read both in the same way.
  'openmetrics-1.0.0': { type: openMetrics, versions: ['1.0.0', '0.0.1', ''], wild: true, contentType: openMetricsContentType },
  json: { type: 'application/json', versions: [''], wild: true, contentType: 'application/json' },
  'text-1.0.0': { type: 'text/plain', versions: ['1.0.0'], wild: false, contentType: text1ContentType, namesEscaping: true },
  'openmetrics-2.0.0': { type: openMetrics, versions: ['2.0.0'], wild: false, contentType: openMetrics2ContentType, namesEscaping: true },
  protobuf: {
    type: 'application/vnd.google.protobuf',
    versions: [''],
    parameters: { proto: 'io.prometheus.client.MetricFamily', encoding: 'delimited' },
    wild: false,
    contentType: protobufContentType,
  },
};

const allFormats = Object.keys(offers) as readonly FormatName[];

/**
 * Checks what is to be chosen from.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkNegotiation(subject: string, options: NegotiationOptions = {}): void {
  checkOptions(`${subject}: negotiation`, options, ['formats', 'fallback', 'escaping']);
  const { formats = allFormats, fallback, escaping } = options;
  if (!Array.isArray(formats) || formats.length === 0) throw new TallystickError('INVALID_OPTIONS', `${subject}: negotiation.formats is ${show(formats)}; give an array of at least one format, or leave it out for all`);
  const unknown = (formats as readonly FormatName[]).find((format) => !allFormats.includes(format));
  if (unknown !== undefined) throw new TallystickError('INVALID_OPTIONS', `${subject}: negotiation.formats has ${show(unknown)}; the formats are ${list(allFormats)}`);
  if (fallback !== undefined && !(formats as readonly FormatName[]).includes(fallback)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: negotiation.fallback is ${show(fallback)}; give one of ${list(formats as readonly FormatName[])}`);
  }
  if (escaping !== undefined && !escapingSchemes.includes(escaping)) {
    throw new TallystickError('INVALID_OPTIONS', `${subject}: negotiation.escaping is ${show(escaping)}; give one of ${list(escapingSchemes)}`);
  }
}

/** How well an entry and a format match, from worst to best. */
const noMatch = 0;
const anything = 1;
const anyOfType = 2;
const withoutVersion = 3;
const withVersion = 4;

/**
 * Chooses format and escaping scheme by the `Accept` header of a request: of what is offered the format of the highest weight, where the entry
 * that says most about a format gives its weight; of several, the one that was asked for in more detail, then the one named first. Text 1.0.0,
 * OpenMetrics 2.0 and protobuf have to be asked for by type and version. Where nothing is asked for, or nothing that there is, the
 * fallback is chosen: an old format is worth more to a scraper than a refusal. Nothing of the header is repeated in the content type.
 *
 * Source: Prometheus documentation, "Content negotiation"; RFC 9110, section 12.5.1.
 */
export function negotiate(accept: string | undefined, { formats = allFormats, fallback = formats.includes('text-0.0.4') ? 'text-0.0.4' : formats[0]!, escaping = 'underscores' }: NegotiationOptions = {}): Negotiated {
  const entries = parseWeighted(accept);
  let best: Candidate | undefined;
  for (const format of [fallback, ...allFormats.filter((one) => one !== fallback && formats.includes(one))]) {
    const candidate = judge(format, format === fallback, entries);
    if (candidate !== undefined && candidate.weight > 0 && (best === undefined || isBetter(candidate, best))) best = candidate;
  }
  return best === undefined ? answer(fallback, undefined, escaping) : answer(best.format, entries[best.place]!.parameters.get('escaping'), escaping);
}

interface Candidate {
  readonly format: FormatName;
  readonly weight: number;
  readonly match: number;
  /** Of the entry in the header. */
  readonly place: number;
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.weight !== other.weight) return one.weight > other.weight;
  return one.match !== other.match ? one.match > other.match : one.place < other.place;
}

/** The entry that says most about a format. */
function judge(format: FormatName, isFallback: boolean, entries: readonly Weighted[]): Candidate | undefined {
  let best: Candidate | undefined;
  for (const [place, entry] of entries.entries()) {
    const match = matchOf(offers[format], isFallback, entry);
    if (match === noMatch) continue;
    if (best === undefined || match > best.match || (match === best.match && entry.weight > best.weight)) best = { format, weight: entry.weight, match, place };
  }
  return best;
}

function matchOf({ type, versions, parameters, wild }: Offer, isFallback: boolean, { name, parameters: given }: Weighted): number {
  if (name === '*/*') return wild || isFallback ? anything : noMatch;
  if (name === `${type.split('/', 1)[0]!}/*`) return wild || isFallback ? anyOfType : noMatch;
  const version = given.get('version') ?? '';
  if (name !== type || !versions.includes(version)) return noMatch;
  if (parameters !== undefined && Object.entries(parameters).some(([key, value]) => given.get(key) !== value)) return noMatch;
  return version === '' ? withoutVersion : withVersion;
}

function answer(format: FormatName, asked: string | undefined, otherwise: EscapingScheme): Negotiated {
  const { contentType, namesEscaping = false } = offers[format];
  const named = escapingSchemes.find((scheme) => scheme === asked?.toLowerCase());
  // JSON carries any name.
  if (format === 'json') return { format, escaping: named ?? 'allow-utf-8', contentType };
  const wanted = named ?? otherwise;
  // Text 0.0.4 has no way to write other names.
  const escaping = format === 'text-0.0.4' && wanted === 'allow-utf-8' ? 'underscores' : wanted;
  return { format, escaping, contentType: named !== undefined || namesEscaping ? `${contentType}; escaping=${escaping}` : contentType };
}
