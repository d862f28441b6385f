import { describe, expect, test, vi } from 'vitest';
import { Registry } from '../../../src/registry/registry.js';
import { type TimedCall, trackDuration } from '../../../src/packs/timing/entry.js';
import { FakeClock } from '../../instruments/fake-clock.js';

/** A registry with a histogram of the labels `op` and `success`, whose clock stands still unless told otherwise. */
function make() {
  const clock = new FakeClock();
  const onFault = vi.fn();
  const registry = new Registry({ clock, onFault });
  const histogram = registry.histogram({ name: 'op_duration_seconds', help: 'Time an operation takes.', labelNames: ['op', 'success'], buckets: [1, 10] });
  const options = { histogram, clock, registry, labels: { op: 'a' } } as const;
  const seen = (): unknown[] => histogram.getAll().map(({ labels, count, sum }) => [labels['op'], labels['success'], count, sum]);
  return { clock, onFault, registry, histogram, options, seen };
}

describe('A function whose duration is tracked', () => {
  test('It returns what it returned, with its arguments and its `this`, and its seconds are recorded as a success.', () => {
    const { clock, options, seen } = make();
    const result = {};
    const self = { name: 'self' };
    const tracked = trackDuration(options, function (this: unknown, a: number, b: string): unknown {
      clock.advance(2);
      expect([this, a, b, arguments.length]).toEqual([self, 1, 'x', 2]);
      return result;
    });
    expect(tracked.call(self, 1, 'x')).toBe(result);
    expect(seen()).toEqual([['a', 'true', 1, 2]]);
  });

  test('What it throws comes out as the very same thing, and its seconds are recorded as a failure.', () => {
    const { clock, options, seen } = make();
    const thrown = { reason: 'not even an error' };
    const tracked = trackDuration(options, () => {
      clock.advance(3);
      throw thrown;
    });
    expect(() => tracked()).toThrow(expect.objectContaining(thrown));
    expect(seen()).toEqual([['a', 'false', 1, 3]]);
  });

  test('It keeps name, length, kind and own properties, and works with `new`.', () => {
    const { options, seen } = make();
    const plain = Object.assign(function plain(_a: number, _b: number) {}, { version: 7 });
    const bound = async function work(_a: number): Promise<void> {};
    class Point {
      readonly x: number;
      constructor(x: number) {
        this.x = x;
      }
    }
    const tracked = trackDuration(options, plain);
    expect([tracked.name, tracked.length, tracked.version]).toEqual(['plain', 2, 7]);
    const trackedAsync = trackDuration(options, bound);
    expect([trackedAsync.name, trackedAsync.length, Object.prototype.toString.call(trackedAsync)]).toEqual(['work', 1, '[object AsyncFunction]']);
    const TrackedPoint = trackDuration(options, Point as unknown as (x: number) => Point) as unknown as typeof Point;
    const point = new TrackedPoint(4);
    expect([point instanceof TrackedPoint, point instanceof Point, point.x, TrackedPoint.name]).toEqual([true, true, 4, 'Point']);
    expect(seen()).toEqual([['a', 'true', 1, 0]]);
  });

  test('An async function is over when its promise settles; nothing is recorded before.', async () => {
    const { clock, options, seen } = make();
    const tracked = trackDuration(options, async (fail: boolean) => {
      await Promise.resolve();
      clock.advance(1);
      if (fail) throw new RangeError('no');
      return 5;
    });
    const good = tracked(false);
    expect(seen()).toEqual([]);
    expect(await good).toBe(5);
    await expect(tracked(true)).rejects.toThrow(new RangeError('no'));
    expect(seen()).toEqual([['a', 'true', 1, 1], ['a', 'false', 1, 1]]);
  });

  test('A plain function hands on the very promise it returned, and what merely has a `then` untouched.', async () => {
    const { options, seen } = make();
    const shared = Promise.resolve(1);
    expect(trackDuration(options, () => shared)()).toBe(shared);
    await shared;
    await Promise.resolve();
    const then = vi.fn();
    const lazy = { then };
    expect(trackDuration({ ...options, labels: { op: 'lazy' } }, () => lazy)()).toBe(lazy);
    expect(then).not.toHaveBeenCalled();
    expect(seen()).toEqual([['a', 'true', 1, 0], ['lazy', 'true', 1, 0]]);
  });

  test('A rejection of an async function that nobody handles still shows as one.', async () => {
    const { options } = make();
    const unhandled = vi.fn();
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', unhandled);
    try {
      void trackDuration(options, async () => Promise.reject(new Error('lost')))();
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const other of others) process.on('unhandledRejection', other);
    }
    expect(unhandled).toHaveBeenCalledTimes(1);
  });

  test('A generator is timed from its first `next` until it is done, and is the generator that the function made.', () => {
    const { clock, options, seen } = make();
    const labels = ({ result }: TimedCall<[], string>) => ({ op: String(result) });
    const numbers = trackDuration({ ...options, labels }, function* (): Generator<number, string, number> {
      clock.advance(1);
      const got = yield 1;
      clock.advance(2);
      yield got;
      return 'end';
    });
    const generator = numbers();
    expect([generator instanceof numbers, Object.prototype.toString.call(generator)]).toEqual([true, '[object Generator]']);
    clock.advance(100);
    expect([generator.next(), generator.next(7)]).toEqual([{ value: 1, done: false }, { value: 7, done: false }]);
    expect(seen()).toEqual([]);
    expect([generator.next(), generator.next()]).toEqual([{ value: 'end', done: true }, { value: undefined, done: true }]);
    expect(seen()).toEqual([['end', 'true', 1, 3]]);
  });

  test('A generator that is left or throws is over then; one that never began is not recorded.', () => {
    const { options, seen } = make();
    const counting = trackDuration({ ...options, labels: ({ args: [op] }) => ({ op }) }, function* (op: string): Generator<number> {
      yield 1;
      if (op === 'bad') throw new Error('no');
      yield 2;
    });
    for (const _ of counting('left')) break;
    expect(() => [...counting('bad')]).toThrow(new Error('no'));
    counting('unused').return(undefined);
    expect([...counting('whole')]).toEqual([1, 2]);
    expect(seen()).toEqual([['left', 'true', 1, 0], ['bad', 'false', 1, 0], ['whole', 'true', 1, 0]]);
  });

  test('An async generator is timed in the same way.', async () => {
    const { clock, options, seen } = make();
    const pages = trackDuration({ ...options, labels: ({ args: [op] }) => ({ op }) }, async function* (op: string): AsyncGenerator<number> {
      yield 1;
      clock.advance(4);
      if (op === 'bad') throw new Error('no');
      yield 2;
    });
    const got: number[] = [];
    for await (const page of pages('whole')) got.push(page);
    await expect((async () => { for await (const _ of pages('bad')); })()).rejects.toThrow('no');
    for await (const _ of pages('left')) break;
    expect(got).toEqual([1, 2]);
    expect(seen()).toEqual([['whole', 'true', 1, 4], ['bad', 'false', 1, 4], ['left', 'true', 1, 0]]);
  });

  test('A function that calls back is over at the first call; `this`, arguments and returned values go through both ways.', () => {
    const { clock, options, seen } = make();
    let call: ((error: unknown, value?: string) => unknown) | undefined;
    const read = trackDuration({ ...options, callback: true, labels: ({ result, error, args: [path] }) => ({ op: `${path} ${String(result)} ${String(error)}` }) }, (_path: string, done: (error: unknown, value?: string) => unknown) => {
      call = done;
      return 'handle';
    });
    const told = vi.fn(function (this: unknown, ..._: unknown[]) {
      return this;
    });
    const self = {};
    expect(read('p', told)).toBe('handle');
    clock.advance(2);
    expect(call!.call(self, null, 'text')).toBe(self);
    call!(null, 'again');
    expect(told.mock.calls).toEqual([[null, 'text'], [null, 'again']]);
    read('q', told);
    call!('broken');
    expect(seen()).toEqual([['p undefined undefined'.replace('undefined', 'text'), 'true', 1, 2], ['q undefined broken', 'false', 1, 0]]);
  });

  test('Labels are found from arguments, `this`, result and error.', () => {
    const { registry, clock } = make();
    const histogram = registry.histogram({ name: 'found_seconds', help: 'Found.', labelNames: ['tool', 'outcome'] });
    const labels = ({ self, args, result, error, success, seconds }: TimedCall<[string], number>) => ({ tool: args[0], outcome: `${JSON.stringify(self)} ${result} ${String(error)} ${success} ${seconds}` });
    const run = trackDuration({ histogram, clock, labels }, function (this: unknown, tool: string): number {
      clock.advance(1);
      if (tool === 'bad') throw 'oh';
      return 8;
    });
    run.call({ a: 1 }, 'good');
    expect(() => run('bad')).toThrow();
    expect(histogram.getAll().map((each) => each.labels)).toEqual([{ tool: 'good', outcome: '{"a":1} 8 undefined true 1' }, { tool: 'bad', outcome: 'undefined undefined oh false 1' }]);
  });

  test('Counter, error counter, in-flight gauge and record function are kept beside; each takes the labels it has.', async () => {
    const { registry, options, clock } = make();
    const counter = registry.counter({ name: 'ops_total', help: 'Operations.', labelNames: ['op', 'tenant'] });
    const errors = registry.counter({ name: 'op_errors_total', help: 'Failed operations.', labelNames: ['error_type'] });
    const inFlight = registry.gauge({ name: 'ops_in_flight', help: 'Operations under way.' });
    const record = vi.fn();
    const tracked = trackDuration({ ...options, counter, errors, inFlight, record, labels: { op: 'a', tenant: 't' } }, async (fail: boolean) => {
      clock.advance(1);
      await Promise.resolve();
      if (fail) throw new TypeError('no');
    });
    const all = [tracked(false), tracked(true), tracked(true)];
    expect(inFlight.get()?.value).toBe(3);
    await Promise.allSettled(all);
    expect(inFlight.get()?.value).toBe(0);
    expect(counter.get('a', 't')?.value).toBe(3);
    expect(errors.getAll().map(({ labels, value }) => [labels, value])).toEqual([[{ error_type: 'TypeError' }, 2]]);
    expect(record.mock.calls[0]).toEqual([expect.any(Number), { op: 'a', tenant: 't', success: true }]);
    expect(record).toHaveBeenCalledTimes(3);
  });
});

