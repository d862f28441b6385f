import { describe, expect, it } from 'vitest';
import { Registry } from '../../src/index.js';
import { carriers } from './carriers.js';

function sample(): Registry {
  const registry = new Registry({ nameValidation: 'utf8', onFault: () => {} });
  registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc(3);
  registry.gauge({ name: 'queue.depth', help: 'Depth.', labelNames: ['the.queue'] }).set({ 'the.queue': 'a' }, 2);
  return registry;
}

describe.each(carriers)('The formats of %s', (_, through) => {
  it.each([
    ['', 'text/plain; version=0.0.4; charset=utf-8', '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 3\n# HELP queue_depth Depth.\n# TYPE queue_depth gauge\nqueue_depth{the_queue="a"} 2\n'],
    ['text/plain;escaping=dots', 'text/plain; version=0.0.4; charset=utf-8; escaping=dots', 'queue_dot_depth{the_dot_queue="a"} 2\n'],
    ['application/openmetrics-text;version=1.0.0', 'application/openmetrics-text; version=1.0.0; charset=utf-8', '# TYPE jobs counter\n'],
    ['application/openmetrics-text;version=1.0.0;escaping=values', 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=values', 'U__queue_2e_depth{U__the_2e_queue="a"} 2'],
    ['application/openmetrics-text;version=2.0.0', 'application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=underscores', '# EOF\n'],
    ['application/json', 'application/json', '"queue.depth"'],
  ])('answers Accept %j with %s.', async (accept, contentType, part) => {
    await through(sample(), {}, async (ask) => {
      const reply = await ask('/metrics', accept === '' ? {} : { accept });
      expect(reply.headers['content-type']).toBe(contentType);
      expect(reply.headers['vary']).toBe('Accept, Accept-Encoding');
      expect(reply.headers['content-length']).toBe(String(reply.bytes.length));
      expect(reply.body).toContain(part);
      const head = await ask('/metrics', { accept }, 'HEAD');
      expect([head.status, head.headers['content-type'], head.headers['content-length'], head.bytes.length]).toEqual([200, contentType, String(reply.bytes.length), 0]);
    });
  });

  it('are those that the options name.', async () => {
    await through(sample(), { negotiation: { formats: ['text-0.0.4', 'json'], fallback: 'json' } }, async (ask) => {
      expect((await ask()).headers['content-type']).toBe('application/json');
      expect((await ask('/', { accept: 'application/openmetrics-text' })).headers['content-type']).toBe('application/json');
      expect((await ask('/', { accept: 'text/plain' })).headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    });
  });

  it('never show a family whose escaped name is another’s, and tell.', async () => {
    const registry = sample();
    registry.gauge({ name: 'queue/depth', help: 'Other.' });
    await through(registry, {}, async (ask) => {
      const { body } = await ask();
      expect(body.match(/^# TYPE queue_depth /gm)).toHaveLength(1);
      expect((await ask()).body).toContain('tallystick_collector_errors_total{collector="queue/depth",reason="clash"} 2\n');
    });
  });
});

describe.each(carriers)('The filter by name of %s', (_, through) => {
  function several(): { registry: Registry; calls: string[] } {
    const calls: string[] = [];
    const registry = new Registry({ nameValidation: 'utf8' });
    for (const name of ['a', 'b', 'c.d']) registry.gauge({ name, help: 'x', collect: () => (calls.push(name), 1) });
    registry.histogram({ name: 'wait', help: 'x', buckets: [1] }).observe(0.5);
    registry.register({
      name: 'others',
      collect: () => {
        calls.push('others');
        return [{ name: 'other', help: 'x', type: 'gauge', series: [{ value: 5 }] }];
      },
    });
    return { registry, calls };
  }
  const families = (body: string): string[] => [...body.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]!);

  it.each([
    ['?name[]=a&name[]=b', ['a', 'b'], ['a', 'b', 'others']],
    ['?name%5B%5D=b', ['b'], ['b', 'others']],
    ['?name[]=other&x=y', ['other'], ['others']],
    ['?name[]=wait_bucket', ['wait'], ['others']],
    ['?name[]=c.d', ['c_d'], ['c.d', 'others']],
    ['?name[]=c_d', ['c_d'], ['c.d', 'others']],
    ['?name[]=nothing', [], ['others']],
    ['?name[]=', [], ['others']],
    ['?name[]=%ZZ%00%0d%0a', [], ['others']],
    ['?name[]=a&name[]=a#b', ['a'], ['a', 'others']],
    ['?name=a', ['a', 'b', 'c_d', 'other', 'wait'], ['a', 'b', 'c.d', 'others']],
    ['?', ['a', 'b', 'c_d', 'other', 'wait'], ['a', 'b', 'c.d', 'others']],
  ])('shows for %s %j, and asks %j.', async (query, shown, asked) => {
    const { registry, calls } = several();
    await through(registry, {}, async (ask) => {
      const reply = await ask(`/metrics${query}`);
      expect([reply.status, families(reply.body)]).toEqual([200, shown]);
      expect(calls.sort()).toEqual(asked);
    });
  });

  it('refuses more names than anyone has a use for.', async () => {
    const { registry, calls } = several();
    await through(registry, {}, async (ask) => {
      const names = (count: number): string => `/metrics?${'name[]=a&'.repeat(count)}`;
      expect(families((await ask(names(256))).body)).toEqual(['a']);
      calls.length = 0;
      expect(await ask(names(257))).toMatchObject({ status: 400, body: 'Too many names are asked for.\n' });
      expect(calls).toEqual([]);
    });
  });

  it('leaves what is shown without it as it is.', async () => {
    const { registry } = several();
    await through(registry, {}, async (ask) => {
      const { body } = await ask();
      await ask('/metrics?name[]=a');
      expect((await ask()).body).toBe(body);
    });
  });
});
