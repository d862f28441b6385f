// @ts-check
/**
 * A web server with three instruments, and its metrics beside it.
 *
 *     npm run build
 *     node docs/examples/first-service.js
 */
import { createServer } from 'node:http';
import { Counter, Gauge, Histogram, defaultRegistry } from 'tallystick';
import { createMetricsHandler } from 'tallystick/expose';

const requests = new Counter({ name: 'http_requests_total', help: 'HTTP requests answered.', labelNames: ['route', 'status'] });
const latency = new Histogram({ name: 'http_request_duration_seconds', help: 'Time to answer.', unit: 'seconds', labelNames: ['route'] });
const inFlight = new Gauge({ name: 'http_requests_in_flight', help: 'Requests being answered.' });

const metrics = createMetricsHandler(defaultRegistry);

const server = createServer((request, response) => {
  // A route, not the path: whoever sends requests must not decide how many series there are.
  const path = request.url?.split('?', 1)[0];
  const route = path === '/' || path === '/metrics' ? path : 'other';
  if (route === '/metrics') {
    metrics(request, response);
    return;
  }
  const stopTimer = latency.startTimer({ route });
  const end = inFlight.labels().startInProgress();
  response.once('close', () => {
    stopTimer();
    end();
    requests.inc({ route, status: response.statusCode });
  });
  response.writeHead(route === '/' ? 200 : 404, { 'content-type': 'text/plain' }).end(route === '/' ? 'Hello.\n' : 'Nothing here.\n');
});

server.listen(8080, '127.0.0.1', () => console.log('http://127.0.0.1:8080/ and http://127.0.0.1:8080/metrics'));
