// @ts-check
/**
 * Measures the library beside its peers and prints the ratios. Each case runs in a process of its own for each library, the libraries in
 * turn, several rounds; the minimum counts.
 *
 *     node bench/run.js [--runtime 20|24|both] [--quick] [--only <regex>] [--check] [--json <file>] [--rounds <n>] [--no-peers] [--growth] [--huge]
 *
 * `--check` ends with exit code 1 when a figure falls below 70 % of its bar, or below the guard its case has; such a case is measured again
 * before that, up to three times: a machine that others use must not fail a change, a slower library does so every time. `--growth` adds
 * cost against the number of series up to 10^6, `--huge` up to 10^7; the former is part of a full run of all cases. The results go to
 * `bench/results/node<major>.json`, where a run with `--only` replaces those cases; of a quick run to `node<major>-quick.json`.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { cases, findCase } from './cases.js';
import { goCases, goVersion, runGo } from './go.js';
import { installPeers, runtime } from './install.js';
import { figure, shown } from './statistics.js';
import { verdicts } from './verdict.js';

const { values: options } = parseArgs({
  options: {
    runtime: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    check: { type: 'boolean', default: false },
    json: { type: 'string' },
    rounds: { type: 'string' },
    peers: { type: 'boolean' },
    'no-peers': { type: 'boolean', default: false },
    growth: { type: 'boolean' },
    huge: { type: 'boolean', default: false },
  },
});

/** @typedef {Record<string, Record<string, object[]>>} Details what else cases tell, by case and library */

const run = promisify(execFile);
const script = fileURLToPath(new URL('case.js', import.meta.url));
const withPeers = !options['no-peers'] && (options.peers ?? !options.quick);
const only = new RegExp(options.only ?? '');
const whole = options.only === undefined && !options.quick;
const growthCounts = options.huge || options.growth || whole ? [1e3, 1e4, 1e5, 1e6, ...(options.huge ? [1e7] : [])] : [];

if (process.env['BENCH_LIBRARY'] === undefined && !existsSync(new URL('../dist/index.js', import.meta.url))) {
  console.error('bench: dist/ is missing; run `npm run build` first, or `npm run bench`, which does');
  process.exit(2);
}
installPeers();

/**
 * @param {string} node
 * @param {import('./cases.js').Case} one
 * @param {string} library
 * @returns {Promise<{ samples: number[], details?: object }>}
 */
