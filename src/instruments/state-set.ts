import { subjectFrom } from '../model/descriptor.js';
import { TallystickError, list, show } from '../model/errors.js';
import { storable } from '../model/storable.js';
import type { Labels } from '../model/labels.js';
import { type NameValidation, isLabelName } from '../model/names.js';
import { type Handle, mostCells, wastePage } from './handle.js';
import { Instrument, type InstrumentOptions, type Reading } from './instrument.js';

export interface StateSetOptions<States extends readonly string[], Names extends readonly string[] = readonly string[], Sets = object> extends InstrumentOptions<Names, Sets> {
  /** Every state there is; all are shown, those that hold as 1, the others as 0. */
  readonly states: States;
  /** The label that names the state; the metric's name when left out, as OpenMetrics wants it. */
  readonly stateLabel?: string;
  /** The state a series begins in; the first one when left out, none when `null`. */
  readonly initial?: States[number] | null;
}

/** One series of a state set as read. */
export interface StateReading extends Reading {
  /** The states that hold, in the order of their declaration. */
  readonly states: readonly string[];
}

/** One series of a state set, ready to record. */
export class StateSetHandle<State extends string = string> implements Handle {
  private values: Float64Array;
  private index: number;
  private readonly subject: string;
  private readonly states: readonly string[];

  /** Handles come from {@link StateSet.labels}. */
  constructor(values: Float64Array, index: number, subject: string, states: readonly string[]) {
    this.values = values;
    this.index = index | 0;
    this.subject = subject;
    this.states = states;
  }

  /**
   * Goes over to a state: it holds, and no other does.
   *
   * @throws TallystickError `INVALID_STATE`
   */
  set(state: State): void {
    enter(this.values, this.index, this.states, placeOf(this.subject, this.states, state));
  }

  /** Makes a state hold beside others. */
  enable(state: State): void {
    this.values[this.index + placeOf(this.subject, this.states, state)] = 1;
  }

  /** Makes a state hold no longer. */
  disable(state: State): void {
    this.values[this.index + placeOf(this.subject, this.states, state)] = 0;
  }

  /** The states that hold; none once the series has been removed. */
  get(): State[] {
    return (this.values === wastePage ? [] : this.states.filter((_, place) => this.values[this.index + place] === 1)) as State[];
  }

  detach(): void {
    this.values = wastePage;
    this.index = 0;
  }
}

/** A state set's handle in a registry that keeps nothing. */
class NullStateSetHandle<State extends string> extends StateSetHandle<State> {
  override set(): void {}
  override enable(): void {}
  override disable(): void {}
}

/**
 * Which of a few states something is in. A series for each state says 1 or 0, so that every state is always there to be queried.
 *
 * @example
 * const breaker = new StateSet({ name: 'breaker_state', help: 'State of the breaker.', states: ['closed', 'open', 'half_open'], labelNames: ['component'] });
 * breaker.set({ component: 'billing' }, 'open');
 *
 * Source: OpenMetrics 1.0, "StateSet".
 */
export class StateSet<const States extends readonly string[], const Names extends readonly string[] = readonly [], const Sets = object> extends Instrument<
  Names,
  Sets,
  StateSetHandle<States[number]>,
  StateReading
