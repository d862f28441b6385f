/**
 * A small exhaustive explorer of what two threads can see of each other: it runs through every order in which the memory may perform the accesses of
 * a writer and of a reader, and gives every outcome.
 *
 * An access is performed at one moment, for all threads (ARMv8 is multi-copy atomic, and so is x86-64). Which of two accesses of the same thread is
 * performed first follows from the {@link Machine}; where nothing says so, either may be. Threads are sequences without branches: what a reader
 * makes of what it has read is said by steps that conclude.
 *
 * Source: Arm Architecture Reference Manual, "Definition of the Armv8 memory model"; Intel SDM, volume 3, "Memory ordering".
 */

/** A cell of memory, by a name. */
export type Place = string;

/** What a reader has read, by the names that its steps give; NaN where there was nothing to read. */
export interface Registers {
  get(name: string): number;
}

export type Access =
  /** A plain store. */
  | { readonly kind: 'store'; readonly place: Place; readonly value: number }
  | { readonly kind: 'atomic store'; readonly place: Place; readonly value: number }
  /** A plain load of a place, or of one of several, chosen by what was read before. */
  | { readonly kind: 'load'; readonly to: string; readonly place: Place | Dependent }
  | { readonly kind: 'atomic load'; readonly to: string; readonly place: Place }
  /** What the reader makes of all it has read so far, as a number; it remembers nothing else. It touches no memory. */
  | { readonly kind: 'conclude'; readonly to: string; readonly as: (registers: Registers) => number };

/** A place whose address is computed from what was read; undefined where that makes no sense, and then nothing is read. */
export interface Dependent {
  readonly of: readonly string[];
  readonly among: readonly Place[];
  readonly choose: (registers: Registers) => Place | undefined;
}

export type Program = readonly Access[];

/** Whether an access that stands later in a thread has to wait for one that stands earlier, beside what holds everywhere: the same place, and an address that has to be read first. */
export type Machine = (earlier: Access, later: Access) => boolean;

const isLoad = (access: Access): access is Extract<Access, { readonly kind: 'load' | 'atomic load' }> => access.kind === 'load' || access.kind === 'atomic load';
const isStore = (access: Access): access is Extract<Access, { readonly kind: 'store' | 'atomic store' }> => access.kind === 'store' || access.kind === 'atomic store';

/**
 * ARMv8 with what `Atomics` compile to, load-acquire and store-release: nothing comes before an atomic load that stands before it, nothing after an atomic
 * store that stands after it, and an atomic load not before an atomic store that stands before it. All else may change places.
 */
export const weak: Machine = (earlier, later) => earlier.kind === 'atomic load' || later.kind === 'atomic store' || (earlier.kind === 'atomic store' && later.kind === 'atomic load');

/** x86-64: only a plain store may be performed after a load that stands behind it. */
export const totalStoreOrder: Machine = (earlier, later) => !(earlier.kind === 'store' && isLoad(later));

/** Everything as it stands. */
export const sequential: Machine = () => true;

export interface Exploration {
  /** All ends that can be reached: the conclusions of the reader, joined by blanks, each end once, sorted. */
  readonly ends: readonly string[];
  /** States that were looked at. */
  readonly states: number;
}

/** Accesses of a thread are kept as bits of an integer. */
const mostAccesses = 31;

/**
 * Runs through all there is.
 *
 * @param initially what stands in memory before; 0 where nothing is said
 * @param show what a conclusion is called, by its number
 */
export function explore(machine: Machine, writer: Program, reader: Program, initially: Readonly<Record<Place, number>>, show: (conclusion: number) => string): Exploration {
  const loaded = new Set(reader.flatMap((access) => (isLoad(access) ? placesOf(access) : [])));
  // What nobody loads is of no matter but for the stores that wait for it, and those need not wait long.
  const shown = writer.filter((access) => isLoad(access) || (isStore(access) && loaded.has(access.place)) || access.kind === 'atomic store');
  const threads: Threads = [new Thread(machine, shown, reader), new Thread(machine, reader, shown)];
  const names = reader.flatMap((access) => (access.kind === 'conclude' ? [access.to] : []));
  const ends = new Set<string>();
  const seen = new Set<string>();
  const left: State[] = [{ done: [0, 0], memory: new Map(Object.entries(initially)), registers: new Map() }];
  for (let state = left.pop(); state !== undefined; state = left.pop()) {
    settle(threads, state);
    const key = keyOf(state);
    if (seen.has(key)) continue;
    seen.add(key);
    if (threads.every(({ all }, number) => state.done[number] === all)) ends.add(names.map((name) => show(state.registers.get(name)!)).join(' '));
    for (const [number, thread] of threads.entries()) {
      for (let at = 0; at < thread.program.length; at++) {
        if (!thread.isReady(state.done[number]!, at)) continue;
        const next: State = { done: [...state.done], memory: new Map(state.memory), registers: new Map(state.registers) };
        perform(thread, number, at, next);
        left.push(next);
      }
    }
  }
  return { ends: [...ends].sort(), states: seen.size };
}

