import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFor } from '../../src/format/formats.js';
import type { FamilyWriter } from '../../src/format/format.js';
import { ByteBuffer, decodeUtf8 } from '../../src/platform/byte-buffer.js';
import { Registry } from '../../src/registry/registry.js';
import { FakeClock } from '../support/fake-clock.js';
import { type ParsedSample, parseText } from '../support/text-parser.js';
import { anyText, storable } from '../support/texts.js';

/** Few values, so that neighbours share some; of many lengths, beside each other. */
const value = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('', 'a', 'bc', 'GET', 'route', '\x7f😀', '😀', '"', '\\\\', 'x'.repeat(60)) }, { weight: 1, arbitrary: anyText.map(storable) });

/** Values of each label, by series. */
function rowsOf(labels: number): fc.Arbitrary<string[][]> {
  return fc.uniqueArray(fc.array(value, { minLength: labels, maxLength: labels }), { minLength: 1, maxLength: 30, selector: (row) => JSON.stringify(row) });
}

interface Made {
  readonly registry: Registry;
  readonly names: readonly string[];
  set(row: readonly string[], value: number): void;
  remove(row: readonly string[]): void;
}

function gaugeOf(labels: number, constants: readonly string[]): Made {
  const names = Array.from({ length: labels }, (_, place) => `l${place}`);
  const constLabels = Object.fromEntries(constants.map((text, place) => [`c${place}`, text]));
  const registry = new Registry({ clock: new FakeClock() });
  const gauge = registry.gauge({ name: 'g', help: 'G.', labelNames: names, constLabels, limits: { series: Infinity } }) as unknown as { labels(...row: readonly string[]): { set(value: number): void }; remove(...row: readonly string[]): boolean };
  return { registry, names, set: (row, number) => gauge.labels(...row).set(number), remove: (row) => void gauge.remove(...row) };
}

function begin(registry: Registry): { out: ByteBuffer; writer: FamilyWriter } {
  const [view] = registry.collectSync();
  const out = new ByteBuffer(0);
  return { out, writer: formatFor('text-0.0.4').family(view!, out, true) };
}

const samplesOf = (out: ByteBuffer): readonly ParsedSample[] => parseText(decodeUtf8(out.written()))[0]!.samples;

describe('the labels of a line', () => {
  it('are those of its series, whichever of them changed since the line before, with constant ones or without.', () => {
    const constants = fc.array(fc.oneof(value, fc.constantFrom('y'.repeat(505), 'y'.repeat(512), 'é'.repeat(400))), { maxLength: 2 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }).chain((labels) => fc.tuple(fc.constant(labels), constants, rowsOf(labels))), ([labels, fixed, rows]) => {
        const { registry, set, names } = gaugeOf(labels, fixed);
        for (const [place, row] of rows.entries()) set(row, place);
        const { out, writer } = begin(registry);
        expect(writer.write(Infinity)).toBe(false);
        const constPairs = fixed.map((text, place) => [`c${place}`, text]);
        expect(samplesOf(out)).toEqual(rows.map((row, place) => ({ name: 'g', labels: [...constPairs, ...row.map((text, at) => [names[at], text])], value: place })));
      }),
      { numRuns: 400 },
    );
  });

  it('are those of its series though values are freed, used again and grow between two writes.', () => {
    const step = fc.record({ remove: fc.nat(29), add: fc.nat(3), grow: fc.nat(900) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }).chain((labels) => fc.tuple(fc.constant(labels), rowsOf(labels), fc.array(step, { minLength: 1, maxLength: 12 }))), ([labels, rows, steps]) => {
        const { registry, set, remove, names } = gaugeOf(labels, []);
        const all = rows.map((row) => [...row]);
        for (const [place, row] of all.entries()) set(row, place);
        const { out, writer } = begin(registry);
        let turn = 0;
        while (writer.write(out.length + 1)) {
          const { remove: gone, add, grow } = steps[turn++ % steps.length]!;
          if (gone < rows.length) remove(rows[gone]!);
          for (let i = 0; i < add; i++) {
            const made = Array.from({ length: labels }, (_, at) => `${all.length}-${at}${'z'.repeat(grow)}`);
            set(made, all.push(made) - 1);
          }
        }
        for (const sample of samplesOf(out)) expect(sample.labels).toEqual(all[sample.value]!.map((text, at) => [names[at], text]));
      }),
      { numRuns: 200 },
    );
  });

  it('are whole at whatever length the run has to grow.', () => {
    const { registry, set } = gaugeOf(2, ['c']);
    const rows = Array.from({ length: 700 }, (_, length) => ['a', 'x'.repeat(length)]);
    for (const [place, row] of rows.entries()) set(row, place);
    const { out, writer } = begin(registry);
    writer.write(Infinity);
    expect(samplesOf(out).map(({ labels }) => labels.slice(1).map(([, text]) => text))).toEqual(rows);
  });
});
