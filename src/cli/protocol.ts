import type { Shape } from './shape.js';
import type { Conditions, Ending, Step } from './step.js';

/** What the measuring process is told. */
export interface Plan {
  readonly shape: Shape;
  /** How often the shape is repeated at each step. */
  readonly steps: readonly number[];
  /** After how many milliseconds to end. */
  readonly milliseconds: number;
}

/** What it tells. */
export type Message =
  | { readonly type: 'conditions'; readonly conditions: Conditions }
  | { readonly type: 'progress'; readonly series: number; readonly of: number; readonly doing: string }
  | { readonly type: 'step'; readonly step: Step }
  | { readonly type: 'end'; readonly ending: Ending; readonly reason: string };
