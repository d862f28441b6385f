// @ts-check
/**
 * Holds the figures against the bars.
 *
 * @typedef {import('./cases.js').Case} Case
 * @typedef {Record<string, import('./statistics.js').Figure>} Figures by library
 * @typedef {{ case: string, kind: 'bar' | 'most' | 'mostTimes', text: string, share: number }} Verdict `share`: 1 is just met, 0.7 is 30 % short
 *
 * @param {Case} one
 * @param {ReadonlyMap<string, Figures>} results by case
 * @returns {Verdict[]}
 */
import { shown } from './statistics.js';

/** @param {Case} one @param {ReadonlyMap<string, Figures>} results */
export function verdicts(one, results) {
  /** @type {Verdict[]} */
  const found = [];
  const ours = results.get(one.id)?.['tallystick'];
  const peer = results.get(one.id)?.['client'];
  if (ours === undefined) return found;
  const ratio = peer === undefined ? undefined : peer.value / ours.value;
  if (one.bar !== undefined && ratio !== undefined) found.push({ case: one.id, kind: 'bar', text: `${shown(ratio)} × of ${one.bar} ×`, share: ratio / one.bar });
  if (one.most !== undefined) found.push({ case: one.id, kind: 'most', text: `${shown(ours.value, one.unit)} of at most ${one.most} ${one.unit}`, share: one.most / Math.max(ours.value, 1e-9) });
  if (one.mostTimes !== undefined) {
    const base = results.get(one.mostTimes.case)?.['tallystick'];
    if (base !== undefined) {
      const times = ours.value / base.value;
      found.push({ case: one.id, kind: 'mostTimes', text: `${shown(times)} × \`${one.mostTimes.case}\`, at most ${one.mostTimes.times} ×`, share: one.mostTimes.times / times });
    }
  }
  return found;
}

/** Continuous integration fails below this share of a bar: the machines are shared, a ratio moves. */
export const slack = 0.7;
