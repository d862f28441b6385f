// @ts-check
/** Scrapes again and again, for the case `delay`: a process of its own, so that reading costs nothing where the timer runs: `node bench/scraper.js <port> <seconds> <scrapes at least>`. */
import { Agent, get } from 'node:http';

const [port = 0, seconds = 0, atLeast = 1] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true });
let scrapes = 0;
let bytes = 0;

/** @returns {Promise<void>} */
function scrape() {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent }, (response) => {
      response.on('data', (chunk) => (bytes += chunk.length));
      response.on('end', resolve);
      response.on('error', reject);
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
    }).on('error', reject);
  });
}

const until = performance.now() + seconds * 1000;
while (scrapes < atLeast || performance.now() < until) {
  await scrape();
  scrapes += 1;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
agent.destroy();
console.log(JSON.stringify({ scrapes, bytes }));
