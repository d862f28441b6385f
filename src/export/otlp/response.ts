import { decodeUtf8 } from '../../platform/byte-buffer.js';

/** What a receiver says it has left out of a request that it took (`ExportMetricsPartialSuccess`). */
export interface PartialSuccess {
  /** 0 for a mere warning. */
  readonly rejected: number;
  readonly message: string;
}

/** Reads the answer to a request that was taken; undefined when all was, or it cannot be read: the request is not sent again in either case. */
export function partialSuccess(body: Uint8Array, contentType: string | null): PartialSuccess | undefined {
  try {
    const said = contentType?.includes('json') === true ? fromJson(decodeUtf8(body)) : fromProtobuf(body);
    return said.rejected > 0 || said.message !== '' ? said : undefined;
  } catch {
    return undefined;
  }
}

function fromJson(text: string): PartialSuccess {
  const { partialSuccess = {} } = JSON.parse(text) as { partialSuccess?: { rejectedDataPoints?: unknown; errorMessage?: unknown } };
  const { rejectedDataPoints = 0, errorMessage = '' } = partialSuccess;
  return { rejected: Math.max(0, Number(rejectedDataPoints) || 0), message: String(errorMessage) };
}

function fromProtobuf(body: Uint8Array): PartialSuccess {
  const inner = fieldsOf(body).get(1);
  if (!(inner instanceof Uint8Array)) return { rejected: 0, message: '' };
  const fields = fieldsOf(inner);
  const rejected = fields.get(1) ?? 0;
  const message = fields.get(2) ?? '';
  return { rejected: typeof rejected === 'number' ? rejected : 0, message: message instanceof Uint8Array ? decodeUtf8(message) : '' };
}

/** The fields of a message by number: varints as numbers, strings and messages as bytes, all else left out. @throws RangeError where it is cut off */
function fieldsOf(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      if (at >= bytes.length) throw new RangeError('cut off');
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if ((tag & 7) === 0) fields.set(number, varint());
    else if ((tag & 7) === 2) fields.set(number, take(varint()));
    else take((tag & 7) === 1 ? 8 : 4);
  }
  return fields;
}
