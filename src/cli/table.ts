import { shown, shownBytes } from './quantities.js';
import { type Report, endingText, loadText, verdict } from './report.js';
import type { Step } from './step.js';

/** Groups of columns: what they show, in which unit, and each column's heading and figure. */
export const columns: readonly { readonly group: string; readonly parts: readonly (readonly [heading: string, figure: (step: Step) => string])[] }[] = [
  { group: '', parts: [['series', (step) => shown(step.series)]] },
  {
    group: 'record, ns',
    parts: [
      ['p50', (step) => shown(step.record.p50)],
      ['p99.9', (step) => shown(step.record.p999)],
      ['longest', (step) => shown(step.record.longest)],
    ],
  },
  {
    group: 'create, ns',
    parts: [
      ['p50', (step) => shown(step.create.p50)],
      ['p99.9', (step) => shown(step.create.p999)],
      ['longest', (step) => shown(step.create.longest)],
    ],
  },
  {
    group: 'memory',
    parts: [
      ['bytes/series', (step) => `${step.memory.source === 'held' && step.memory.bytes > 0 ? '~' : ''}${step.memory.bytes === 0 ? '-' : shown(Math.round(step.memory.bytes / step.series))}`],
      ['whole', (step) => shownBytes(step.memory.bytes)],
    ],
  },
  {
    group: 'exposition',
    parts: [
      ['ms', (step) => shown(step.exposition.milliseconds)],
      ['size', (step) => shownBytes(step.exposition.bytes)],
    ],
  },
  {
    group: 'loop delay, ms',
    parts: [
      ['p50', (step) => shown(step.delay.p50)],
      ['p99.9', (step) => shown(step.delay.p999)],
      ['max', (step) => shown(step.delay.max)],
    ],
  },
];

/** The report as text: a table, each column as wide as it must be, and what the budgets allow. */
export function table(report: Report): string {
  const lines = [`Grown: ${report.subject}. ${report.machine}.`, ''];
  if (report.steps.length > 0) lines.push(...grid(report.steps), '');
  if (report.steps.some((step) => step.memory.source === 'held')) lines.push('~ too little to be told from noise in resident memory; what the heap and its buffers hold.');
  const { conditions } = report;
  if (conditions !== undefined) {
    lines.push(
      `Record and create: medians of batches, tails of single calls less the clock's own ${shown(conditions.clockNanoseconds)} ns.`,
      `Loop delay: lateness of a 1 ms timer while the exposition is made as the request handlers make it; idle it is ${shown(conditions.idleDelay.p50)} at p50, ${shown(conditions.idleDelay.max)} at most.`,
    );
  }
  for (const remark of [loadText(conditions), endingText(report)]) if (remark !== undefined) lines.push(remark);
  const sentences = verdict(report);
  if (sentences.length > 0) lines.push('', ...sentences);
  return `${lines.join('\n')}\n`;
}

function grid(steps: readonly Step[]): string[] {
  const blocks = columns.map(({ group, parts }) => {
    const cells = parts.map(([heading, figure]) => [heading, ...steps.map(figure)]);
    const widths = cells.map((column) => Math.max(...column.map((text) => text.length)));
    // A group's name may be wider than all of its columns.
    const rows = cells[0]!.map((_, row) => cells.map((column, i) => column[row]!.padStart(widths[i]!)).join('  '));
    const width = Math.max(group.length, rows[0]!.length);
    return [group.padEnd(width), ...rows.map((text) => text.padStart(width))];
  });
  return blocks[0]!.map((_, row) => blocks.map((block) => block[row]!).join('   ').trimEnd());
}
