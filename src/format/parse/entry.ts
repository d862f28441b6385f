/** `tallystick/parse`: reading expositions. */
export { parse, parseStream } from './parse.js';
export type { ParseOptions, ParseStreamOptions } from './parse.js';
export { formatOfContentType } from './content-type.js';
export { ParseError } from './parse-error.js';
export type { ParsedFormat } from './parse-error.js';
