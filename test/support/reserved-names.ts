import { expect } from 'vitest';
import { toText } from '../../src/format/expose.js';
import { Registry } from '../../src/registry/registry.js';

/** Holds a format of OpenMetrics to leaving out families whose names it reserves, and to saying and counting that. @param check reads an exposition, strictly */
export function expectReservedNamesLeftOut(format: 'openmetrics-1.0.0' | 'openmetrics-2.0.0', check: (text: string) => readonly { readonly name: string }[]): void {
  const said: string[] = [];
  const registry = new Registry({ onFault: (_, error) => said.push(error instanceof Error ? error.message : '') });
  registry.gauge({ name: '_a', help: 'A.' }).set(1);
  registry.gauge({ name: 'b', help: 'B.', labelNames: ['_c'] }).set({ _c: 'd' }, 1);
  registry.gauge({ name: 'e', help: 'E.' }).set(1);
  expect(check(toText(registry, { format })).map(({ name }) => name)).toEqual(['e']);
  expect(said).toEqual([
    'gauge "_a": the name begins with "_", which OpenMetrics reserves, and so it is left out there; rename it, or serve the text format only',
    'gauge "b": its label "_c" begins with "_", which OpenMetrics reserves, and so it is left out there; rename it, or serve the text format only',
  ]);
  expect(toText(registry)).toContain('tallystick_collector_errors_total{collector="_a",reason="serving"} 1\n');
}
