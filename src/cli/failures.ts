/** A command that was given wrongly: the text says what came, the rule and the way out. The process ends with status 2. */
export class UsageError extends Error {}

/** A command that was given rightly and could not be carried out, such as a file that is not there. The process ends with status 1. */
export class RunError extends Error {}

/** What an unknown thing that was thrown has to say, in one line. */
export function reasonOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error)).slice(0, 500);
}

/** Text from outside as a terminal may show it: control characters, which could move its cursor or set its title, become `?`. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, '?');
}
