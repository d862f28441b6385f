import { type MetricDeclaration, kindsByList } from './declarations.js';
import type { MetricsConfig } from './parse-config.js';

/**
 * The type of a configuration's metrics, as TypeScript: what {@link createMetricsClient} takes as its type argument.
 *
 * @param name of the interface; an identifier
 */
export function declarationText(config: MetricsConfig, name = 'Metrics'): string {
  const lines = [`/** The metrics that ${comment(config.file)} declares. Written by \`npx tallystick types\`: do not edit, run it again. */`, `export interface ${name} {`];
  for (const [list, kind] of Object.entries(kindsByList)) {
    const metrics = config.metrics.filter((metric) => metric.kind === kind);
    lines.push(`  readonly ${list}: {`);
    for (const metric of metrics) lines.push(`    /** ${comment(metric.description)} */`, `    readonly ${key(metric.name)}: ${labelsType(metric)};`);
    lines.push('  };');
  }
  lines.push('}');
  const usesValues = lines.some((line) => line.includes('LabelValue'));
  return `${usesValues ? "import type { LabelValue } from 'tallystick';\n\n" : ''}${lines.join('\n')}\n`;
}

function labelsType({ labels, labelValues }: MetricDeclaration): string {
  if (labels === undefined) return 'Readonly<Record<string, LabelValue>>';
  if (labels.length === 0) return 'Readonly<Record<string, never>>';
  return `{ ${labels.map((label) => `readonly ${label}: ${labelValues[label]?.map((value) => JSON.stringify(value)).join(' | ') ?? 'LabelValue'}`).join('; ')} }`;
}

function key(name: string): string {
  return name.includes(':') ? JSON.stringify(name) : name;
}

function comment(text: string): string {
  return text.replaceAll('*/', '* /').replace(/\s+/g, ' ');
}
