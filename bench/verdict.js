// @ts-check
/**
 * Holds the figures against the bars.
 *
 * @typedef {import('./cases.js').Case} Case
 * @typedef {Record<string, import('./statistics.js').Figure>} Figures by library
 * @typedef {{ case: string, kind: import('./cases.js').Kind, text: string, share: number, checked?: number, guard: number }} Verdict `share`: 1 is just met, 0.7 is 30 % short;
 *   below `guard` a run with `--check` fails; it holds `checked` against it where that is given: the share without what the machine adds to a call that does nothing
 *
 * @param {Case} one
 * @param {ReadonlyMap<string, Figures>} results by case
 * @returns {Verdict[]}
 */
import { shown } from './statistics.js';

/** @param {Case} one @param {ReadonlyMap<string, Figures>} results */
export function verdicts(one, results) {
  /** @type {Omit<Verdict, 'guard'>[]} */
  const found = [];
  const ours = results.get(one.id)?.['tallystick'];
  const peer = results.get(one.id)?.['client'];
  const idle = results.get(one.id)?.['nothing'];
  if (ours === undefined) return [];
  const ratio = peer === undefined ? undefined : peer.value / ours.value;
  if (one.bar !== undefined && ratio !== undefined) found.push({ case: one.id, kind: 'bar', text: `${shown(ratio)} × of ${one.bar} ×`, share: ratio / one.bar });
  if (one.most !== undefined) found.push({ case: one.id, kind: 'most', text: `${shown(ours.value, one.unit)} of at most ${one.most} ${one.unit}`, share: one.most / Math.max(ours.value, 1e-9), checked: one.most / Math.max(ours.value - (idle?.value ?? 0), 1e-9) });
  if (one.mostOver !== undefined && idle !== undefined) {
    const over = Math.max(ours.value - idle.value, 0);
    found.push({ case: one.id, kind: 'mostOver', text: `${shown(over, one.unit)} over doing nothing, at most ${one.mostOver} ${one.unit}`, share: one.mostOver / Math.max(over, 1e-9) });
  }
  if (one.mostTimes !== undefined) {
    const base = results.get(one.mostTimes.case)?.['tallystick'];
    if (base !== undefined) {
      const times = ours.value / base.value;
      found.push({ case: one.id, kind: 'mostTimes', text: `${shown(times)} × ${one.mostTimes.what}, at most ${one.mostTimes.times} ×`, share: one.mostTimes.times / times });
    }
  }
  return found.map((verdict) => ({ ...verdict, guard: one.guard?.[verdict.kind] ?? slack }));
}

/** Continuous integration fails below this share of a bar where a case has no guard of its own: the machines are shared, a ratio moves. */
export const slack = 0.7;
