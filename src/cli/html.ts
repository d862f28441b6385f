import { type Level, type Line, escapeHtml, logPlot } from './plot.js';
import { shown, shownBytes, shownMilliseconds } from './quantities.js';
import { type Report, endingText, loadText, shownAllowed, verdict } from './report.js';
import type { Step } from './step.js';
import { columns } from './table.js';

/** Metrics of an exposition that are listed; the rest is counted. */
const listed = 50;

const style = `
:root { color-scheme: light dark; --ink: #1f2937; --soft: #6b7280; --paper: #ffffff; --rule: #d1d5db; --c0: #0f766e; --c1: #b45309; --c2: #be123c; --level: #6d28d9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5e7eb; --soft: #9ca3af; --paper: #111827; --rule: #374151; --c0: #2dd4bf; --c1: #fbbf24; --c2: #fb7185; --level: #c4b5fd; } }
body { margin: 2rem auto; padding: 0 1rem; max-width: 76rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 2rem; margin: 2rem 0; }
svg { width: 100%; height: auto; font-size: 12px; } svg text { fill: var(--soft); }
.grid { stroke: var(--rule); } .line { fill: none; stroke-width: 2; } .dot { stroke: none; }
.line.c0 { stroke: var(--c0); } .line.c1 { stroke: var(--c1); } .line.c2 { stroke: var(--c2); }
.dot.c0 { fill: var(--c0); } .dot.c1 { fill: var(--c1); } .dot.c2 { fill: var(--c2); }
line.level { stroke: var(--level); stroke-dasharray: 6 4; } svg text.level { fill: var(--level); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
.names td, .names th { text-align: left; white-space: normal; }
.verdict { border-left: 4px solid var(--level); padding-left: 1rem; } .note { color: var(--soft); }
`;

/** The report as a page of its own: it needs nothing from anywhere, runs no script, and opens from a file. */
export function html(report: Report): string {
  const sentences = verdict(report);
  const remarks = [loadText(report.conditions), endingText(report)].filter((remark) => remark !== undefined);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>How many series fit</title>
<style>${style}</style>
</head>
<body>
<h1>How many series fit</h1>
<p>Grown: ${escapeHtml(report.subject)}.</p>
<p class="note">${escapeHtml(`${report.machine}. Measured ${report.measuredAt}.`)}</p>
${remarks.map((remark) => `<p><strong>${escapeHtml(remark)}</strong></p>`).join('')}
${sentences.length === 0 ? '' : `<div class="verdict">${sentences.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</div>`}
<div class="plots">
${plots(report).join('\n')}
</div>
${stepTable(report.steps)}
${notes(report)}
${familyTable(report)}
</body>
</html>
`;
}

function plots({ steps, budgets }: Report): string[] {
  const lineOf = (name: string, figure: (step: Step) => number): Line => ({ name, points: steps.map((step) => [step.series, figure(step)]) });
  const level = (name: 'memory' | 'scrape time' | 'delay', allowed: number | undefined): Level[] => (allowed === undefined ? [] : [{ name: `${name} ${shownAllowed(name, allowed)}`, y: allowed }]);
  const nanoseconds = (value: number): string => (value >= 1e6 ? shownMilliseconds(value / 1e6) : value >= 1000 ? `${shown(value / 1000)} us` : `${shown(value)} ns`);
  const all: readonly (readonly [string, Line[], Level[], (value: number) => string])[] = [
    ['Time to record', [lineOf('median', (step) => step.record.p50), lineOf('99.9 %', (step) => step.record.p999), lineOf('longest', (step) => step.record.longest)], [], nanoseconds],
    ['Time to create a series', [lineOf('median', (step) => step.create.p50), lineOf('99.9 %', (step) => step.create.p999), lineOf('longest', (step) => step.create.longest)], [], nanoseconds],
    ['Memory', [lineOf('used', (step) => step.memory.bytes)], level('memory', budgets.memoryBytes), shownBytes],
    ['Memory of a series', [lineOf('used', (step) => step.memory.bytes / step.series)], [], shownBytes],
    ['Time of an exposition', [lineOf('median', (step) => step.exposition.milliseconds)], level('scrape time', budgets.scrapeMilliseconds), shownMilliseconds],
    ['Delay of the event loop during a scrape', [lineOf('median', (step) => step.delay.p50), lineOf('99.9 %', (step) => step.delay.p999), lineOf('longest', (step) => step.delay.max)], level('delay', budgets.delayMilliseconds), shownMilliseconds],
  ];
  return all.map(([title, lines, levels, shownY]) => `<section><h2>${escapeHtml(title)}</h2>${logPlot(title, lines, levels, shownY)}</section>`);
}

function stepTable(steps: readonly Step[]): string {
  const groups = columns.map(({ group, parts }) => `<th colspan="${parts.length}" scope="colgroup">${escapeHtml(group)}</th>`).join('');
  const parts = columns.flatMap((column) => column.parts);
  const headings = parts.map(([heading]) => `<th scope="col">${escapeHtml(heading)}</th>`).join('');
  const rows = steps.map((step) => `<tr>${parts.map(([, figure]) => `<td>${escapeHtml(figure(step))}</td>`).join('')}</tr>`).join('\n');
  return `<div class="wide"><table><thead><tr>${groups}</tr><tr>${headings}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function notes({ conditions }: Report): string {
  if (conditions === undefined) return '';
  const { clockNanoseconds, idleDelay } = conditions;
  return `<p class="note">Recording goes through label objects of existing series in random order. Medians are of batches; tails are of single calls, less the clock's own ${escapeHtml(shown(clockNanoseconds))} ns. Memory is what the process has grown by once its garbage is gone; ~ marks what is too little to be told from noise there and was read from the heap instead. The delay is the lateness of a timer of 1 ms while the exposition is made as the request handlers make it; idle it is ${escapeHtml(shown(idleDelay.p50))} ms in the median, ${escapeHtml(shown(idleDelay.max))} ms at most.</p>`;
}

function familyTable({ families }: Report): string {
  if (families.length === 0) return '';
  const rows = families.slice(0, listed).map(
    ({ name, kind, series, labels, buckets }) =>
      `<tr><td>${escapeHtml(name)}</td><td>${kind}</td><td>${shown(series)}</td><td>${escapeHtml(labels.map(([label, distinct]) => `${label} (${distinct})`).join(', '))}</td><td>${buckets === 0 ? '' : buckets}</td></tr>`,
  );
  const rest = families.length > listed ? `<p class="note">And ${shown(families.length - listed)} more.</p>` : '';
  return `<h2>The metrics it began with</h2><div class="wide"><table class="names"><thead><tr><th>metric</th><th>type</th><th>series</th><th>labels (values)</th><th>buckets</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>${rest}`;
}
