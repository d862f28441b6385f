/** Where a command writes to; a test has one of its own. */
export interface Console {
  /** The standard output. */
  out(text: string): void;
  /** The standard error output. */
  error(text: string): void;
  /** Whether the latter is a terminal, and progress may be shown there; with how many columns. */
  readonly columns: number | undefined;
  /** Whether the standard output is a terminal, and with how many columns. */
  readonly outColumns: number | undefined;
}

export const processConsole: Console = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  columns: process.stderr.isTTY ? process.stderr.columns || 80 : undefined,
  outColumns: process.stdout.isTTY ? process.stdout.columns || 80 : undefined,
};