interface State {
  /** Which accesses have been performed, by thread. */
  readonly done: [number, number];
  readonly memory: Map<Place, number>;
  readonly registers: Map<string, number>;
}

class Thread {
  readonly program: Program;
  /** All accesses. */
  readonly all: number;
  /** For each access, those that have to be performed before it. */
  private readonly before: readonly number[];
  /** By place: the accesses of the other thread that a store there, and a load there, may make a difference to. */
  private readonly loads: ReadonlyMap<Place, number>;
  private readonly stores: ReadonlyMap<Place, number>;

  constructor(machine: Machine, program: Program, other: Program) {
    if (program.length > mostAccesses) throw new Error(`a program of ${program.length} accesses; at most ${mostAccesses} can be explored`);
    this.program = program;
    this.all = 2 ** program.length - 1;
    this.before = program.map((later, at) => bitsOf(program.map((earlier, place) => place < at && mustWait(machine, earlier, later))));
    const places = [...new Set([...program, ...other].flatMap(placesOf))];
    this.loads = new Map(places.map((place) => [place, bitsOf(other.map((access) => isLoad(access) && placesOf(access).includes(place)))]));
    this.stores = new Map(places.map((place) => [place, bitsOf(other.map((access) => isStore(access) && access.place === place))]));
  }

  isReady(done: number, at: number): boolean {
    return (done & (1 << at)) === 0 && (this.before[at]! & ~done) === 0;
  }

  /** Whether an access that is ready makes no difference to what the other thread has still to do, nor that to it. */
  isIndifferent(at: number, doneByOther: number, registers: Registers): boolean {
    const access = this.program[at]!;
    const place = chosen(access, registers);
    return place === undefined || ((isLoad(access) ? this.stores : this.loads).get(place)! & ~doneByOther) === 0;
  }
}

type Threads = readonly [Thread, Thread];

function bitsOf(flags: readonly boolean[]): number {
  return flags.reduce((bits, flag, at) => (flag ? bits | (1 << at) : bits), 0);
}

function mustWait(machine: Machine, earlier: Access, later: Access): boolean {
  if (earlier.kind === 'conclude' || later.kind === 'conclude' || machine(earlier, later)) return true;
  // One place has one history, and no thread sees it run backwards. Where an address is computed it is taken for another one, which allows more than there is.
  if (typeof earlier.place === 'string' && earlier.place === later.place) return true;
  return isLoad(earlier) && later.kind === 'load' && typeof later.place !== 'string' && later.place.of.includes(earlier.to);
}

function placesOf(access: Access): readonly Place[] {
  if (access.kind === 'conclude') return [];
  return typeof access.place === 'string' ? [access.place] : access.place.among;
}

/** The place that an access is about, once all that its address depends on has been read. */
function chosen(access: Access, registers: Registers): Place | undefined {
  if (access.kind === 'conclude') return undefined;
  return typeof access.place === 'string' ? access.place : access.place.choose(registers);
}

function perform({ program }: Thread, number: number, at: number, { done, memory, registers }: State): void {
  const access = program[at]!;
  done[number] = done[number]! | (1 << at);
  if (isStore(access)) {
    memory.set(access.place, access.value);
  } else if (isLoad(access)) {
    // What the writer loads only keeps its accesses apart.
    if (number === 0) return;
    const place = chosen(access, registers as Registers);
    registers.set(access.to, place === undefined ? NaN : (memory.get(place) ?? 0));
  } else {
    const conclusion = access.as(registers as Registers);
    for (const name of [...registers.keys()]) if (!isConclusion(program, name)) registers.delete(name);
    registers.set(access.to, conclusion);
  }
}

function isConclusion(program: Program, name: string): boolean {
  return program.some((access) => access.kind === 'conclude' && access.to === name);
}

/**
 * Performs at once what is ready and makes no difference to the other thread: a store to a place that will not be loaded any more, and a load of one
 * that will not be stored to. Every order in which it comes later gives the same.
 */
function settle(threads: Threads, state: State): void {
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const [number, thread] of threads.entries()) {
      for (let at = 0; at < thread.program.length; at++) {
        if (!thread.isReady(state.done[number]!, at) || !thread.isIndifferent(at, state.done[1 - number]!, state.registers as Registers)) continue;
        perform(thread, number, at, state);
        hasChanged = true;
      }
    }
  }
}

/** Memory follows from what the writer has done. */
function keyOf({ done, registers }: State): string {
  let key = `${done[0]} ${done[1]}`;
  // In the order of the names, not of the reading.
  for (const name of [...registers.keys()].sort()) key += ` ${name}=${registers.get(name)!}`;
  return key;
}
