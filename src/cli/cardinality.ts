import { writeFile } from 'node:fs/promises';
import { type CardinalityArguments, readCardinalityArguments } from './arguments.js';
import { readExposition, shownSource } from './exposition-source.js';
import { readShape } from './exposition-shape.js';
import { RunError, UsageError, reasonOf } from './failures.js';
import { cardinalityHelp } from './help.js';
import { html } from './html.js';
import { showProgress } from './progress.js';
import { reportOf } from './report.js';
import { run } from './run.js';
import { type Shape, sizeOf, stepsOf, syntheticShape } from './shape.js';
import { table } from './table.js';
import type { Console } from './console.js';

/** Of all formats only the text format is read for its shape. */
const textAccept = 'text/plain; version=0.0.4, text/plain; q=0.5';

/**
 * `tallystick cardinality`: finds out how many series can be afforded.
 *
 * @returns the status to end with: 0, or 1 when measuring failed
 * @throws UsageError, RunError
 */
export async function cardinality(args: readonly string[], console: Console): Promise<number> {
  const asked = readCardinalityArguments(args);
  if (asked.help) {
    console.out(cardinalityHelp);
    return 0;
  }
  const begin = performance.now();
  const shape = await shapeFor(asked);
  const { first } = sizeOf(shape);
  if (first > asked.max) throw new UsageError(`--max is ${asked.max}, and the exposition has ${first} series to begin with; give at least that`);
  const progress = showProgress(console);
  const outcome = await run({ shape, steps: stepsOf(shape, asked.max), milliseconds: Math.max(1, asked.seconds * 1000 - (performance.now() - begin)) }, progress.show);
  progress.clear();

  const report = reportOf(asked, shape, asked.from === undefined ? undefined : shownSource(asked.from), outcome);
  const json = `${JSON.stringify(report, undefined, 2)}\n`;
  console.out(asked.json === '-' ? json : table(report));
  if (asked.json !== undefined && asked.json !== '-') await write(asked.json, json);
  if (asked.html !== undefined) await write(asked.html, html(report));
  if (outcome.ending === 'failed') throw new RunError(outcome.reason);
  return 0;
}

async function shapeFor({ from, kind, labels, buckets, seconds }: CardinalityArguments): Promise<Shape> {
  if (from === undefined) return syntheticShape(kind, labels, buckets);
  const until = performance.now() + seconds * 1000;
  const { bytes } = await readExposition(from, seconds * 1000, textAccept);
  return readShape(new TextDecoder().decode(bytes), () => performance.now() > until);
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new RunError(`${path} cannot be written: ${reasonOf(error)}`);
  }
}