> {
  private readonly initial: number;

  /** @throws TallystickError when an option breaks a rule, or the registry has the name already */
  constructor(options: StateSetOptions<States, Names, Sets>) {
    const states = checkStates(subjectFrom('state set', options), options.states);
    const { initial = states[0]!, stateLabel } = options;
    super('state set', options, { type: 'stateset', states, settings: { initial }, options: ['states', 'stateLabel', 'initial'], ...(stateLabel === undefined ? {} : { stateLabel }) }, states.length);
    checkStateLabel(this.subject, this.descriptor.stateLabel, options.nameValidation ?? this.store.nameValidation);
    this.initial = initial === null ? -1 : placeOf(this.subject, states, initial);
    if (this.descriptor.labelNames.length === 0) this.resetRow(0);
    this.enter(options.registry);
  }

  /**
   * Goes over to a state: it holds, and no other does.
   *
   * @param labels all labels of the series; left out for a state set without labels
   * @throws TallystickError `INVALID_STATE`, `INVALID_LABELS`, `INVALID_LABEL_VALUE`; nothing is changed
   */
  set(this: StateSet<States, readonly [], Sets>, state: States[number]): void;
  set(labels: Labels<Names, Sets>, state: States[number]): void;
  set(labelsOrState: unknown, state?: unknown): void {
    const direct = typeof labelsOrState !== 'object' && state === undefined;
    const place = placeOf(this.subject, this.descriptor.states, direct ? labelsOrState : state);
    const row = this.finder.row(direct ? {} : labelsOrState);
    enter(this.table.cells.page(row), this.table.cells.base(row), this.descriptor.states, place);
  }

  /** Makes a state hold beside others; labels as for {@link set}. */
  enable(this: StateSet<States, readonly [], Sets>, state: States[number]): void;
  enable(labels: Labels<Names, Sets>, state: States[number]): void;
  enable(labelsOrState: unknown, state?: unknown): void {
    const direct = typeof labelsOrState !== 'object' && state === undefined;
    const place = placeOf(this.subject, this.descriptor.states, direct ? labelsOrState : state);
    this.handleOf(this.finder.row(direct ? {} : labelsOrState)).enable(this.descriptor.states[place]!);
  }

  /** Makes a state hold no longer; labels as for {@link set}. */
  disable(this: StateSet<States, readonly [], Sets>, state: States[number]): void;
  disable(labels: Labels<Names, Sets>, state: States[number]): void;
  disable(labelsOrState: unknown, state?: unknown): void {
    const direct = typeof labelsOrState !== 'object' && state === undefined;
    const place = placeOf(this.subject, this.descriptor.states, direct ? labelsOrState : state);
    this.handleOf(this.finder.row(direct ? {} : labelsOrState)).disable(this.descriptor.states[place]!);
  }

  /** A new series begins in its initial state. */
  protected override createHandle(row: number, cells: Float64Array, base: number): StateSetHandle<States[number]> {
    if (!this.holdsAny(cells, base)) this.resetRow(row);
    return new StateSetHandle(cells, base, this.subject, this.descriptor.states);
  }

  protected override createNullHandle(): StateSetHandle<States[number]> {
    return new NullStateSetHandle(wastePage, 0, this.subject, this.descriptor.states);
  }

  protected override open(row: number): void {
    this.handleOf(row);
  }

  protected override resetRow(row: number): void {
    enter(this.table.cells.page(row), this.table.cells.base(row), this.descriptor.states, this.initial);
  }

  protected override read(row: number): StateReading {
    const cells = this.table.cells.page(row);
    const base = this.table.cells.base(row);
    return { labels: this.labelsOf(row), states: this.descriptor.states.filter((_, place) => cells[base + place] === 1), timestamp: this.store.clock.wallSeconds() };
  }

  private holdsAny(cells: Float64Array, base: number): boolean {
    return this.descriptor.states.some((_, place) => cells[base + place] === 1);
  }
}

function enter(cells: Float64Array, base: number, states: readonly string[], place: number): void {
  for (let other = 0; other < states.length; other++) cells[base + other] = other === place ? 1 : 0;
}

function placeOf(subject: string, states: readonly string[], state: unknown): number {
  const place = states.indexOf(state as string);
  if (place < 0) throw new TallystickError('INVALID_STATE', `${subject}: ${show(state)} is not one of its states; they are ${list(states.slice(0, 16))}`);
  return place;
}

/** Refuses what is no list of states. */
export function checkStates(subject: string, states: unknown): readonly string[] {
  if (!Array.isArray(states) || states.length === 0 || states.length > mostCells) {
    throw new TallystickError('INVALID_STATE', `${subject}: states is ${show(states)}; give an array of at least one and at most ${mostCells} strings`);
  }
  for (const [place, state] of (states as readonly unknown[]).entries()) {
    if (typeof state !== 'string' || state === '') throw new TallystickError('INVALID_STATE', `${subject}: state ${show(state)} is not a string with characters in it; name every state`);
    if (storable(state) !== state) throw new TallystickError('INVALID_STATE', `${subject}: state ${show(state)} holds half a surrogate pair or a carriage return; give whole characters in one line`);
    if (states.indexOf(state) !== place) throw new TallystickError('INVALID_STATE', `${subject}: state ${show(state)} comes twice; give each once`);
  }
  return states as readonly string[];
}

/** Refuses what cannot name states. */
export function checkStateLabel(subject: string, label: unknown, validation: NameValidation): void {
  if (!isLabelName(label, validation) || label.startsWith('__')) {
    throw new TallystickError('INVALID_LABEL_NAME', `${subject}: states would be named by the label ${show(label)}, which is not a label name; set stateLabel, for instance "state"`);
  }
}
