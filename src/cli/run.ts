import { fork } from 'node:child_process';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { printable } from './failures.js';
import type { Message, Plan } from './protocol.js';
import type { Conditions, Ending, Step } from './step.js';

/** What a run came to. */
export interface Outcome {
  /** Absent when it ended before anything was measured. */
  readonly conditions: Conditions | undefined;
  readonly steps: readonly Step[];
  readonly ending: Ending;
  /** Why, in words; empty when it is complete. */
  readonly reason: string;
}

/** How much longer than its time the measuring process may take: a call that is under way cannot be ended from within. */
const graceMilliseconds = 1000;

/**
 * Measures in a process of its own, and gives what was reached when that ends for whatever reason.
 *
 * @param progress told what it is doing
 */
export function run(plan: Plan, progress: (message: Extract<Message, { type: 'progress' }>) => void): Promise<Outcome> {
  const heapMegabytes = Math.max(512, Math.floor((totalmem() * 0.8) / 2 ** 20));
  const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)), [], {
    execArgv: ['--expose-gc', `--max-old-space-size=${heapMegabytes}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The C library otherwise keeps freed buffers, the chunks of an exposition among them; what is resident would tell of scrapes long gone.
    env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '65536' },
  });
  const steps: Step[] = [];
  let conditions: Conditions | undefined;
  let end: { readonly ending: Ending; readonly reason: string } | undefined;
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4000)));
  const deadline = setTimeout(() => {
    end ??= { ending: 'time', reason: `the time was up${steps.length === 0 ? ' before the first step was measured' : ''}` };
    child.kill('SIGKILL');
  }, plan.milliseconds + graceMilliseconds);
  return new Promise((resolve) => {
    child.on('message', (message: Message) => {
      if (message.type === 'conditions') conditions = message.conditions;
      else if (message.type === 'step') steps.push(message.step);
      else if (message.type === 'end') end ??= message;
      else progress(message);
    });
    const finish = (fallback: string): void => {
      clearTimeout(deadline);
      const { ending, reason } = end ?? { ending: 'failed', reason: fallback };
      resolve({ conditions, steps, ending, reason });
    };
    child.on('error', (error) => finish(printable(error.message)));
    child.once('close', (code, signal) => finish(`the measuring process ended with ${signal ?? `status ${code}`}${lastWords(complaint)}`));
    child.send(plan);
  });
}

/** The line of a crash that says most. */
function lastWords(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => /error|fatal/i.test(line));
  return lines.length === 0 ? '' : `: ${printable(lines[0]!.trim()).slice(0, 300)}`;
}
