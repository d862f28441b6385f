import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as core from 'tallystick';
import * as aggregate from 'tallystick/aggregate';
import * as config from 'tallystick/config';
import * as expose from 'tallystick/expose';
import * as fetchEntry from 'tallystick/fetch';
import * as otlp from 'tallystick/otlp';
import * as parseEntry from 'tallystick/parse';
import * as lintEntry from 'tallystick/lint';
import * as group from 'tallystick/group';
import * as generateEntry from 'tallystick/generate';
import * as pushgateway from 'tallystick/pushgateway';
import * as statsd from 'tallystick/statsd';
import * as textfile from 'tallystick/textfile';
import * as timing from 'tallystick/timing';
import * as remoteWriteEntry from 'tallystick/remote-write';
import * as authPack from 'tallystick/packs/auth';
import * as circuitBreakerPack from 'tallystick/packs/circuit-breaker';
import * as declaredPack from 'tallystick/packs/declared';
import * as httpPack from 'tallystick/packs/http';
import * as mcpPack from 'tallystick/packs/mcp';
import * as registryServicePack from 'tallystick/packs/registry-service';
import * as vllmPack from 'tallystick/packs/vllm';
import { headings, readPage, root } from './markdown.js';
import { Workshop } from './workshop.js';

const entries = [
  { entry: 'tallystick', file: 'src/index.ts', runtime: core },
  { entry: 'tallystick/expose', file: 'src/expose/entry.ts', runtime: expose },
  { entry: 'tallystick/aggregate', file: 'src/aggregate/entry.ts', runtime: aggregate },
  { entry: 'tallystick/group', file: 'src/expose/group-entry.ts', runtime: group },
  { entry: 'tallystick/fetch', file: 'src/expose/fetch-handler.ts', runtime: fetchEntry },
  { entry: 'tallystick/parse', file: 'src/format/parse/entry.ts', runtime: parseEntry },
  { entry: 'tallystick/lint', file: 'src/lint/entry.ts', runtime: lintEntry },
  { entry: 'tallystick/timing', file: 'src/packs/timing/entry.ts', runtime: timing },
  { entry: 'tallystick/config', file: 'src/config/entry.ts', runtime: config },
  { entry: 'tallystick/generate', file: 'src/generate/entry.ts', runtime: generateEntry },
  { entry: 'tallystick/pushgateway', file: 'src/export/pushgateway.ts', runtime: pushgateway },
  { entry: 'tallystick/statsd', file: 'src/export/statsd/exporter.ts', runtime: statsd },
  { entry: 'tallystick/textfile', file: 'src/export/textfile-entry.ts', runtime: textfile },
  { entry: 'tallystick/otlp', file: 'src/export/otlp/exporter.ts', runtime: otlp },
  { entry: 'tallystick/remote-write', file: 'src/export/remote-write/entry.ts', runtime: remoteWriteEntry },
  { entry: 'tallystick/packs/auth', file: 'src/packs/auth.ts', runtime: authPack },
  { entry: 'tallystick/packs/circuit-breaker', file: 'src/packs/circuit-breaker.ts', runtime: circuitBreakerPack },
  { entry: 'tallystick/packs/declared', file: 'src/packs/declared.ts', runtime: declaredPack },
  { entry: 'tallystick/packs/http', file: 'src/packs/http.ts', runtime: httpPack },
  { entry: 'tallystick/packs/mcp', file: 'src/packs/mcp.ts', runtime: mcpPack },
  { entry: 'tallystick/packs/registry-service', file: 'src/packs/registry-service.ts', runtime: registryServicePack },
  { entry: 'tallystick/packs/vllm', file: 'src/packs/vllm.ts', runtime: vllmPack },
];

/** The names a module exports, types included. */
function exportsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap((found) => found[1]!.split(',').map((name) => name.trim().replace(/^type /, '').replace(/^.* as /, '')));
  const declared = [...text.matchAll(/^export (?:async )?(?:abstract )?(?:function|class|const|interface|type) (\w+)/gm)].map((found) => found[1]!);
  return [...listed, ...declared].filter((name) => name !== '').sort();
}

const page = readPage('docs/api.md');

