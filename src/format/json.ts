import type { ByteBuffer } from '../platform/byte-buffer.js';
import { encodeUtf8 } from '../platform/byte-buffer.js';
import { seriesOf } from '../registry/snapshot.js';
import type { FamilyView, SeriesCursor } from '../store/family-view.js';
import type { ExpositionFormat, FamilyWriter } from './format.js';

const jsonContentType = 'application/json; charset=utf-8';

const nothing: Uint8Array<ArrayBuffer> = /* @__PURE__ */ encodeUtf8('');
const comma: Uint8Array<ArrayBuffer> = /* @__PURE__ */ encodeUtf8(',');

/** JSON: an array of what `registry.snapshot()` gives for each family. */
export function jsonFormat(contentType: string = jsonContentType): ExpositionFormat {
  return {
    contentType,
    begin: (out) => out.append(encodeUtf8('[')),
    family: (view, out, isFirst) => new JsonFamilyWriter(view, out, isFirst),
    end: (out) => out.append(encodeUtf8(']\n')),
  };
}

class JsonFamilyWriter implements FamilyWriter {
  private readonly view: FamilyView;
  private readonly cursor: SeriesCursor;
  private readonly out: ByteBuffer;
  /** What stands before the next series. */
  private separator: Uint8Array;

  constructor(view: FamilyView, out: ByteBuffer, isFirst: boolean) {
    const { name, help, type, unit } = view.descriptor;
    this.view = view;
    this.cursor = view.cursor();
    this.out = out;
    this.separator = nothing;
    // Everything but the series, left open.
    const head = JSON.stringify({ name, help, type, ...(unit === '' ? {} : { unit }), series: [] }).slice(0, -2);
    out.append(encodeUtf8(`${isFirst ? '' : ',\n'}${head}`));
  }

  write(bytes: number): boolean {
    try {
      while (this.cursor.next()) {
        const series = encodeUtf8(JSON.stringify(seriesOf(this.view, this.cursor)));
        this.out.append(this.separator);
        this.out.append(series);
        this.separator = comma;
        if (this.out.length >= bytes) return true;
      }
    } catch (error) {
      this.close();
      throw error;
    }
    this.close();
    return false;
  }

  private close(): void {
    this.out.append(encodeUtf8(']}'));
  }
}
