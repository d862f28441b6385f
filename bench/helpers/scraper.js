// @ts-check
/** Scrapes once whenever it is told to, and tells how long that took: a process of its own, so that reading costs nothing where the application runs. */
import { Agent, get } from 'node:http';
import process from 'node:process';

const agent = new Agent({ keepAlive: true });

/** @param {string} url @returns {Promise<number>} bytes */
function scrape(url) {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let bytes = 0;
      response.on('data', (chunk) => (bytes += chunk.length));
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
    }).on('error', reject);
  });
}

process.on('message', async (url) => {
  const start = performance.now();
  const bytes = await scrape(String(url));
  process.send?.({ milliseconds: performance.now() - start, bytes });
});
