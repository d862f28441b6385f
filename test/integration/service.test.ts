import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type Program, start, until } from './support/processes.js';
import { Prometheus } from './support/prometheus.js';

const script = fileURLToPath(new URL('../../docs/examples/service.js', import.meta.url));
const running: Program[] = [];

function startService(port: number | string, ...args: string[]): Program {
  const program = start(process.execPath, [script, ...args], { env: { ...process.env, PORT: String(port) } });
  running.push(program);
  return program;
}

function addressOf(program: Program): Promise<string> {
  return until('the service to say where it listens', () => {
    if (program.child.exitCode !== null) throw new Error(program.output());
    return /http:\/\/(127\.0\.0\.1:\d+)\n/.exec(program.output())?.[1];
  });
}

afterEach(async () => {
  for (const program of running.splice(0)) await program.stop('SIGKILL');
});

describe('the example service', () => {
  it('is scraped by a real Prometheus: up, with every kind of instrument, and counters that rise.', async () => {
    const address = await addressOf(startService(0));
    const prometheus = await Prometheus.start({ service: address });
    try {
      await until('the first scrape', async () => (await prometheus.valueOf('up{job="service"}')) === 1);
      const total = 'sum(jobservice_http_requests_total)';
      const first = await until('some requests', async () => {
        const [result] = await prometheus.query(total);
        return result !== undefined && result.value > 0 ? result.value : undefined;
      });
      await until('more requests', async () => (await prometheus.valueOf(total)) > first + 5);
      expect(await prometheus.targetErrors()).toEqual({});
      expect(await prometheus.valueOf('sum(jobservice_http_request_duration_seconds_count)')).toBeGreaterThan(first);
      expect(await prometheus.valueOf('histogram_quantile(0.5, sum by (le) (jobservice_http_request_duration_seconds_bucket))')).toBeGreaterThan(0);
      expect(await prometheus.valueOf('jobservice_job_duration_seconds{quantile="0.5"}')).toBeGreaterThan(0);
      expect(await prometheus.valueOf('sum(jobservice_breaker_state)')).toBe(1);
      expect(await prometheus.valueOf('jobservice_uptime_seconds')).toBeGreaterThan(0);
      expect(await prometheus.valueOf('jobservice_resident_memory_bytes')).toBeGreaterThan(1e6);
      expect((await prometheus.query('jobservice_heap_space_used_bytes')).length).toBeGreaterThan(3);
      expect(await prometheus.valueOf('jobservice_build_info')).toBe(1);
      expect(await prometheus.query('tallystick_collector_errors_total')).toEqual([]);
    } finally {
      await prometheus.stop();
    }
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves cleanly with exit code 0 on %s.', async (signal) => {
    const program = startService(0);
    const address = await addressOf(program);
    expect((await fetch(`http://${address}/healthz`)).status).toBe(200);
    const begin = performance.now();
    const { code, stdout, stderr } = await program.stop(signal);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('The service has stopped.');
    expect(performance.now() - begin).toBeLessThan(5000);
    await expect(fetch(`http://${address}/healthz`)).rejects.toThrow();
  });

  it('prints where to look and the first lines of its own exposition, and stops by itself after --seconds.', async () => {
    const begin = performance.now();
    const { code, stdout, stderr } = await startService(0, '--seconds', '2').ended;
    const seconds = (performance.now() - begin) / 1000;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/metrics {2}http:\/\/127\.0\.0\.1:\d+\/metrics\n/);
    expect(stdout).toContain('\n# HELP jobservice_');
    expect(seconds).toBeGreaterThan(2);
    expect(seconds).toBeLessThan(8);
  });

  it('says clearly that a port is taken, and ends with exit code 1.', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const { code, stdout, stderr } = await startService(port).ended;
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `Port ${port} is taken. Choose another one: PORT=9464 npm start\n` });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it.each([
    [['70000'], 'PORT is "70000"; give a whole number from 0 to 65535\n'],
    [['port'], 'PORT is "port"; give a whole number from 0 to 65535\n'],
    [[''], 'PORT is ""; give a whole number from 0 to 65535\n'],
    [['0', '--seconds', 'soon'], '--seconds is "soon"; give a number of seconds, for instance --seconds 5\n'],
    [['0', '--seconds'], '--seconds is null; give a number of seconds, for instance --seconds 5\n'],
  ])('refuses %j with a sentence and exit code 1.', async ([port, ...args], message) => {
    const { code, stdout, stderr } = await startService(port!, ...args).ended;
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: message });
  });
});
