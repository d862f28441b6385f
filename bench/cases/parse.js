// @ts-check
/** Reading an exposition back: nanoseconds a kilobyte of text. */
import { distUrl } from '../libraries.js';
import { collectGarbage, quick } from '../measure.js';
import { latencies, picks, random } from '../random.js';

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
const statuses = ['200', '201', '204', '301', '400', '401', '404', '500', '502', '503'];
const routes = quick ? 360 : 1800;

/** Counters of three labels and histograms of two, as a busy service has them. */
async function exposition() {
  const { Counter, Histogram, Registry, toBytes } = await import(distUrl());
  const limits = { series: Infinity };
  const registry = new Registry({ limits });
  const requests = new Counter({ name: 'http_requests_total', help: 'Requests.', labelNames: ['method', 'route', 'status'], limits, registry });
  const durations = new Histogram({ name: 'http_request_duration_seconds', help: 'Durations.', labelNames: ['method', 'route'], limits, registry });
  const next = random(6);
  const values = latencies();
  let turn = 0;
  for (let place = 0; place < routes; place++) {
    const route = `/api/v1/resource-${place}`;
    for (const method of methods) {
      for (const status of statuses) requests.inc({ method, route, status }, Math.floor(next() * 1e6));
      for (let i = 0; i < 4; i++) durations.observe({ method, route }, values[turn++ & (picks - 1)]);
    }
  }
  return toBytes(registry);
}

export async function text() {
  const { parse } = await import(distUrl('format/parse/entry.js'));
  const bytes = await exposition();
  const samples = [];
  await collectGarbage();
  // No collection in between: it would throw away what the compiler has made of code that is not running at the moment.
  for (let round = 0; round < (quick ? 20 : 10); round++) {
    const start = performance.now();
    const families = parse(bytes, { format: 'text-0.0.4' });
    samples.push(((performance.now() - start) * 1e6) / (bytes.length / 1000));
    if (families.length < 2) throw new Error('the exposition was not read');
  }
  return samples;
}