describe('A fault of measuring', () => {
  test('It never reaches the caller, is counted each time and logged once: labels, record function, refused labels, in-flight gauge.', () => {
    const { registry, options, onFault, seen } = make();
    const failing = (): never => {
      throw new Error('mine');
    };
    const wrong = { ...options, labels: { other: 'x' } } as unknown as typeof options;
    const all = [
      trackDuration({ ...options, labels: failing }, () => 1),
      trackDuration({ ...options, record: failing }, () => 1),
      trackDuration(wrong, () => 1),
      trackDuration({ ...options, inFlight: { startInProgress: failing } }, () => 1),
    ];
    for (const tracked of [...all, ...all]) expect(tracked()).toBe(1);
    expect(onFault.mock.calls.map(([message]) => message)).toEqual([
      'tallystick: "timing: labels" could not be recorded; the application goes on (this is said once)',
      'tallystick: "timing: record" could not be recorded; the application goes on (this is said once)',
      'tallystick: "timing: op_duration_seconds (INVALID_LABELS)" could not be recorded; the application goes on (this is said once)',
      'tallystick: "timing: inFlight" could not be recorded; the application goes on (this is said once)',
    ]);
    expect(seen()).toEqual([['a', 'true', 4, 0]]);
    const counted = registry.snapshot().find(({ name }) => name === 'tallystick_collector_errors_total');
    expect(counted?.series.map((each) => (each as { value?: unknown }).value)).toEqual([2, 2, 2, 2]);
  });

  test('A clock that steps back gives 0 seconds.', () => {
    const { clock, options, seen } = make();
    trackDuration(options, () => clock.advance(-5))();
    expect(seen()).toEqual([['a', 'true', 1, 0]]);
  });

  test.each([
    [{}, 'trackDuration: there is nothing to record in; give a histogram, a counter or a record function'],
    [{ histogramm: 1 }, /^trackDuration: unknown option "histogramm"; the options are /],
    [{ histogram: 5 }, 'trackDuration: histogram is 5; give a histogram or a summary'],
    [{ record: 5 }, 'trackDuration: record is 5; give a function, or leave it out'],
    [{ record() {}, counter: {} }, 'trackDuration: counter is {}; give a counter'],
    [{ record() {}, inFlight: { labelNames: ['a'], startInProgress() {} } }, 'trackDuration: inFlight is a gauge with labels; give the handle of one of its series, such as gauge.labels("x")'],
    [{ record() {}, labels: 'a' }, 'trackDuration: labels is "a"; give an object, or a function that returns one'],
    [{ record() {}, callback: 1 }, 'trackDuration: callback is 1; give true or false'],
  ])('Options that make no sense are refused at once: %j', (options, message) => {
    expect(() => trackDuration(options as never, () => 1)).toThrow(message);
  });

  test('What is no function cannot be timed, and what is no method cannot be decorated.', () => {
    const { options } = make();
    expect(() => trackDuration(options)(5 as never)).toThrow('trackDuration: was given 5 to time; give a function');
    expect(() => trackDuration(options)(() => 1, { kind: 'getter', name: 'size' } as never)).toThrow('trackDuration: stands on a getter "size"; it decorates methods, give it functions elsewhere');
  });
});