async function measure(node, one, library) {
  if (library === 'client_golang') return { samples: await runGo(one.id) };
  const env = { ...process.env, ...(options.quick ? { BENCH_QUICK: '1' } : {}) };
  const { stdout } = await run(node, ['--expose-gc', ...(one.flags ?? []), script, one.id, library], { env, maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** @param {import('./cases.js').Case} one */
function roundsOf(one) {
  if (one.runs !== undefined) return options.quick ? 3 : one.runs;
  if (options.rounds !== undefined) return Math.max(1, Number(options.rounds));
  return options.quick ? (one.slow ? 1 : 2) : one.slow ? 3 : 5;
}

/** @param {'20' | '24'} major */
async function measureAll(major) {
  const node = runtime(major);
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  console.log(`Node ${version.slice(1)}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores${options.quick ? ', quick' : ''}\n`);
  console.log(row(['case', 'tallystick', 'peer', 'ratio', 'bar', '', 'medians', 'spread']));
  /** @type {Map<string, import('./verdict.js').Figures>} */
  const results = new Map();
  /** @type {Details} */
  const details = {};
  /** @type {import('./verdict.js').Verdict[]} */
  const all = [];
  for (const one of cases) {
    if (!only.test(one.id) && !cases.some((other) => other.mostTimes?.case === one.id && only.test(other.id))) continue;
    /** @type {Record<string, number[]>} */
    const samples = {};
    /** @param {string} library */
    const once = async (library) => {
      const measured = await measure(node, one, library);
      (samples[library] ??= []).push(...measured.samples);
      if (measured.details !== undefined) ((details[one.id] ??= {})[library] ??= []).push(measured.details);
    };
    const goOn = async () => {
      for (const library of one.libraries) await once(library);
    };
    for (let round = 0; round < roundsOf(one); round++) await goOn();
    for (const peer of withPeers ? (one.peers ?? []) : []) {
      if (peer === 'client_golang' && !(goVersion !== undefined && goCases.includes(one.id))) continue;
      for (let round = 0; round < (options.quick ? 1 : 2); round++) await once(peer);
    }
    const judge = () => {
      results.set(one.id, Object.fromEntries(Object.entries(samples).map(([library, list]) => [library, figure(list, one.pick)])));
      return verdicts(one, results);
    };
    let judged = judge();
    for (let again = 0; again < 3 && options.check && judged.some(isLow); again++) {
      // What disturbed it may be over by then.
      await new Promise((resolve) => setTimeout(resolve, again * 3000));
      await goOn();
      judged = judge();
    }
    const figures = /** @type {import('./verdict.js').Figures} */ (results.get(one.id));
    all.push(...judged);
    print(one, figures, judged);
  }
  const growth = await measureGrowth(node);
  save(major, version, results, details, all, growth);
  return all;
}

/** @param {import('./verdict.js').Verdict} verdict */
function isLow(verdict) {
  return (verdict.checked ?? verdict.share) < verdict.guard;
}

/** @param {string} node */
async function measureGrowth(node) {
  const found = [];
  for (const count of growthCounts) {
    const one = findCase(`growth-${count}`);
    for (const library of one.libraries) {
      // The peer's strings of ten million series are beyond what V8 can hold in one.
      if (library === 'client' && count > 1e6) continue;
      const [hot, cold, exposition, bytes] = (await measure(node, one, library)).samples;
      found.push({ series: count, library, hot, cold, exposition, bytes });
      console.log(`${count} series, ${library}: inc ${shown(hot ?? 0)} ns over 600 series, ${shown(cold ?? 0)} ns over all, exposition ${shown(exposition ?? 0)} ms, ${shown(bytes ?? 0)} resident bytes a series`);
    }
  }
  return found;
}

/** @param {import('./cases.js').Case} one @param {import('./verdict.js').Figures} figures @param {import('./verdict.js').Verdict[]} judged */
function print(one, figures, judged) {
  const ours = figures['tallystick'];
  const peer = figures['client'];
  const list = Object.values(figures);
  const ratio = ours && peer && one.bar !== undefined ? shown(peer.value / ours.value) : '';
  console.log(row([
    `${one.id}, ${one.unit}`,
    ours ? shown(ours.value) : '',
    peer ? shown(peer.value) : '',
    ratio,
    one.bar === undefined ? '' : String(one.bar),
    judged.length === 0 ? '' : judged.every((verdict) => verdict.share >= 1) ? 'ok' : 'SHORT',
    list.slice(0, 2).map((each) => shown(each.median)).join(' / '),
    list.slice(0, 2).map((each) => `${shown(each.least)}–${shown(each.largest)}`).join(' / '),
  ]));
  for (const verdict of judged) if (verdict.kind !== 'bar') console.log(`    ${verdict.text}: ${verdict.share >= 1 ? 'ok' : 'SHORT'}`);
  for (const [library, each] of Object.entries(figures)) {
    if (library !== 'tallystick' && library !== 'client') console.log(`    ${library === 'nothing' ? 'a call that does nothing' : library}: ${shown(each.value, one.unit)}`);
  }
}

/** @param {string[]} columns */
function row(columns) {
  const widths = [25, 11, 11, 8, 6, 6, 22, 0];
  return columns.map((text, i) => (i === 0 ? text.padEnd(widths[0] ?? 0) : i > 5 ? `  ${text.padEnd(widths[i] ?? 0)}` : text.padStart(widths[i] ?? 0))).join('').trimEnd();
}

/**
 * @param {string} major
 * @param {string} version
 * @param {ReadonlyMap<string, import('./verdict.js').Figures>} results
 * @param {Details} details
 * @param {import('./verdict.js').Verdict[]} judged
 * @param {object[]} growth
 */
function save(major, version, results, details, judged, growth) {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = options.json ?? fileURLToPath(new URL(`node${major}${options.quick ? '-quick' : ''}.json`, folder));
  const before = options.only !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const content = {
    runtime: `Node ${version.slice(1)}`,
    machine: { processor: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism(), memoryGigabytes: Math.round(totalmem() / 2 ** 30), platform: `${process.platform} ${process.arch}` },
    go: goVersion,
    quick: options.quick,
    date: new Date().toISOString().slice(0, 10),
    // What another run measured of libraries that this one left out stays.
    cases: { ...before?.cases, ...Object.fromEntries([...results].map(([id, figures]) => [id, { figures: { ...before?.cases[id]?.figures, ...figures }, verdicts: judged.filter((verdict) => verdict.case === id), details: details[id] }])) },
    growth: growth.length > 0 ? growth : (before?.growth ?? []),
  };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}

const own = process.versions.node.split('.')[0] ?? '';
const asked = options.runtime ?? (own === '24' ? '24' : '20');
/** @type {('20' | '24')[]} */
const runtimes = asked === 'both' ? ['20', '24'] : asked === '24' ? ['24'] : ['20'];
let low = 0;
for (const major of runtimes) {
  const judged = await measureAll(major);
  const short = judged.filter((verdict) => verdict.share < 1);
  console.log(short.length === 0 ? `\nNode ${major}: every bar is met.\n` : `\nNode ${major}: ${short.length} of ${judged.length} bars fall short: ${short.map((verdict) => `${verdict.case} (${verdict.text})`).join('; ')}.\n`);
  for (const verdict of judged.filter(isLow)) {
    low += 1;
    if (options.check) console.error(`bench: ${verdict.case} is below ${Math.round(verdict.guard * 100)} % of its bar: ${verdict.text}`);
  }
}
if (options.check && low > 0) process.exit(1);
