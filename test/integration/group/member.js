// A process of a group that does as it is told. Its first argument says how it joins: `serve`, `join`, or `inherit` where it is to have joined by itself.
import { Counter, Gauge, Histogram, Summary } from 'tallystick';
import { startMetricsServer } from 'tallystick/expose';
import { joinGroup } from 'tallystick/group';

const threads = [];
process.on('worker', (worker) => threads.push(worker));

const [how, dir, deadline = '500'] = process.argv.slice(2);
const counted = new Counter({ name: 'counted_total', help: 'What was counted.', labelNames: ['kind'] });
const busy = new Gauge({ name: 'busy', help: 'How many are at work.' });
const took = new Histogram({ name: 'took_seconds', help: 'Time taken.', buckets: [1, 2] });
const size = new Summary({ name: 'size_bytes', help: 'Sizes.', quantiles: [0.5] });
const group = { deadlineMilliseconds: Number(deadline), ...(dir === undefined || dir === '' ? {} : { dir }) };

const actions = {
  count({ amount }) {
    counted.inc({ kind: 'told' }, amount);
    took.observe(1.5);
    size.observe(amount);
  },
  // As many series as that, with long labels.
  series({ amount }) {
    const many = new Counter({ name: 'many_total', help: 'Many.', labelNames: ['which'] });
    for (let i = 0; i < amount; i++) many.inc({ which: `${i} ${'x'.repeat(1000)}` });
  },
  busy({ amount }) {
    busy.set(amount);
  },
  // Counts all the time, and lets nothing else happen.
  block({ milliseconds }) {
    process.send({ kind: 'blocking' });
    for (const end = performance.now() + milliseconds; performance.now() < end; ) counted.inc({ kind: 'blocked' });
  },
  // Ends the thread that does it all, as an error in it would.
  async lose() {
    await threads.at(-1).terminate();
  },
  // Counts until it is killed.
  tick() {
    setInterval(() => counted.inc({ kind: 'ticked' }), 1);
  },
  // Counts a last time, and ends without waiting for anything.
  leave({ amount }) {
    counted.inc({ kind: 'told' }, amount);
    process.exit(0);
  },
  // Ends as a program does that has nothing more to do.
  finish({ amount }) {
    counted.inc({ kind: 'told' }, amount);
    process.disconnect();
  },
};

process.on('message', async (command) => {
  await actions[command.kind](command);
  if (process.connected) process.send({ kind: 'done' });
});

if (how === 'serve') {
  const { port } = await startMetricsServer({ port: 0, offThread: true, group });
  process.send({ kind: 'ready', port });
} else if (how === 'twice') {
  // As a service does that was started with `--import tallystick/join`.
  await joinGroup(group);
  await joinGroup(group);
  const { port } = await startMetricsServer({ port: 0, offThread: true, group });
  process.send({ kind: 'ready', port });
} else if (how === 'join') {
  const { dir: where } = await joinGroup(group);
  process.send({ kind: 'ready', port: -1, dir: where });
} else {
  process.send({ kind: 'ready', port: -1 });
}
