import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { type FamilySnapshot, type Registry, toBytes } from '../../../src/index.js';
import { type RegistrySpec, anyRegistry, buildRegistry } from '../../support/registries.js';

/** A generated registry, written to a file. */
export interface Generated {
  readonly spec: RegistrySpec;
  readonly path: string;
  readonly snapshot: readonly FamilySnapshot[];
}

/** The same specification with every help text, label value and state replaced. */
export function withTexts(spec: RegistrySpec, help: (text: string) => string, value: (text: string) => string): RegistrySpec {
  return spec.map((family) => ({
    ...family,
    help: help(family.help),
    constLabels: Object.fromEntries(Object.entries(family.constLabels).map(([label, text]) => [label, value(text)])),
    states: family.states.map(value),
    series: family.series.map((series) => ({ ...series, labelValues: series.labelValues.map(value) })),
  }));
}

/** The same registries at each run, unless `PROPERTY_SEED` says otherwise; a failure names the place of its registry. */
export function registries(count: number, restrict: (spec: RegistrySpec) => RegistrySpec): RegistrySpec[] {
  const { PROPERTY_SEED: given = '20250101' } = process.env;
  const seed = given === 'random' ? Date.now() | 0 : Number(given);
  return fc.sample(anyRegistry.map(restrict), { numRuns: count, seed });
}

/** Builds registries and writes the exposition of each to a file in a folder. */
export async function write(folder: string, specs: readonly RegistrySpec[]): Promise<Generated[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(specs.map((spec, place) => writeOne(buildRegistry(spec), spec, join(folder, `${place}.prom`))));
}

async function writeOne(registry: Registry, spec: RegistrySpec, path: string): Promise<Generated> {
  await writeFile(path, toBytes(registry));
  return { spec, path, snapshot: registry.snapshot() };
}
