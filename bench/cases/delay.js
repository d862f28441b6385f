// @ts-check
/** How late a timer of the application is while its registry is scraped over HTTP on the same thread. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { quick } from '../measure.js';
import { fill } from './scrape.js';

const scraper = fileURLToPath(new URL('../scraper.js', import.meta.url));
const seconds = quick ? 2 : 5;
const atLeast = quick ? 3 : 5;
/** Shares of the due times whose lateness is kept for a plot: from the median up to one in ten thousand. */
const shares = Array.from({ length: 38 }, (_, i) => 1 - 10 ** -(0.3 + i / 10));

/**
 * A timer that is due every millisecond. One that fires late stands for every millisecond it slept through, or a long pause would count as
 * little as a short one.
 */
class Timer {
  constructor() {
    /** @type {number[]} */
    this.lateness = [];
    this.active = false;
    this.stopped = false;
    this.last = performance.now();
    this.next();
  }

  next() {
    setTimeout(() => this.fire(), 1);
  }

  fire() {
    const now = performance.now();
    if (this.active) for (let due = this.last + 1; due <= now; due += 1) this.lateness.push(now - due);
    this.last = now;
    if (!this.stopped) this.next();
  }
}

/**
 * @param {string} name a library, or `nothing` for an application that nobody scrapes
 * @returns {Promise<import('../cases.js').Detailed>} milliseconds
 */
export async function delay(name) {
  const { library } = await fill(name === 'nothing' ? 'tallystick' : name);
  const timer = new Timer();
  // What compiles and settles at the start of a process is not of a scrape.
  await new Promise((resolve) => setTimeout(resolve, 500));
  let told = { scrapes: 0, bytes: 0 };
  let scrapingMilliseconds = 0;
  if (name === 'nothing') {
    timer.active = true;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  } else {
    const answer = await library.handler();
    const server = createServer((request, response) => {
      const start = performance.now();
      timer.active = true;
      response.once('close', () => {
        scrapingMilliseconds += performance.now() - start;
        // The timer that is late when the answer ends is late because of it.
        setTimeout(() => (timer.active = false), 2);
      });
      answer(request, response);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { stdout } = await promisify(execFile)(process.execPath, [scraper, String(port), String(seconds), String(atLeast)]);
    told = JSON.parse(stdout);
    server.close();
  }
  timer.stopped = true;
  const sorted = Float64Array.from(timer.lateness).sort();
  /** @param {number} share */
  const at = (share) => Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(3));
  const details = {
    ...told,
    scrapeMilliseconds: told.scrapes === 0 ? 0 : scrapingMilliseconds / told.scrapes,
    timers: sorted.length,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    largest: at(1),
    curve: shares.filter((share) => (1 - share) * sorted.length >= 1).map((share) => [1 - share, at(share)]),
  };
  return { samples: [details.p999], details };
}
