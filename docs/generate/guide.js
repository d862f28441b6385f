// @ts-check
/**
 * Writes what stands beside docs/guide/service.js from its metrics: `npm run docs:guide`. With `--check` it writes nothing, and fails where a file
 * would become another.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { alertRules, composeFile, grafanaDashboard, prometheusConfig, recordingRules } from '../../dist/generate/entry.js';
import { registry } from '../guide/metrics.js';

// As the service exposes them.
const format = 'text-0.0.4';
const job = 'shop';
const ruleFiles = ['alerts.yml', 'recording-rules.yml'];

const files = {
  'dashboard.json': `${JSON.stringify(grafanaDashboard(registry, { title: 'Shop', format }), undefined, 2)}\n`,
  'alerts.yml': alertRules(registry, { format, job }),
  'recording-rules.yml': recordingRules(registry, { format }),
  'prometheus.yml': prometheusConfig({ job, targets: ['service:9464'], ruleFiles }),
  'compose.yml': composeFile({ service: { image: 'node:22-alpine', command: ['node', 'service.js'], mountFolder: true }, ruleFiles }),
};

for (const [name, text] of Object.entries(files)) {
  const file = new URL(`../guide/${name}`, import.meta.url);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`docs/guide/${name} is not what the metrics say; run npm run docs:guide`);
    process.exitCode = 1;
  }
}
