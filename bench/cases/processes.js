// @ts-check
/** How long it takes to put together what several processes have: from asking them to the text. */
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { distUrl } from '../libraries.js';
import { quick } from '../measure.js';

const require = createRequire(import.meta.url);
const exec = fileURLToPath(new URL('../helpers/member.js', import.meta.url));
const members = 8;
const series = quick ? 20_000 : 100_000;
const rounds = quick ? 4 : 8;

/** @param {() => Promise<number>} merge answers with the length of the text; the first call finds what nobody has looked up yet */
async function timed(merge) {
  const samples = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const length = await merge();
    samples.push(performance.now() - start);
    // A line each, of which none is as short as this.
    if (length < series * 50) throw new Error(`the exposition has ${length} characters only`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return samples.slice(1);
}

/** The peer, as its documentation has it: a cluster whose primary asks its workers. */
async function client() {
  const { AggregatorRegistry } = require('@prometheus-io/client');
  cluster.setupPrimary({ exec, args: ['client', String(series)], execArgv: [] });
  const registry = new AggregatorRegistry();
  const workers = Array.from({ length: members }, () => cluster.fork());
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const samples = await timed(async () => (await registry.clusterMetrics()).length);
  for (const worker of workers) worker.process.kill();
  return samples;
}

/** A group of processes that share a directory; this process reads it, as `tallystick serve` does. */
async function group() {
  const { Aggregator } = await import(distUrl('aggregate/aggregator.js'));
  const { GroupMember } = await import(distUrl('aggregate/group/group-member.js'));
  const { stream } = await import(distUrl());
  const dir = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const children = Array.from({ length: members }, () => fork(exec, ['tallystick', String(series), dir], { execArgv: [] }));
  await Promise.all(children.map((child) => once(child, 'message')));
  const aggregator = new Aggregator({ name: 'bench' });
  // Live answers are what is measured: who is late on a busy machine is waited for.
  const member = new GroupMember(aggregator, { dir, checkpointSeconds: 0.5, deadlineMilliseconds: 10_000, role: 'reader' });
  await member.start();
  const samples = await timed(async () => {
    let length = 0;
    for await (const piece of stream(aggregator.registry)) length += piece.length;
    return length;
  });
  for (const child of children) child.kill();
  await Promise.all(children.map((child) => once(child, 'exit')));
  await member.close();
  aggregator.close();
  rmSync(dir, { recursive: true, force: true });
  return samples;
}

/** @param {string} library */
export function merge(library) {
  return library === 'client' ? client() : group();
}
