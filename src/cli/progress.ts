import type { Console } from './console.js';
import type { Message } from './protocol.js';
import { shown } from './quantities.js';

type ProgressMessage = Extract<Message, { type: 'progress' }>;

/** One line on a terminal that says what is being done; nothing where there is no terminal. */
export function showProgress(console: Console): { readonly show: (message: ProgressMessage) => void; readonly clear: () => void } {
  const { columns } = console;
  if (columns === undefined) return { show: () => {}, clear: () => {} };
  return {
    show: ({ doing, series, of }) => console.error(`\r${`${doing}${of === 0 ? '' : `: ${shown(series)} of ${shown(of)} series`}`.slice(0, columns - 1).padEnd(columns - 1)}`),
    clear: () => console.error(`\r${' '.repeat(columns - 1)}\r`),
  };
}
