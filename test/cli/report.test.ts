import { describe, expect, test } from 'vitest';
import { readCardinalityArguments } from '../../src/cli/arguments.js';
import { shownSource } from '../../src/cli/exposition-source.js';
import { readShape } from '../../src/cli/exposition-shape.js';
import { html } from '../../src/cli/html.js';
import { escapeHtml, logPlot } from '../../src/cli/plot.js';
import { reportOf } from '../../src/cli/report.js';
import { syntheticShape } from '../../src/cli/shape.js';
import { table } from '../../src/cli/table.js';
import { stepOf } from './steps.js';

const conditions = { clockNanoseconds: 40, idleDelay: { p50: 0.1, p999: 0.2, max: 0.3, samples: 100 }, load: 0.1, processors: 2 };
const outcome = { conditions, steps: [stepOf(1000), stepOf(3000), stepOf(1_000_000)], ending: 'complete', reason: '' } as const;
const asked = readCardinalityArguments(['--memory=10MB', '--scrape-time', '1s', '--delay', '10ms']);
const report = { ...reportOf(asked, syntheticShape('counter', 3, 12), undefined, outcome), machine: 'A machine' };

describe('The text table', () => {
  test('Its columns are aligned, and the budgets stand below.', () => {
    expect(table(report)).toBe(`Grown: one counter with 3 labels. A machine.

            record, ns            create, ns              memory                 exposition     loop delay, ms
   series   p50  p99.9  longest   p50  p99.9    longest   bytes/series   whole     ms    size    p50  p99.9   max
    1 000    30    300   90 000   300  3 000  2 000 000             64   64 kB   0.10   89 kB   0.10   0.01  0.02
    3 000    30    300   90 000   300  3 000  2 000 000             64  192 kB   0.30  267 kB   0.10   0.03  0.06
1 000 000    30    300   90 000   300  3 000  2 000 000             64   64 MB    100   89 MB   0.10     10    20

Record and create: medians of batches, tails of single calls less the clock's own 40 ns.
Loop delay: lateness of a 1 ms timer while the exposition is made as the request handlers make it; idle it is 0.10 at p50, 0.30 at most.

memory 10 MB: about 156 000 series
scrape time 1 s: at least 1 000 000 series
delay 10 ms: at least 1 000 000 series
Within these budgets fit about 156 000 series; memory binds.
`);
  });

  test('A run that was ended says why, also when nothing was measured.', () => {
    const ended = { ...report, steps: [], fits: [], conditions: undefined, ending: 'time', reason: 'the time was up before the first step was measured' } as const;
    expect(table(ended)).toBe('Grown: one counter with 3 labels. A machine.\n\nEnded early: the time was up before the first step was measured.\n');
    expect(html(ended)).toContain('Ended early: the time was up before the first step was measured.');
  });

  test('A machine that was busy with other things is named as such.', () => {
    const busy = { ...report, conditions: { ...conditions, load: 3.25 } };
    expect(table(report)).not.toContain('Other programs');
    expect(table(busy)).toContain('Other programs were at work (load 3.3 on 2 processors): times, tails and delays above all, are higher than on a quiet machine.\n');
    expect(html(busy)).toContain('Other programs were at work (load 3.3 on 2 processors)');
  });

  test('Memory that cannot be told from noise is marked.', () => {
    const few = { ...report, steps: [stepOf(1000, { memory: { residentBytes: 0, heldBytes: 70_000, bytes: 70_000, source: 'held' } })] };
    expect(table(few)).toContain('~70');
    expect(table(few)).toContain('~ too little to be told from noise');
  });
});

describe('The report as a page', () => {
  test('It refers to nothing outside, runs no script, and has a plot for each figure with its budget.', () => {
    const page = html(report);
    expect(page).not.toMatch(/<script|<link|<img|\son\w+=|https?:|url\(|@import/i);
    expect(page.match(/<svg /g)).toHaveLength(6);
    expect(page.match(/<line class="level"/g)).toHaveLength(3);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('memory binds');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('Nothing that came from outside is taken for HTML.', () => {
    const hostile = '</td><script>alert(1)</script>" onload="x\'`&';
    const shape = readShape(`{${JSON.stringify(hostile)},${JSON.stringify(hostile)}="v"} 1`);
    const page = html(reportOf({ ...asked, from: hostile }, shape, shownSource(hostile), { ...outcome, ending: 'failed', reason: hostile }));
    expect(page).toContain(escapeHtml(hostile));
    expect(page).not.toContain('<script');
    expect(page.replaceAll(escapeHtml(hostile), '')).not.toContain('alert');
  });

  test('Every character with a meaning in HTML is escaped.', () => {
    expect(escapeHtml('<a href="x" class=\'y\'>`&amp;</a>')).toBe('&#60;a href=&#34;x&#34; class=&#39;y&#39;&#62;&#96;&#38;amp;&#60;/a&#62;');
  });

  test('A source is shown without what may be secret in its URL, or command a terminal.', () => {
    expect(shownSource('https://user:secret@host.test:8080/metrics?token=secret#x')).toBe('https://host.test:8080/metrics');
    expect(shownSource('metrics\u001b[2J.txt')).toBe('metrics?[2J.txt');
    expect(shownSource('http://')).toBe('http://');
  });
});

describe('A plot', () => {
  test('What has no place on a logarithmic axis is left out; nothing at all makes no plot.', () => {
    expect(logPlot('Title', [{ name: 'a', points: [[1000, 0], [2000, NaN]] }], [], String)).toBe('');
    const svg = logPlot('Title', [{ name: 'a', points: [[1000, 0], [2000, 5], [3000, Infinity], [4000, 50]] }], [], String);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  test('One point and one value are enough.', () => {
    expect(logPlot('Title', [{ name: 'a', points: [[1000, 10]] }], [{ name: 'b', y: 10 }], String)).not.toMatch(/NaN|Infinity/);
  });
});