/** The exports that have a heading of the third level, by entry point (headings of the second level). */
const described = new Map<string, string[]>();
let section: string[] = [];
for (const { level, text } of headings(page)) {
  const name = /^`([^`]+)`$/.exec(text)?.[1];
  if (level === 2) described.set(name ?? text, (section = []));
  if (level === 3) section.push(name ?? text);
}

describe.each(entries)('the API reference of $entry', ({ entry, file, runtime }) => {
  it('has a heading for every export, and for nothing else', () => {
    expect([...(described.get(entry) ?? [])].sort()).toEqual(exportsOf(file));
  });

  it('covers what the built module really exports', () => {
    expect(exportsOf(file)).toEqual(expect.arrayContaining(Object.keys(runtime)));
    expect(Object.keys(runtime).length).toBeGreaterThan(0);
  });
});

/** Type arguments for those exports that cannot do without. */
const typeArguments: Readonly<Record<string, string>> = {
  Instrument: "<['a'], object, CounterHandle, ValueReading>",
  StateSet: "<['on', 'off']>",
  StateSetOptions: "<['on', 'off']>",
  DeclaredMetrics: '<readonly []>',
};

/** What is described once, for all that have it. */
const bases = ['Instrument', 'InstrumentOptions', 'MetricOptions', 'Reading', 'HistogramValue', 'SummaryValue', 'ScrapeOptions', 'GroupOptions', 'ExpositionOptions', 'TimingOptions', 'CreateOptions', 'PushOptions', 'PackOptions'];

/** Public, but the library's own: what handles and instruments are told, the window of a summary's handle, and what errors have from the language. */
const internal = ['detach', 'noteReset', 'collectFunction', 'window', 'refresh', 'name', 'message', 'stack', 'cause'];

interface Member {
  readonly entry: string;
  readonly owner: string;
  readonly member: string;
  readonly fixed: boolean;
}

/** What the tables below the heading of an export say about its members: rows that begin with code. */
function documentedMembers(): readonly Member[] {
  const found: Member[] = [];
  let entry = '';
  let owner = '';
  for (const line of page.prose) {
    const heading = /^(##|###) `([^`]+)`$/.exec(line);
    if (heading?.[1] === '##') entry = heading[2]!;
    if (heading?.[1] === '###') owner = heading[2]!;
    const member = /^\| `(static )?([a-zA-Z]\w*)[^`]*` \|/.exec(line);
    if (member !== null && owner !== '') found.push({ entry, owner, member: member[2]!, fixed: member[1] !== undefined });
  }
  return found;
}

const union = (names: readonly string[]): string => (names.length === 0 ? 'never' : names.map((name) => JSON.stringify(name)).join(' | '));

/** A program that compiles only if the members are there, and no public one is missing. */
function programOf(members: readonly Member[]): string {
  const owners = [...new Set(members.map((each) => each.owner))];
  const entryOf = (owner: string): string => members.find((each) => each.owner === owner)!.entry;
  const namesOf = (owner: string): string[] => members.filter((each) => each.owner === owner && !each.fixed).map((each) => each.member);
  const imports = entries.map(({ entry }) => `import type { ${[...new Set([...owners.filter((owner) => entryOf(owner) === entry), ...(entry === 'tallystick' ? ['CounterHandle', 'ValueReading'] : [])])].join(', ')} } from '${entry}';`);
  const known = [...bases.flatMap(namesOf), ...internal];
  const lines = owners.map((owner, i) => {
    const type = `${owner}${typeArguments[owner] ?? ''}`;
    if (owner === 'ErrorCode') return `const codes: Record<ErrorCode, 0> = { ${namesOf(owner).map((name) => `${name}: 0`).join(', ')} };`;
    return `const has${i}: readonly (keyof ${type})[] = ${JSON.stringify(namesOf(owner))};\nconst all${i}: Record<Exclude<keyof ${type}, symbol | ${union([...namesOf(owner), ...known])}>, 0> = {};`;
  });
  const fixed = members.filter((each) => each.fixed).map((each, i) => `type Fixed${i} = (typeof ${each.owner})['${each.member}'];`);
  return [...imports, ...lines, ...fixed, ''].join('\n');
}

describe('the members named in the API reference', () => {
  const members = documentedMembers();

  it('are found', () => {
    expect(members.length).toBeGreaterThan(150);
  });

  it('exist and are public, and none that is public is left out', async () => {
    const said = await new Workshop('api').compile([{ name: 'members', text: programOf(members) }]);
    expect([...said.values()].join('')).toBe('');
  });

  it('would be refused if one did not exist, or one were left out', async () => {
    const wrong = [...members.filter(({ owner, member }) => owner !== 'Gauge' || member !== 'dec'), { entry: 'tallystick', owner: 'Counter', member: 'dec', fixed: false }];
    const said = await new Workshop('api-wrong').compile([{ name: 'members', text: programOf(wrong) }]);
    expect([...said.values()].join('').match(/error TS\d+/g)).toHaveLength(2);
  });
});
