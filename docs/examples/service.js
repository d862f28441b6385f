// @ts-check
/**
 * A small job service, instrumented with every kind of instrument, and some traffic for it.
 *
 *     npm start                    on a free port, until interrupted
 *     PORT=9464 npm start          on that port
 *     npm start -- --seconds 5     stops by itself
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { getHeapSpaceStatistics } from 'node:v8';
import { Counter, Gauge, Histogram, Info, RateLimitedGauge, Registry, SampledCounter, StateSet, Summary, exponentialBuckets, toText } from 'tallystick';
import { createMetricsHandler } from 'tallystick/expose';

const { port, seconds } = readArguments();
const registry = new Registry();

// What the service is, and the state of what it depends on.
const build = new Info({ name: 'jobservice_build', help: 'What is running.', labelNames: ['version', 'node'], registry });
build.set({ version: '1.0.0', node: process.versions.node });
const breaker = new StateSet({ name: 'jobservice_breaker_state', help: 'Whether jobs are passed on to the archive.', states: ['closed', 'open', 'half_open'], stateLabel: 'state', registry });

// The HTTP side. Routes, not paths: their number is known.
const requests = new Counter({ name: 'jobservice_http_requests_total', help: 'HTTP requests answered.', labelNames: ['method', 'route', 'status'], registry });
const latency = new Histogram({ name: 'jobservice_http_request_duration_seconds', help: 'Time to answer a request.', unit: 'seconds', labelNames: ['route'], registry });
const inFlight = new Gauge({ name: 'jobservice_http_requests_in_flight', help: 'Requests being answered.', registry });

// The work. The handles are kept, as the labels are known.
const jobSize = new Histogram({ name: 'jobservice_job_size_bytes', help: 'Size of a job.', unit: 'bytes', buckets: exponentialBuckets(64, 4, 8), registry });
const jobTime = new Summary({ name: 'jobservice_job_duration_seconds', help: 'Time a job took, over the last minute.', unit: 'seconds', quantiles: [0.5, 0.9, 0.99], registry });
const jobs = new Counter({ name: 'jobservice_jobs_total', help: 'Jobs finished.', labelNames: ['outcome'], labelValues: { outcome: ['done', 'failed', 'refused'] }, registry });
jobs.init();
const done = jobs.labels('done');
const failed = jobs.labels('failed');
const refused = jobs.labels('refused');
const rounds = new SampledCounter({ name: 'jobservice_hash_rounds_total', help: 'Rounds of hashing; one in a hundred is counted, as a hundred.', sampleRate: 0.01, registry });
const queueDepth = new RateLimitedGauge({ name: 'jobservice_queue_depth', help: 'Jobs waiting.', minIntervalSeconds: 0.5, registry });

// What is read only when somebody looks: by a function, by one that takes time, and by a collector of whole families.
new Gauge({ name: 'jobservice_uptime_seconds', help: 'Time since the service was started.', unit: 'seconds', collect: () => process.uptime(), registry });
new Gauge({ name: 'jobservice_resident_memory_bytes', help: 'Memory the process holds.', unit: 'bytes', collect: residentBytes, registry });
registry.register({
  name: 'heap spaces',
  collect: () => [
    {
      name: 'jobservice_heap_space_used_bytes',
      help: 'Memory in use, by space of the heap.',
      type: 'gauge',
      unit: 'bytes',
      series: getHeapSpaceStatistics().map((space) => ({ labels: { space: space.space_name }, value: space.space_used_size })),
    },
  ],
});

/** @type {string[]} */
const queue = [];
let archiveFailures = 0;

