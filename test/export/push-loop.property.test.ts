import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PushLoop } from '../../src/export/push-loop.js';
import type { Answer } from './fakes.js';
import { FakeBackend, FakeSchedule, figures, quietRegistry, sent } from './fakes.js';

const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Answer>(sent) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('retry' as const), reason: fc.constantFrom('status_429', 'status_503'), afterSeconds: fc.double({ min: 0, max: 100, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.constant<Answer>({ kind: 'drop', reason: 'status_400' }) },
  { weight: 2, arbitrary: fc.constant<Answer>('throw') },
);

/** What is done to a loop: time passes, somebody flushes, and collections come to so many payloads of such sizes. */
const step = fc.oneof(
  fc.record({ advance: fc.double({ min: 0, max: 40, noNaN: true }) }),
  fc.record({ flush: fc.constantFrom(1, 2) }),
  fc.record({ sizes: fc.array(fc.integer({ min: 8, max: 300 }), { maxLength: 6 }) }),
);

test('Whatever a receiver does, order is kept, each payload is sent once or counted as lost, and what waits is bounded.', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.array(answer, { maxLength: 60 }), fc.integer({ min: 0, max: 1000 }), async (steps, answers, maxBufferBytes) => {
      const time = new FakeSchedule();
      const { registry, warnings } = quietRegistry();
      const backend = new FakeBackend();
      backend.answers.push(...answers);
      let encoded = 0;
      const encode = backend.encode.bind(backend);
      backend.encode = (views, wall) => {
        const payloads = [...encode(views, wall)];
        encoded += payloads.length;
        return payloads;
      };
      const loop = new PushLoop('fake', backend, { registry, clock: time.clock, schedule: time.schedule, maxBufferBytes }, { intervalSeconds: 10, timeoutSeconds: 5 });
      const inside = loop as unknown as { readonly waiting: readonly { readonly bytes: Uint8Array }[]; readonly waitingBytes: number };
      for (const one of steps) {
        if ('sizes' in one) backend.sizes = one.sizes;
        else if ('advance' in one) await time.advance(one.advance);
        else await Promise.all(Array.from({ length: one.flush }, () => loop.flush()));
        expect(inside.waitingBytes).toBe(inside.waiting.reduce((sum, { bytes }) => sum + bytes.length, 0));
        // The newest payload may be larger than the buffer.
        expect(inside.waitingBytes).toBeLessThanOrEqual(maxBufferBytes + 300);
      }
      backend.answers.length = 0;
      await loop.shutdown();

      const order = (text: string): number => Number(text.split('.')[0]) * 1000 + Number(text.split('.')[1] ?? 0);
      const taken = backend.taken.map(order);
      expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
      const shown = figures(registry);
      const lost = Object.entries(shown).filter(([name]) => name.startsWith('dropped_items_total')).reduce((sum, [, value]) => sum + value, 0);
      expect(shown['sent_items_total{exporter="fake"}']).toBe(taken.length);
      expect(taken.length + lost).toBe(encoded);
      // One for each kind of failure and loss at the most.
      expect(warnings.length).toBe(new Set(warnings).size);
      expect(time.due).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('Where there is room, nothing that a receiver does not refuse is ever lost, parts of a collection included.', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.double({ min: 0, max: 30, noNaN: true }), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 20 }), fc.array(answer.filter((one) => one === 'throw' || (one as { kind: string }).kind !== 'drop'), { maxLength: 50 }), async (rounds, answers) => {
      const time = new FakeSchedule();
      const { registry } = quietRegistry();
      const backend = new FakeBackend();
      backend.answers.push(...answers);
      const loop = new PushLoop('fake', backend, { registry, clock: time.clock, schedule: time.schedule }, { intervalSeconds: 10, timeoutSeconds: 5 });
      for (const [seconds, parts] of rounds) {
        backend.sizes = Array.from({ length: parts }, () => 20);
        await time.advance(seconds);
      }
      backend.answers.length = 0;
      await loop.shutdown();
      expect(Object.keys(figures(registry)).filter((name) => name.startsWith('dropped'))).toEqual([]);
      const numbers = [...new Set(backend.taken.map((text) => Number(text.split('.')[0])))];
      expect(numbers).toEqual(numbers.map((_, place) => place + 1));
    }),
    { numRuns: 100 },
  );
});
