import type { ByteBuffer } from '../platform/byte-buffer.js';
import { encodeUtf8 } from '../platform/byte-buffer.js';
import { seriesOf } from '../registry/snapshot.js';
import type { FamilyView, SeriesCursor } from '../store/family-view.js';
import type { ExpositionFormat, FamilyWriter } from './format.js';

export const jsonContentType = 'application/json; charset=utf-8';

const comma: Uint8Array<ArrayBuffer> = /* @__PURE__ */ encodeUtf8(',');

/** JSON: an array of what `registry.snapshot()` gives for each family. */
export function jsonFormat(contentType: string = jsonContentType): ExpositionFormat {
  const state: JsonState = { isFirst: true };
  return {
    contentType,
    begin: (out) => out.append(encodeUtf8('[')),
    family: (view, out) => new JsonFamilyWriter(view, out, state),
    end: (out) => out.append(encodeUtf8(']\n')),
  };
}

interface JsonState {
  /** Whether no family stands whole yet. */
  isFirst: boolean;
}

class JsonFamilyWriter implements FamilyWriter {
  private readonly view: FamilyView;
  private readonly cursor: SeriesCursor;
  private readonly out: ByteBuffer;
  private readonly state: JsonState;
  private isFirst: boolean;

  constructor(view: FamilyView, out: ByteBuffer, state: JsonState) {
    const { name, help, type, unit } = view.descriptor;
    this.view = view;
    this.cursor = view.cursor();
    this.out = out;
    this.state = state;
    this.isFirst = true;
    // Everything but the series, left open.
    const head = JSON.stringify({ name, help, type, ...(unit === '' ? {} : { unit }), series: [] }).slice(0, -2);
    out.append(encodeUtf8(`${state.isFirst ? '' : ',\n'}${head}`));
  }

  write(bytes: number): boolean {
    try {
      while (this.cursor.next()) {
        const series = encodeUtf8(JSON.stringify(seriesOf(this.view, this.cursor)));
        if (!this.isFirst) this.out.append(comma);
        this.isFirst = false;
        this.out.append(series);
        if (this.out.length >= bytes) return true;
      }
    } catch (error) {
      this.close();
      throw error;
    }
    this.close();
    this.state.isFirst = false;
    return false;
  }

  private close(): void {
    this.out.append(encodeUtf8(']}'));
  }
}
