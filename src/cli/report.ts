import { arch, cpus, platform, totalmem } from 'node:os';
import type { CardinalityArguments } from './arguments.js';
import { type BudgetName, type Budgets, type Fit, fits } from './budget.js';
import { printable } from './failures.js';
import { shown, shownBytes, shownMilliseconds, rounded } from './quantities.js';
import type { Outcome } from './run.js';
import type { Kind, Shape } from './shape.js';
import type { Conditions } from './step.js';

/** A metric as the report names it. */
export interface FamilyReport {
  readonly name: string;
  readonly kind: Kind;
  readonly series: number;
  /** Label names with how many values each has. */
  readonly labels: readonly (readonly [name: string, distinct: number])[];
  readonly buckets: number;
}

/** Everything there is to say about a run: this is the JSON. */
export interface Report extends Outcome {
  readonly command: 'cardinality';
  readonly measuredAt: string;
  readonly machine: string;
  /** What was grown, in words. */
  readonly subject: string;
  /** The metrics of the exposition it was taken from, at first; empty for a made-up one. */
  readonly families: readonly FamilyReport[];
  readonly budgets: Budgets;
  /** The one that binds comes first. */
  readonly fits: readonly Fit[];
}

/** @param source where the exposition came from; nothing for a made-up metric */
export function reportOf(asked: CardinalityArguments, shape: Shape, source: string | undefined, outcome: Outcome): Report {
  const families = source === undefined ? [] : shape.families.map(familyReport).sort((a, b) => b.series - a.series);
  return {
    command: 'cardinality',
    measuredAt: new Date().toISOString(),
    machine: printable(`Node ${process.version}, ${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${shownBytes(totalmem())}`),
    subject: source === undefined ? syntheticSubject(asked) : `${families.length} metrics as in ${source}`,
    families,
    budgets: asked.budgets,
    fits: fits(outcome.steps, asked.budgets),
    ...outcome,
  };
}

function syntheticSubject({ kind, labels, buckets }: CardinalityArguments): string {
  return `one ${kind} with ${labels} ${labels === 1 ? 'label' : 'labels'}${kind === 'histogram' ? ` and ${buckets} finite ${buckets === 1 ? 'bucket' : 'buckets'}` : ''}`;
}

function familyReport({ name, kind, labelNames, pattern, bounds }: Shape['families'][number]): FamilyReport {
  return { name, kind, series: pattern?.series ?? 1, labels: labelNames.map((label, i) => [label, pattern?.distinct[i] ?? 1]), buckets: bounds.length };
}

/** What each budget allows, and which binds, in sentences; none when no budget was given. */
export function verdict({ fits: found, steps }: Pick<Report, 'fits' | 'steps'>): string[] {
  if (found.length === 0) return [];
  const lines = found.map((fit) => `${fit.budget} ${shownAllowed(fit.budget, fit.allowed)}: ${sizeText(fit)} series`);
  const first = found[0]!;
  if (first.reached === 'above') return [...lines, `No budget is reached with ${shown(steps.at(-1)!.series)} series, the most that were measured.`];
  return [...lines, `Within ${found.length === 1 ? 'this budget' : 'these budgets'} fit ${sizeText(first)} series; ${first.budget} binds.`];
}

/** An amount of what a budget limits, with its unit. */
export function shownAllowed(budget: BudgetName, allowed: number): string {
  return budget === 'memory' ? shownBytes(allowed) : shownMilliseconds(allowed);
}

function sizeText({ reached, series }: Fit): string {
  if (reached === 'within') return `about ${shown(rounded(series))}`;
  return `${reached === 'above' ? 'at least' : 'fewer than'} ${shown(series)}`;
}

/** A warning where other programs were at work; nothing where the machine was quiet. */
export function loadText(conditions: Conditions | undefined): string | undefined {
  if (conditions === undefined || conditions.load <= conditions.processors / 2) return undefined;
  return `Other programs were at work (load ${shown(conditions.load)} on ${conditions.processors} processors): times, tails and delays above all, are higher than on a quiet machine.`;
}

/** Why growing ended, as a sentence; nothing when every step was measured. */
export function endingText({ ending, reason }: Outcome): string | undefined {
  return ending === 'complete' ? undefined : `Ended early: ${reason}.`;
}
