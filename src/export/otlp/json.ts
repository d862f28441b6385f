import type { MessageSchema, ScalarType } from '../protobuf-message.js';

/**
 * Writes a plain object as OTLP/JSON: names as the schema has them, 64-bit numbers as decimal strings, enumerations as numbers, bytes (which
 * are trace and span ids) in hex, NaN and infinities as strings. Source: OTLP 1.x, "JSON Protobuf Encoding".
 */
export function jsonMessage<T extends object>({ fields }: MessageSchema<T>, message: T): string {
  let text = '{';
  for (const { name, scalar, message: inner } of fields) {
    const value = (message as Readonly<Record<string, unknown>>)[name];
    // Empty arrays are left out, as in protobuf.
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const write = inner === undefined ? (one: unknown) => scalarText(scalar!, one) : (one: unknown) => jsonMessage(inner, one as never);
    text += `${text === '{' ? '' : ','}"${name}":${Array.isArray(value) ? `[${value.map(write).join(',')}]` : write(value)}`;
  }
  return `${text}}`;
}

function scalarText(scalar: ScalarType, value: unknown): string {
  switch (scalar) {
    case 'double':
      return Number.isFinite(value) ? String(value) : `"${String(value)}"`;
    case 'fixed64':
    case 'sfixed64':
    case 'uint64':
    case 'int64':
    case 'sint64':
      return `"${String(value)}"`;
    case 'string':
      return JSON.stringify(value);
    case 'bytes':
      return `"${Buffer.from(value as Uint8Array).toString('hex')}"`;
    default:
      return String(value);
  }
}
