// @ts-check
/** Label names and values that several cases share. */
import { random } from '../random.js';

export const labelNames = ['method', 'route', 'status'];
export const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
export const routes = Array.from({ length: 30 }, (_, i) => `/api/v1/resource-${i}`);
export const statuses = ['200', '304', '404', '500'];

/** All 600 combinations, shuffled. */
export function combinations() {
  const all = methods.flatMap((method) => routes.flatMap((route) => statuses.map((status) => ({ method, route, status }))));
  const next = random(3);
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    const other = /** @type {typeof all[0]} */ (all[j]);
    all[j] = /** @type {typeof all[0]} */ (all[i]);
    all[i] = other;
  }
  return all;
}

/** 24 metrics of one to three labels with names of their own, and 25 label objects for each. */
export function metrics24() {
  return Array.from({ length: 24 }, (_, m) => {
    const names = Array.from({ length: 1 + (m % 3) }, (_, l) => `m${m}_label${l}`);
    const objects = Array.from({ length: 25 }, (_, v) => Object.fromEntries(names.map((name, l) => [name, `value-${(v * (l + 3)) % 25}`])));
    return { name: `metric_${m}_total`, names, objects };
  });
}
