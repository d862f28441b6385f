/** How much a finding matters: what breaks readers or a rule that says MUST; what breaks a convention; advice. */
export type Severity = 'error' | 'warning' | 'info';

/** Something about a metric that a rule advises against. */
export interface Finding {
  /** Which rule, for instance `counter-total`. Stable across releases; the texts are not. */
  readonly code: string;
  readonly severity: Severity;
  /** The metric, by its name as given. */
  readonly metric: string;
  /** The label, where it is about one. */
  readonly label?: string;
  /** What was found and what to do about it, in a sentence. */
  readonly message: string;
  /** Where the rule comes from: a page or a specification, and its section. */
  readonly source: string;
  /** What to do about it; with the new name where a new name is the way out. */
  readonly mend: string;
}

/** From the gravest on. */
export const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** What a message shows of a text at most. */
const longestShown = 200;

/** A name or a label value as a message shows it: in quotes, and whole unless it is absurdly long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);
}

/** Some of many, for a message: `"a", "b" and 3 more`. */
export function some(texts: readonly string[], most = 3): string {
  const shown = texts.slice(0, most).map(quoted).join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}
