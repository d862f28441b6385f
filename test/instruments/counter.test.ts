import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Counter } from '../../src/instruments/counter.js';

const make = () => new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['method', 'status'], registry: null });
const plain = () => new Counter({ name: 'jobs_total', help: 'Jobs.', registry: null });

describe('A counter', () => {
  test('It is logged by what it is, not by the memory it holds.', () => {
    expect(inspect(plain())).toBe('counter "jobs_total" (1 series)');
  });

  test('Without labels it stands at 0 from its creation and has one series.', () => {
    const jobs = plain();
    expect(jobs.size).toBe(1);
    expect(jobs.get()?.value).toBe(0);
    expect(jobs.getAll()).toMatchObject([{ labels: {}, value: 0 }]);
  });

  test('It counts 1 when no amount is given, and any amount of 0 or more.', () => {
    const jobs = plain();
    jobs.inc();
    jobs.inc(2.5);
    jobs.inc(0);
    jobs.inc(undefined);
    jobs.labels().inc(4);
    expect(jobs.get()?.value).toBe(8.5);
    expect(jobs.labels().get()).toBe(8.5);
  });

  test('With labels it has no series before the first is recorded or asked for.', () => {
    const requests = make();
    expect(requests.size).toBe(0);
    expect(requests.get('GET', '200')).toBeUndefined();
    expect(requests.size).toBe(0);
    requests.inc({ method: 'GET', status: '200' }, 3);
    expect(requests.get({ method: 'GET', status: '200' })?.value).toBe(3);
    expect(requests.labels('POST', '200').get()).toBe(0);
    expect(requests.size).toBe(2);
  });

  test('Infinity makes it infinite, and -0 changes nothing.', () => {
    const jobs = plain();
    jobs.inc(-0);
    expect(Object.is(jobs.get()?.value, 0)).toBe(true);
    jobs.inc(Infinity);
    jobs.inc(1);
    expect(jobs.get()?.value).toBe(Infinity);
  });

  test('It is exact for whole numbers up to 2^53.', () => {
    const jobs = plain();
    jobs.inc(2 ** 53 - 2);
    jobs.inc();
    expect(jobs.get()?.value).toBe(2 ** 53 - 1);
  });

  test.each([-1, NaN, -Infinity, -5e-324, '1', null, 1n, true, {}])('It refuses %o by handle and by labels, and is unchanged.', (amount) => {
    const requests = make();
    const handle = requests.labels('GET', '200');
    handle.inc(2);
    expect(() => handle.inc(amount as number)).toThrow('counter "requests_total": inc(');
    expect(() => requests.inc({ method: 'GET', status: '200' }, amount as number)).toThrow('counter "requests_total": inc(');
    expect(() => requests.inc({ method: 'NEW', status: '200' }, amount as number)).toThrow('counter "requests_total": inc(');
    expect(handle.get()).toBe(2);
    expect(requests.size).toBe(1);
  });

  test.each([
    ['a symbol', Symbol('one')],
    ['an object without a primitive value', Object.create(null)],
  ])('It refuses %s with an error of its own.', (_what, amount) => {
    const handle = plain().labels();
    expect(() => handle.inc(amount as number)).toThrow('counter "jobs_total": inc(');
  });

  test('A reading tells the wall-clock time in seconds.', () => {
    const before = Date.now() / 1000;
    const reading = plain().get()!;
    expect(reading.timestamp).toBeGreaterThanOrEqual(before);
    expect(reading.timestamp).toBeLessThanOrEqual(Date.now() / 1000);
  });
});
