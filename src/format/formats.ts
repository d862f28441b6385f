import { TallystickError, list, show } from '../model/errors.js';
import { escapingSchemes } from './escaping.js';
import type { EscapingScheme, ExpositionFormat, FormatName } from './format.js';
import { jsonFormat } from './json.js';
import { openMetricsFormat } from './openmetrics.js';
import { openMetrics2Format } from './openmetrics2.js';
import { protobufFormat } from './protobuf.js';
import { text1ContentType, textFormat } from './text.js';

/** Makes the writer of one exposition, by format. */
const makers: Readonly<Record<FormatName, (contentType?: string) => ExpositionFormat>> = {
  'text-0.0.4': textFormat,
  'text-1.0.0': (contentType = text1ContentType) => textFormat(contentType),
  'openmetrics-1.0.0': openMetricsFormat,
  'openmetrics-2.0.0': openMetrics2Format,
  protobuf: protobufFormat,
  json: jsonFormat,
};

/** All formats. */
export const formatNames: readonly FormatName[] = /* @__PURE__ */ Object.keys(makers) as FormatName[];

/** How names are written where nobody has asked for a scheme: as they are where the format can do that. */
const usualEscaping: Readonly<Record<FormatName, EscapingScheme>> = {
  'text-0.0.4': 'underscores',
  'text-1.0.0': 'allow-utf-8',
  'openmetrics-1.0.0': 'underscores',
  'openmetrics-2.0.0': 'allow-utf-8',
  protobuf: 'allow-utf-8',
  json: 'allow-utf-8',
};

/** @throws TallystickError `INVALID_OPTIONS` */
export function checkFormat(subject: string, format: unknown = 'text-0.0.4'): FormatName {
  if (formatNames.includes(format as FormatName)) return format as FormatName;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: format is ${show(format)}; the formats are ${list(formatNames)}`);
}

/** @throws TallystickError `INVALID_OPTIONS` */
export function checkEscaping(subject: string, escaping: unknown, format: FormatName = 'text-0.0.4'): EscapingScheme {
  if (escaping === undefined) return usualEscaping[format];
  if (escapingSchemes.includes(escaping as EscapingScheme)) return escaping as EscapingScheme;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: escaping is ${show(escaping)}; the schemes are ${list(escapingSchemes)}`);
}

/** What writes one exposition in a format; not to be used for two. @param contentType the usual one of the format when left out */
export function formatFor(name: FormatName, contentType?: string): ExpositionFormat {
  return makers[name](contentType);
}
