// @ts-check
/**
 * Chapters of the report that are more than a row of its table: lateness during a scrape, refused recordings, the soak.
 *
 * @typedef {import('./report.js').Result} Result
 * @typedef {{ p50: number, p99: number, p999: number, largest: number, scrapes: number, scrapeMilliseconds: number, timers: number, curve: [number, number][] }} Delay
 * @typedef {{ mean: number, rise: number, noise: number, flat: boolean }} Fit
 * @typedef {(name: string, text: string) => void} Plot writes a file of that name
 */
import { existsSync, readFileSync } from 'node:fs';
import { findCase } from './cases.js';
import { titles } from './libraries.js';
import { lateness, soakLines } from './plots.js';
import { shown } from './statistics.js';

/** @param {string} major @param {Result} result @param {Plot} plot */
export function delaySection(major, result, plot) {
  return latenessSection(result, plot, {
    id: 'delay',
    names: ['tallystick', 'client', 'nothing'],
    title: `A timer of the application during a scrape, ${result.runtime}`,
    text: [
      'A million counter series are scraped over HTTP, again and again, on the thread of an application whose timer is due every millisecond. A timer that fires late',
      'counts for every millisecond it slept through, so that a long pause weighs what it costs. Only the time from a request to the end of its answer counts.',
      'The client is another process. Of several runs, the one with the median figure:',
    ],
    file: `delay-node${major}.svg`,
    bar: () => findCase('delay').most ?? 10,
  });
}

/** @param {string} major @param {Result} result @param {Plot} plot */
export function loopSection(major, result, plot) {
  return latenessSection(result, plot, {
    id: 'loop',
    names: ['tallystick', 'own-thread', 'client', 'nothing'],
    title: `The same with the server in a thread of its own, ${result.runtime}`,
    text: [
      'The application counts a thousand times in each millisecond, and is scraped 20 times: from a thread of its own (`offThread`), on its own thread in pieces, and by the peer as its',
      'documentation has it. The thread, the client and the application share the cores of the machine.',
    ],
    file: `loop-node${major}.svg`,
    bar: (idle) => idle + (findCase('loop').mostOver ?? 5),
  });
}

/**
 * A table and a plot of how late a timer was.
 *
 * @param {Result} result
 * @param {Plot} plot
 * @param {{ id: string, names: readonly (keyof typeof titles | 'nothing')[], title: string, text: string[], file: string, bar: (idle: number) => number }} what `bar` is told how late the timer of an application is that nobody scrapes
 */
function latenessSection(result, plot, { id, names: all, title: heading, text, file, bar }) {
  const { figures = {}, details = {} } = result.cases[id] ?? {};
  const names = all.filter((name) => (details[name]?.length ?? 0) > 0);
  if (names.length === 0) return [];
  const title = { ...titles, nothing: 'no scrape' };
  const found = [`### ${heading}`, '', ...text, '', '| | median | 99 % | 99.9 % | longest | one scrape, with the sending |', '|---|---|---|---|---|---|'];
  const lines = [];
  for (const name of names) {
    const runs = details[name] ?? [];
    const middle = figures[name]?.median ?? 0;
    const run = runs.reduce((best, each) => (Math.abs(each.p999 - middle) < Math.abs(best.p999 - middle) ? each : best));
    found.push(`| ${title[name]} | ${[run.p50, run.p99, run.p999, run.largest].map((value) => shown(value, 'ms')).join(' | ')} | ${run.scrapes === 0 ? '' : shown(run.scrapeMilliseconds, 'ms')} |`);
    lines.push({ name, title: title[name], points: run.curve });
  }
  plot(file, lateness(`Lateness of a 1 ms timer during a scrape, ${result.runtime}`, lines, bar(figures['nothing']?.value ?? 0)));
  return [...found, '', `![How late the timer is, by share of timers](benchmarks/${file})`, ''];
}

/** @param {Result} result */
export function refusedSection(result) {
  /** @param {string} id */
  const value = (id) => result.cases[id]?.figures['tallystick']?.value;
  const [known, few, refused, memory] = ['known', 'known-600', 'refused', 'refused-memory'].map(value);
  if (known === undefined || refused === undefined) return [];
  const found = [
    `### A flood of unknown label values, ${result.runtime}`,
    '',
    'A counter of three labels is at its limit of 10 000 series; every recording of the flood has values of 16 random characters that nobody has seen before, and is',
    `added to the overflow series in ${shown(refused, 'ns')}. A recording with known labels, all 10 000 series in turn, takes ${shown(known, 'ns')}: ${shown(refused / known)} × as much for a refused one.`,
  ];
  if (few !== undefined) {
    const times = refused / few;
    found.push(`With 600 of the series in turn, which the processor's caches and ours hold, a known one takes ${shown(few, 'ns')}, and a refused one ${shown(times)} × that${times > 2 ? ': more than twice, as series in use are found by a cache and unknown values have to be looked for' : ''}.`);
  }
  if (memory !== undefined) found.push(`${result.quick ? 'A million' : 'Ten million'} refused recordings changed the resident memory by ${memory.toFixed(1)} MB.`);
  return [...found, ''];
}

/** @param {Plot} plot */
export function soakSection(plot) {
  const file = new URL('results/soak.json', import.meta.url);
  if (!existsSync(file)) return [];
  const soak = JSON.parse(readFileSync(file, 'utf8'));
  plot('soak.svg', soakLines(`Memory at churn, ${soak.minutes} minutes, ${soak.runtime}`, soak.samples));
  const names = { rss: 'resident, the whole process', heap: 'JavaScript heap in use', external: 'array buffers and other memory outside the heap', held: 'rows, cells, look-ups and label values, by `registry.cardinality()`' };
  return [
    `## Soak, ${soak.runtime}`,
    '',
    `\`node bench/soak.js --minutes ${soak.minutes}\`, measured ${soak.date}: ${shown(soak.made)} sets of labels, each new, went to a counter, one in four to a histogram, too, and one in ten was removed`,
    `by hand. Series expire ${soak.expireAfterSeconds} s after their last recording: ${shown(soak.expired)} did. Every tenth second ten times as many came as before; the limits (40 000 a metric, 60 000 for both)`,
    `refused ${shown(soak.refused)} recordings. ${shown(soak.scrapes)} scrapes read ${shown(soak.scrapedMegabytes)} MB. Memory once a second, and a straight line through its second half:`,
    '',
    '| MB | mean | rise | noise | |',
    '|---|---|---|---|---|',
    ...Object.entries(/** @type {Record<keyof typeof names, Fit>} */ (soak.fits)).map(([field, fit]) => `| ${names[/** @type {keyof typeof names} */ (field)]} | ${shown(fit.mean / 1e6)} | ${(fit.rise / 1e6).toFixed(2)} | ± ${(fit.noise / 1e6).toFixed(2)} | ${fit.flat ? 'flat' : '**not flat**'} |`),
    '',
    'Flat: the rise over that half is no more than twice the noise, the spread of the samples around the line, or than a hundredth of the mean. Resident memory moves in steps, up and',
    'down, as pages are taken and given back: a line through it says less than the line through what the registry holds.',
    '',
    '![Memory over the soak](benchmarks/soak.svg)',
    '',
  ];
}
