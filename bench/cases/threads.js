// @ts-check
/** Cases about the thread that reads what others record: what it costs those who record, and what a scrape of it costs. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Timer } from '../lateness.js';
import { distUrl, open } from '../libraries.js';
import { perCall, quick } from '../measure.js';
import { order, picks, random } from '../random.js';
import { fill } from './scrape.js';
import { combinations, labelNames } from './shapes.js';

const mask = picks - 1;
const scrapes = quick ? 6 : 20;
/** What an application records at each millisecond, in one of so many series. */
const recordedPerTick = 1000;
const inUse = 10_000;

/** @param {string} file */
const helper = (file) => new URL(`../helpers/${file}`, import.meta.url);

/** The loop of `inc-handle` in a registry that another thread reads. @param {string} name under which the registry is shared */
export async function incShared(name) {
  const library = await open('tallystick');
  const counter = library.counter('requests_total', labelNames);
  library.share?.(name);
  const handles = combinations().map(({ method, route, status }) => counter.labels(method, route, status));
  const which = order(handles.length);
  let calls = 0;
  const samples = perCall((some) => {
    calls += some;
    for (let i = 0; i < some; i++) handles[which[i & mask]].inc();
  });
  return { samples, calls };
}

/** Recording while another thread reads, in so many threads at once. @param {number} threads */
export function incRead(threads) {
  return async () => {
    const name = 'bench';
    const reader = new Worker(helper('reader.js'), { workerData: { name } });
    await once(reader, 'message');
    const recorders = Array.from({ length: threads - 1 }, () => new Worker(helper('recorder.js'), { workerData: { name } }));
    const told = recorders.map((recorder) => once(recorder, 'message'));
    await Promise.all(recorders.map((recorder) => once(recorder, 'online')));
    const all = [await incShared(name), ...(await Promise.all(told)).map(([one]) => one)];
    reader.postMessage('how many');
    const [{ passes, total }] = await once(reader, 'message');
    const calls = all.reduce((sum, one) => sum + one.calls, 0);
    if (passes < 10 || total !== calls) throw new Error(`of ${calls} recordings ${total} were read in ${passes} passes`);
    return all.flatMap((one) => one.samples);
  };
}

/**
 * What answers scrapes, by the name of a variant: in a thread of its own, on the application's, or the peer as its documentation has it.
 *
 * @param {string} variant @param {import('../libraries.js').Library} library
 */
async function serverOf(variant, library) {
  if (variant === 'client') {
    const server = createServer(await library.handler());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/metrics`;
  }
  const { startMetricsServer } = await import(distUrl('expose/server.js'));
  return (await startMetricsServer({ registry: library.registry, port: 0, offThread: variant === 'tallystick' })).url;
}

/** @param {string} variant */
function nameOf(variant) {
  return variant === 'client' ? variant : 'tallystick';
}

/** Has a process scrape. @returns {{ scrape(url: string): Promise<{ milliseconds: number, bytes: number }>, end(): void }} */
function scraper() {
  const child = fork(fileURLToPath(helper('scraper.js')), { execArgv: [] });
  return {
    async scrape(url) {
      child.send(url);
      return (await once(child, 'message'))[0];
    },
    end: () => child.disconnect(),
  };
}

/**
 * How late a timer of an application is that records all the time and has a million counter series, while it is scraped.
 *
 * @param {string} variant `tallystick` for the thread of its own, `own-thread`, `client`, or `nothing` for an application that nobody scrapes
 * @returns {Promise<import('../cases.js').Detailed>} milliseconds
 */
export async function loopDelay(variant) {
  const { library, counter } = await fill(nameOf(variant));
  const next = random(6);
  const handles = Array.from({ length: inUse }, () => counter.labels(`tenant-${Math.floor(next() * 100)}`, `/api/v1/resource-${Math.floor(next() * 100)}`, '200'));
  const which = order(handles.length);
  let turn = 0;
  const timer = new Timer(() => {
    for (let i = 0; i < recordedPerTick; i++) handles[which[turn++ & mask]].inc();
  });
  const url = variant === 'nothing' ? undefined : await serverOf(variant, library);
  const { scrape, end } = scraper();
  // The first ones find what nobody has looked up yet, and code that is not compiled.
  if (url !== undefined) for (let i = 0; i < 3; i++) await scrape(url);
  await new Promise((resolve) => setTimeout(resolve, 500));
  let milliseconds = 0;
  let bytes = 0;
  for (let i = 0; i < scrapes; i++) {
    timer.active = true;
    if (url === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 300));
    } else {
      const told = await scrape(url);
      milliseconds += told.milliseconds;
      bytes += told.bytes;
    }
    // The timer that is late when the answer ends is late because of it.
    await new Promise((resolve) => setTimeout(resolve, 2));
    timer.active = false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  timer.stopped = true;
  end();
  const details = { scrapes: url === undefined ? 0 : scrapes, bytes, scrapeMilliseconds: milliseconds / scrapes, ...timer.told() };
  return { samples: [details.p999], details };
}

/** A scrape of a million counter series as the client sees it, of an application that does nothing else. @param {boolean} offThread */
export function scrapeTime(offThread) {
  return async () => {
    const { library } = await fill('tallystick');
    const url = await serverOf(offThread ? 'tallystick' : 'own-thread', library);
    const { scrape, end } = scraper();
    for (let i = 0; i < 3; i++) await scrape(url);
    const samples = [];
    for (let i = 0; i < scrapes; i++) samples.push((await scrape(url)).milliseconds);
    end();
    return samples;
  };
}
