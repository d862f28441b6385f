// @ts-check
/** How late a timer of the application is while its registry is scraped over HTTP on the same thread. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Timer } from '../lateness.js';
import { quick } from '../measure.js';
import { fill } from './scrape.js';

const scraper = fileURLToPath(new URL('../scraper.js', import.meta.url));
const seconds = quick ? 2 : 5;
const atLeast = quick ? 3 : 5;
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
  const details = { ...told, scrapeMilliseconds: told.scrapes === 0 ? 0 : scrapingMilliseconds / told.scrapes, ...timer.told() };
  return { samples: [details.p999], details };
}
