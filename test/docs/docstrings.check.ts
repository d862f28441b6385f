import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as core from 'tallystick';
import * as config from 'tallystick/config';
import * as expose from 'tallystick/expose';
import * as generate from 'tallystick/generate';
import * as lint from 'tallystick/lint';
import * as pushgateway from 'tallystick/pushgateway';
import * as statsd from 'tallystick/statsd';
import * as textfile from 'tallystick/textfile';
import * as timing from 'tallystick/timing';
import * as authPack from 'tallystick/packs/auth';
import * as circuitBreakerPack from 'tallystick/packs/circuit-breaker';
import * as declaredPack from 'tallystick/packs/declared';
import * as httpPack from 'tallystick/packs/http';
import * as mcpPack from 'tallystick/packs/mcp';
import * as registryServicePack from 'tallystick/packs/registry-service';
import * as vllmPack from 'tallystick/packs/vllm';
import { root } from './markdown.js';
import { Workshop } from './workshop.js';

interface Example {
  readonly place: string;
  readonly text: string;
}

/** The examples of a source file: what follows `@example`, up to an empty line, another tag or the end of the comment. */
function examplesOf(file: string): readonly Example[] {
  const found: Example[] = [];
  let open: string[] | undefined;
  for (const [i, line] of readFileSync(join(root, 'src', file), 'utf8').split('\n').entries()) {
    const text = /^\s*\* ?(.*)$/.exec(line)?.[1];
    if (text === '@example') {
      open = [];
      found.push({ place: `src/${file}:${i + 1}`, text: '' });
    } else if (open !== undefined && text !== undefined && text !== '' && text !== '/' && !text.startsWith('@')) {
      open.push(text);
      found[found.length - 1] = { ...found.at(-1)!, text: open.map((each) => `${each}\n`).join('') };
    } else {
      open = undefined;
    }
  }
  return found;
}

const entries: Readonly<Record<string, object>> = {
  tallystick: core,
  'tallystick/expose': expose,
  'tallystick/generate': generate,
  'tallystick/lint': lint,
  'tallystick/packs/auth': authPack,
  'tallystick/packs/circuit-breaker': circuitBreakerPack,
  'tallystick/packs/declared': declaredPack,
  'tallystick/packs/http': httpPack,
  'tallystick/packs/mcp': mcpPack,
  'tallystick/packs/registry-service': registryServicePack,
  'tallystick/packs/vllm': vllmPack,
  'tallystick/pushgateway': pushgateway,
  'tallystick/statsd': statsd,
  'tallystick/textfile': textfile,
  'tallystick/timing': timing,
  'tallystick/config': config,
};

/** Imports of the names that the example uses, each from the first entry that has it. */
function imports(text: string): string {
  const seen = new Set<string>();
  const lines = Object.entries(entries).map(([entry, names]) => {
    const used = Object.keys(names).filter((name) => !seen.has(name) && new RegExp(`\\b${name}\\b`).test(text));
    for (const name of used) seen.add(name);
    return `import { ${used.join(', ')} } from '${entry}';\n`;
  });
  return lines.join('');
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).sort();
const examples = files.flatMap(examplesOf).map((example) => [example.place, example] as const);
const nameOf = (example: Example): string => example.place.replace(/[^a-zA-Z0-9]+/g, '-');
const workshop = new Workshop('docstrings');
const said = await workshop.compile(examples.map(([, example]) => ({ name: nameOf(example), text: imports(example.text) + example.text })));

describe('the examples of the docstrings', () => {
  it('are all found', () => {
    const tags = files.reduce((count, file) => count + (readFileSync(join(root, 'src', file), 'utf8').match(/@example/g)?.length ?? 0), 0);
    expect(examples.length).toBe(tags);
    expect(examples.filter(([, example]) => example.text === '').map(([place]) => place)).toEqual([]);
  });

  it('stand on every instrument and on the registry', () => {
    const shown = examples.map(([, example]) => example.text).join('');
    const wanted = ['Counter', 'Gauge', 'Histogram', 'Summary', 'SampledCounter', 'RateLimitedGauge', 'Info', 'StateSet', 'Registry'];
    expect(wanted.filter((name) => !shown.includes(`new ${name}(`))).toEqual([]);
  });

  it.each(examples)('compile: %s', (_, example) => {
    expect(said.get(nameOf(example)) ?? '').toBe('');
  });

  it.concurrent.each(examples)('run: %s', async (_, example) => {
    expect(await workshop.runCompiled(nameOf(example))).toMatchObject({ status: 0, stderr: '' });
  });
});