const metrics = createMetricsHandler(registry);
const server = createServer((request, response) => {
  const route = routeOf(request.url ?? '/');
  if (route === '/metrics') {
    metrics(request, response);
    return;
  }
  const stopTimer = latency.labels(route).startTimer();
  const end = inFlight.labels().startInProgress();
  response.once('close', () => {
    stopTimer();
    end();
    requests.inc({ method: request.method === 'POST' ? 'POST' : request.method === 'GET' ? 'GET' : 'other', route, status: response.statusCode });
  });
  answer(route, request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});

server.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${port} is taken. Choose another one: PORT=9464 npm start` : `The service cannot listen on port ${port}: ${error.message}`);
  process.exitCode = 1;
});

server.listen(port, '127.0.0.1', async () => {
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
  const worker = setInterval(work, 20);
  const traffic = setInterval(() => void drive(base), 50);
  const leave = () => {
    clearInterval(worker);
    clearInterval(traffic);
    server.close(() => void registry.shutdown().then(() => console.log('The service has stopped.')));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  };
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  if (seconds !== undefined) setTimeout(leave, seconds * 1000);

  console.log(`The service listens on ${base}\n  metrics  ${base}/metrics\n  health   ${base}/healthz\n  a job    curl -d 'some text' ${base}/jobs\n`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  console.log(`${toText(registry).split('\n').slice(0, 24).join('\n')}\n…`);
});

/**
 * @param {string} route
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(route, request, response) {
  if (route === '/healthz') {
    response.end('ok\n');
  } else if (route === '/jobs' && request.method === 'POST') {
    const text = await bodyOf(request, 65536);
    const taken = text !== undefined && queue.length < 100;
    if (taken) {
      queue.push(text);
      jobSize.observe(Buffer.byteLength(text));
      queueDepth.set(queue.length);
    } else {
      refused.inc();
    }
    response.writeHead(taken ? 202 : 429).end();
  } else if (route === '/') {
    response.end('A job service: POST /jobs, GET /metrics, GET /healthz\n');
  } else {
    response.writeHead(404).end();
  }
}

/** Takes one job from the queue: hashes it many times, and now and then fails to archive it. */
function work() {
  const job = queue.shift();
  queueDepth.set(queue.length);
  if (job === undefined) return;
  jobTime.time(() => {
    let digest = job;
    for (let round = 0; round < 200 + job.length; round++) {
      digest = createHash('sha256').update(digest).digest('hex');
      rounds.inc();
    }
    if (digest.startsWith('0')) {
      failed.inc();
      archiveFailures += 1;
    } else {
      done.inc();
      archiveFailures = 0;
    }
  });
  breaker.set(archiveFailures === 0 ? 'closed' : archiveFailures === 1 ? 'half_open' : 'open');
}

/** @param {string} base */
async function drive(base) {
  const what = Math.random();
  const [path, init] = what < 0.6 ? ['/jobs', { method: 'POST', body: 'x'.repeat(Math.ceil(2000 * Math.random() ** 3)) }] : what < 0.9 ? ['/', {}] : what < 0.97 ? ['/healthz', {}] : ['/nothing', {}];
  try {
    await (await fetch(base + path, init)).arrayBuffer();
  } catch {
    // The service is stopping.
  }
}

/** @param {string} url */
function routeOf(url) {
  const path = url.split('?', 1)[0] ?? '/';
  return ['/', '/jobs', '/metrics', '/healthz'].includes(path) ? path : 'other';
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {number} most
 * @returns {Promise<string | undefined>} undefined when it is longer than that
 */
async function bodyOf(request, most) {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += chunk;
    if (text.length > most) return undefined;
  }
  return text;
}

/** The kernel's figure where there is one, else that of the process. */
async function residentBytes() {
  try {
    const pages = (await readFile('/proc/self/statm', 'utf8')).split(' ')[1];
    return Number(pages) * 4096;
  } catch {
    return process.memoryUsage.rss();
  }
}

function readArguments() {
  const fail = (/** @type {string} */ message) => {
    console.error(message);
    process.exit(1);
  };
  const given = process.env['PORT'] ?? '0';
  const port = Number(given);
  if (given.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65535) fail(`PORT is ${JSON.stringify(given)}; give a whole number from 0 to 65535`);
  const place = process.argv.indexOf('--seconds');
  const seconds = place < 0 ? undefined : Number(process.argv[place + 1]);
  if (seconds !== undefined && !(seconds > 0 && seconds < 1e6)) fail(`--seconds is ${JSON.stringify(process.argv[place + 1] ?? null)}; give a number of seconds, for instance --seconds 5`);
  return { port, seconds };
}
