import { availableParallelism, loadavg } from 'node:os';
import { reasonOf } from './failures.js';
import { GrownRegistry } from './grown-registry.js';
import { availableBytes, growthOf, readMemory } from './memory.js';
import type { Message, Plan } from './protocol.js';
import { shownBytes } from './quantities.js';
import { scrapeOnce, timeDelay, timeExposition, timeIdleDelay } from './scraping.js';
import { seriesAt } from './shape.js';
import type { Memory, Step } from './step.js';
import { clockCost, drawRecordings, grow, recordAll, timeRecording } from './timing.js';

/**
 * The process that grows a registry and measures it: nothing else runs in it, and its parent has only to listen. It is told a {@link Plan},
 * and ends when it is through or its parent is gone.
 */
async function measure(plan: Plan): Promise<void> {
  const until = performance.now() + plan.milliseconds;
  const load = loadavg()[0]!;
  const inTime = (): boolean => performance.now() < until;
  // A short run measures shortly.
  const span = Math.min(400, plan.milliseconds / 64);
  tell({ type: 'progress', series: 0, of: 0, doing: 'warming up' });
  await warmUp(plan, inTime);
  const clock = clockCost();
  tell({ type: 'conditions', conditions: { clockNanoseconds: clock * 1e6, idleDelay: await timeIdleDelay(), load, processors: availableParallelism() } });

  // What the warming up left is collected in two goes: some of it hangs on what the first one collects.
  await readMemory();
  const before = await readMemory();
  const grown = new GrownRegistry(plan.shape);
  let last: Step | undefined;
  for (const times of plan.steps) {
    const series = seriesAt(plan.shape, times);
    const wanting = last === undefined ? undefined : shortage(last, series);
    if (wanting !== undefined) return tell({ type: 'end', ending: 'memory', reason: wanting });
    const progress = (doing: string): void => tell({ type: 'progress', series: grown.size, of: series, doing });
    let told = 0;
    const create = await grow(grown, series, clock, () => {
      if (performance.now() > told + 100) {
        progress('creating');
        told = performance.now();
      }
      return inTime();
    });
    if (create === undefined) return tell({ type: 'end', ending: 'time', reason: `the time was up at ${grown.size} series` });
    progress('memory');
    const memory: Memory = growthOf(before, await readMemory());
    progress('recording');
    let drawn = drawRecordings(grown);
    const record = await timeRecording(drawn, clock, span);
    progress('exposition');
    const exposition = timeExposition(grown.registry, 2 * span, () => recordAll(drawn));
    progress('loop delay');
    let streamed = false;
    const delay = await timeDelay(4 * span, () => recordAll(drawn), async () => {
      streamed = await scrapeOnce(grown.registry);
    });
    drawn = [];
    last = { series, create, record, memory, exposition, delay, streamed };
    tell({ type: 'step', step: last });
  }
  tell({ type: 'end', ending: 'complete', reason: '' });
}

/**
 * Does everything once with a registry that is thrown away, so that the code is compiled and the heap has its size before it is first
 * measured.
 */
async function warmUp({ shape, steps }: Plan, inTime: () => boolean): Promise<void> {
  const grown = new GrownRegistry(shape);
  await grow(grown, Math.min(20_000, seriesAt(shape, steps[0]!) * 2), 0, inTime);
  const drawn = drawRecordings(grown);
  await timeRecording(drawn, 0, 100);
  timeExposition(grown.registry, 100, () => recordAll(drawn));
  await timeDelay(50, () => {}, () => scrapeOnce(grown.registry));
}

/** What keeps the next step from fitting into memory, judged from the last one; nothing when it will fit. */
function shortage(last: Step, series: number): string | undefined {
  const ratio = series / last.series;
  // The buffer of an exposition may grow to twice what it holds, and is copied when it does.
  const needed = 1.2 * last.memory.bytes * (ratio - 1) + 3 * last.exposition.bytes * ratio;
  const available = availableBytes();
  return needed > available * 0.8 ? `${series} series would need about ${shownBytes(needed)} more, and ${shownBytes(available)} are free` : undefined;
}

function tell(message: Message): void {
  process.send?.(message);
}

process.once('disconnect', () => process.exit());
process.once('message', (plan: Plan) => {
  measure(plan)
    .catch((error: unknown) => tell({ type: 'end', ending: 'failed', reason: reasonOf(error) }))
    .finally(() => process.disconnect?.());
});
