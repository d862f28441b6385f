import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ParseError, type ParsedFormat, parse } from '../../src/format/parse/entry.js';

/** A folder of samples that others have made, good and bad, for every format; the repository has none. */
const oracles = process.env['METRICS_ORACLES'] ?? '';

/** The folders of samples, by format. */
const folders: Readonly<Record<ParsedFormat, string>> = { 'text-0.0.4': 'text', 'text-1.0.0': 'text', 'openmetrics-1.0.0': 'om1', 'openmetrics-2.0.0': 'om2', protobuf: 'proto' };

/** Samples that are not as their names say for a reader. */
const exceptions: Readonly<Record<string, string>> = {
  'text-0.0.4 good_utf8.prom': 'text 0.0.4 has no quoted names.',
  'openmetrics-2.0.0 bad_bucket_series.om2': 'A sample of another name is a family of unknown type, which is legal though nobody means it.',
  'openmetrics-2.0.0 bad_created_series.om2': 'The same.',
  'openmetrics-2.0.0 bad_total_added.om2': 'The same.',
};

/** What becomes of a sample: its families are taken, or the message of the error. */
function outcome(path: string, format: ParsedFormat): string {
  try {
    parse(readFileSync(path), { format });
    return 'accepted';
  } catch (error) {
    if (error instanceof ParseError) return 'refused';
    throw error;
  }
}

describe('Samples by others', () => {
  test.runIf(existsSync(oracles)).each(Object.entries(folders) as [ParsedFormat, string][])('of %s are accepted and refused as their names say (runs where METRICS_ORACLES names the folder).', (format, name) => {
    const folder = join(oracles, 'samples', name);
    const samples = readdirSync(folder).filter((sample) => /^(good|bad)_/.test(sample));
    expect(samples.length).toBeGreaterThan(10);
    const found = Object.fromEntries(samples.map((sample) => [sample, outcome(join(folder, sample), format)]));
    const wanted = Object.fromEntries(samples.map((sample) => [sample, sample.startsWith('good') !== (`${format} ${sample}` in exceptions) ? 'accepted' : 'refused']));
    expect(found).toEqual(wanted);
  });
});