/** What a compiler makes of a decorator on a method, as the runtimes do not have the syntax yet; docs/timing.md has a test with the syntax itself. */
function decorate<Name extends string, F extends (...args: never[]) => unknown>(target: Record<Name, F>, name: Name, decorator: (method: F, context: ClassMethodDecoratorContext) => F): void {
  const context = { kind: 'method', name, static: false, private: false, access: {}, addInitializer() {}, metadata: {} } as unknown as ClassMethodDecoratorContext;
  Object.defineProperty(target, name, { value: decorator(target[name], context), writable: true, configurable: true, enumerable: false });
}

describe('A decorated method', () => {
  test('It keeps its `this`, name and length, also where it is static or inherited.', () => {
    const { options, seen } = make();
    class Service {
      private readonly factor: number = 3;
      multiply(by: number): number {
        return this.factor * by;
      }
      static make(): Service {
        return new this();
      }
    }
    decorate(Service.prototype, 'multiply', trackDuration(options));
    decorate(Service as { make(): Service }, 'make', trackDuration({ ...options, labels: { op: 'static' } }));
    class Special extends Service {}
    expect([Special.make().multiply(2), Special.make() instanceof Special, Service.prototype.multiply.name, Service.prototype.multiply.length]).toEqual([6, true, 'multiply', 1]);
    expect(seen()).toEqual([['static', 'true', 2, 0], ['a', 'true', 1, 0]]);
  });
});
