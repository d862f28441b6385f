/** What went wrong, for programs; the texts are for people and may be reworded. */
export type ErrorCode =
  | 'INVALID_OPTIONS'
  | 'INVALID_NAME'
  | 'INVALID_HELP'
  | 'INVALID_UNIT'
  | 'INVALID_LABEL_NAME'
  | 'INVALID_LABELS'
  | 'INVALID_LABEL_VALUE'
  | 'INVALID_BUCKETS'
  | 'INVALID_QUANTILES'
  | 'INVALID_STATE'
  | 'INVALID_AMOUNT'
  | 'INVALID_EXEMPLAR'
  | 'INVALID_FAMILY'
  | 'DUPLICATE_NAME'
  | 'SHAPE_MISMATCH'
  | 'VERSION_MISMATCH'
  | 'LIMIT_REACHED'
  | 'PARSE_ERROR'
  | 'INVALID_CONFIG'
  | 'PUSH_FAILED';

/**
 * Every error this library throws on purpose. Its text names the metric, what came, the rule and the way out; whatever threw it has
 * changed nothing.
 */
export class TallystickError extends Error {
  /** Stable across releases; the text is not. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'TallystickError';
    this.code = code;
  }
}

/** A value that came in, as an error may show it: quoted, typed, and never longer than a line. It runs no code of the value's but a proxy's, and throws nothing. */
export function show(value: unknown): string {
  let text: string;
  switch (typeof value) {
    case 'string':
      text = JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value);
      break;
    case 'bigint':
      text = `${value}n`;
      break;
    case 'function':
      text = 'a function';
      break;
    case 'object':
      text = showObject(value);
      break;
    default:
      text = Object.is(value, -0) ? '-0' : String(value);
  }
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function showObject(value: object | null): string {
  if (value === null) return 'null';
  try {
    if (Array.isArray(value)) return `[${value.slice(0, 16).map((item: unknown) => (typeof item === 'object' && item !== null ? '…' : show(item))).join(', ')}${value.length > 16 ? ', …' : ''}]`;
    const names = Object.keys(value);
    return `{${names.slice(0, 8).map((name) => name.slice(0, 64)).join(', ')}${names.length > 8 ? ', …' : ''}}`;
  } catch {
    // A proxy may throw whatever it is asked, a revoked one always does.
    return 'an object';
  }
}

/** Names joined for an error: `"a", "b"`. */
export function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => show(name)).join(', ');
}
