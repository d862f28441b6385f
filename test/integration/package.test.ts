import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, runWell } from './support/processes.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What npm tells of a package it has packed. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

let folder: string;
let user: string;
let packed: Packed;

/** Packs a copy, so that nobody's build is disturbed, and installs it as a user would. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-package-'));
  const copy = join(folder, 'copy');
  const own = (path: string): boolean => !/^(?:\.git|node_modules|dist|(?:bench|test\/integration\/frameworks)\/(?:node_modules|results))(?:\/|$)/.test(path.slice(root.length));
  await cp(root, copy, { recursive: true, filter: own });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  packed = (JSON.parse(await runWell('npm', ['pack', '--json', '--pack-destination', folder], { cwd: copy })) as [Packed])[0];

  user = join(folder, 'user');
  await mkdir(user);
  await writeFile(join(user, 'package.json'), JSON.stringify({ name: 'user', version: '1.0.0', private: true, type: 'module' }));
  await runWell('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.filename)], { cwd: user });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function inUser(name: string, lines: readonly string[]): Promise<void> {
  await writeFile(join(user, name), `${lines.join('\n')}\n`);
}

describe('the packed package', () => {
  it('contains what a user needs and nothing else.', async () => {
    const paths = packed.files.map(({ path }) => path);
    const outside = paths.filter((path) => !path.startsWith('dist/')).sort();
    expect(outside).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'docs/metrics.schema.json', 'package.json']);
    for (const path of paths.filter((one) => one.startsWith('dist/'))) expect(path).toMatch(/^dist\/(?:[a-z-]+\/){0,2}[a-z0-9-]+\.(?:js|d\.ts)$/);
    for (const path of ['dist/index.js', 'dist/index.d.ts', 'dist/expose/entry.js', 'dist/expose/entry.d.ts', 'dist/expose/fetch-handler.js', 'dist/expose/fetch-handler.d.ts', 'dist/lint/entry.js', 'dist/aggregate/entry.js', 'dist/aggregate/entry.d.ts', 'dist/expose/off-thread-main.js', 'dist/generate/entry.js', 'dist/generate/entry.d.ts', 'dist/lint/entry.d.ts', 'dist/format/parse/entry.js', 'dist/format/parse/entry.d.ts']) expect(paths).toContain(path);
    const modules = paths.filter((path) => path.endsWith('.js'));
    for (const path of modules) expect(paths).toContain(path.replace(/\.js$/, '.d.ts'));
    expect(packed.files.every(({ size }) => size > 0)).toBe(true);
  });

  it('serves off the thread of its user.', async () => {
    await inUser('off-thread.js', [
      "import { Registry } from 'tallystick';",
      "import { attach } from 'tallystick/aggregate';",
      "import { startMetricsServer } from 'tallystick/expose';",
      'const registry = new Registry();',
      'const server = await startMetricsServer({ registry, port: 0, offThread: true });',
      "registry.counter({ name: 'jobs_total', help: 'Jobs.' }).inc(2);",
      'const other = new Registry();',
      "other.counter({ name: 'jobs_total', help: 'Jobs.' }).inc(3);",
      'attach(other);',
      'console.log(await (await fetch(server.url)).text());',
      'await server.close();',
    ]);
    expect(await runWell(process.execPath, ['off-thread.js'], { cwd: user })).toContain('\njobs_total 5\n');
  });

  it('has no dependencies and runs no script at installation.', async () => {
    const manifest = JSON.parse(await readFile(join(user, 'node_modules/tallystick/package.json'), 'utf8')) as Record<string, unknown>;
    for (const field of ['dependencies', 'optionalDependencies', 'bundleDependencies']) expect(manifest).not.toHaveProperty(field);
    expect([manifest['peerDependencies'], manifest['peerDependenciesMeta']]).toEqual([{ yaml: expect.any(String) }, { yaml: { optional: true } }]);
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) expect(manifest['scripts']).not.toHaveProperty(script);
    const lock = JSON.parse(await readFile(join(user, 'package-lock.json'), 'utf8')) as { packages: Record<string, unknown> };
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/tallystick']);
  });

  it('is imported by each of its three names under Node, and works.', async () => {
    await inUser('main.js', [
      "import { Counter, Registry, defaultRegistry, toText } from 'tallystick';",
      "import { createFetchHandler as sameHandler, createMetricsHandler, startMetricsServer } from 'tallystick/expose';",
      "import { createFetchHandler } from 'tallystick/fetch';",
      'const registry = new Registry();',
      "new Counter({ name: 'jobs_total', help: 'Jobs.', registry }).inc(2);",
      "new Counter({ name: 'default_total', help: 'In the default registry.' }).inc();",
      'const server = await startMetricsServer({ registry: [registry, defaultRegistry], port: 0 });',
      'const served = await (await fetch(server.url)).text();',
      "const answered = await (await createFetchHandler(registry)(new Request('http://x/metrics'))).text();",
      'await server.close();',
      'console.log(JSON.stringify({ served, answered, text: toText(registry), same: sameHandler === createFetchHandler, kind: typeof createMetricsHandler }));',
    ]);
    const told = JSON.parse(await runWell(process.execPath, ['main.js'], { cwd: user })) as Record<string, unknown>;
    const jobs = '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 2\n';
    const other = '# HELP default_total In the default registry.\n# TYPE default_total counter\ndefault_total 1\n';
    expect(told).toEqual({ served: other + jobs, answered: jobs, text: jobs, same: true, kind: 'function' });
  });

  it('lets nobody import what is inside.', async () => {
    await inUser('inside.js', ["import 'tallystick/dist/store/pages.js';"]);
    expect((await run(process.execPath, ['inside.js'], { cwd: user })).stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('type-checks strictly, its declarations included, without the types of a browser.', async () => {
    await mkdir(join(user, 'node_modules/@types'), { recursive: true });
    await symlink(join(root, 'node_modules/@types/node'), join(user, 'node_modules/@types/node'));
    await inUser('main.ts', [
      "import { createServer } from 'node:http';",
      "import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, type CollectedFamily, type Collector, toBytes, toText } from 'tallystick';",
      "import { createMetricsHandler, startMetricsServer, type MetricsServer } from 'tallystick/expose';",
      "import { createFetchHandler } from 'tallystick/fetch';",
      'export const registry: Registry = new Registry();',
      "const requests = new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['method', 'status'], labelValues: { method: ['GET', 'POST'] }, registry });",
      "requests.inc({ method: 'GET', status: 200 }, 2);",
      "requests.labels('POST', '500').inc();",
      '// @ts-expect-error A label is missing.',
      "requests.inc({ method: 'GET' });",
      '// @ts-expect-error This value is not declared.',
      "requests.labels('PUT', '200');",
      "new Gauge({ name: 'depth', help: 'Depth.', registry, collect: async () => 3 });",
      "const latency = new Histogram({ name: 'latency_seconds', help: 'Latency.', unit: 'seconds', buckets: [0.1, 1], registry });",
      'const stop: () => number = latency.startTimer();',
      'stop();',
      "new Summary({ name: 'size_bytes', help: 'Size.', quantiles: [0.5], registry }).observe(3);",
      "new Info({ name: 'build', help: 'Build.', labelNames: ['version'], registry }).set({ version: '1' });",
      "new StateSet({ name: 'door', help: 'Door.', states: ['open', 'shut'], registry }).set('shut');",
      "const families: CollectedFamily[] = [{ name: 'coins', help: 'Coins.', type: 'gauge', series: [{ value: 1 }] }];",
      "const collector: Collector = { name: 'till', collect: () => families };",
      'registry.register(collector);',
      'export const text: string = toText(registry);',
      'export const bytes: Uint8Array = toBytes([registry]);',
      'createServer(createMetricsHandler(registry));',
      'export const server: Promise<MetricsServer> = startMetricsServer({ registry, port: 0 });',
      "export const answer: Promise<Response> = createFetchHandler(registry)(new Request('http://localhost/metrics'));",
    ]);
    const compilerOptions = { target: 'es2022', lib: ['es2022'], module: 'nodenext', types: ['node'], strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true, skipLibCheck: false, noEmit: true };
    await inUser('tsconfig.json', [JSON.stringify({ compilerOptions, files: ['main.ts'] })]);
    const { code, stdout, stderr } = await run(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: user });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each(['dist/index.js', 'dist/expose/fetch-handler.js', 'dist/lint/entry.js', 'dist/generate/entry.js', 'dist/format/parse/entry.js'])('needs nothing of Node in what %s reaches.', async (entry) => {
    const reached = await modulesFrom(join(user, 'node_modules/tallystick', entry));
    expect(reached.modules.size).toBeGreaterThan(10);
    expect(reached.foreign).toEqual([]);
  });

  it('needs Node where it serves, so that the test before could fail.', async () => {
    const { foreign } = await modulesFrom(join(user, 'node_modules/tallystick/dist/expose/entry.js'));
    expect([...new Set(foreign)].sort()).toEqual(['node:crypto', 'node:fs', 'node:http', 'node:https', 'node:os', 'node:path', 'node:process', 'node:worker_threads', 'node:zlib']);
  });
});

/** The files that a module reaches by imports, and the imports that lead out of the package. */
async function modulesFrom(entry: string): Promise<{ readonly modules: ReadonlySet<string>; readonly foreign: readonly string[] }> {
  const modules = new Set<string>();
  const foreign: string[] = [];
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (modules.has(path)) continue;
    modules.add(path);
    const code = await readFile(path, 'utf8');
    for (const [, specifier] of code.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*['"]([^'"\n]+)['"]/g)) {
      if (specifier!.startsWith('.')) waiting.push(join(dirname(path), specifier!));
      else if (isImport(code, specifier!)) foreign.push(specifier!);
    }
  }
  return { modules, foreign };
}

/** Comments may show imports of the package itself. */
function isImport(code: string, specifier: string): boolean {
  return code.split('\n').some((line) => !/^\s*(?:\*|\/\/|\/\*)/.test(line) && line.includes(specifier));
}
