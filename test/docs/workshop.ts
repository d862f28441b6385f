import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './markdown.js';

/** A program to be compiled: its name (a file name without its ending) and its text. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** What a command ended with. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long one program may run. */
const longestRunMilliseconds = 20_000;

/** As strict as a user of the package may be, without the types of browsers, and with the package's own declarations checked, too. */
const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  moduleDetection: 'force',
  lib: ['es2022'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitReturns: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
};

/**
 * A folder inside the package, so that `tallystick` means the package itself, as built. It must not be below `node_modules`: there, Node
 * looks for no package of its own name.
 */
export class Workshop {
  readonly folder: string;

  constructor(name: string) {
    this.folder = join(root, '.vitest', 'docs', name);
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  /**
   * Compiles programs to JavaScript, all at once.
   *
   * @returns what the compiler said, by the name of the program; what it said of no program stands under the empty name
   */
  async compile(sources: readonly Source[]): Promise<ReadonlyMap<string, string>> {
    for (const { name, text } of sources) writeFileSync(join(this.folder, `${name}.ts`), text);
    return this.check(sources.map(({ name }) => `${name}.ts`), { outDir: 'out', rootDir: '.' });
  }

  /** Type-checks files, given from this folder. */
  async check(files: readonly string[], more: object): Promise<ReadonlyMap<string, string>> {
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...compilerOptions, ...more }, files }));
    const { stdout, stderr } = await run(join(root, 'node_modules/.bin/tsc'), ['--pretty', 'false', '-p', 'tsconfig.json'], this.folder);
    const said = new Map<string, string>();
    let name = '';
    for (const line of `${stdout}${stderr}`.split('\n').filter((text) => text !== '')) {
      const named = /^(.*?)\.(?:[cm]?ts|js)\(\d+,\d+\): /.exec(line);
      if (named !== null) name = named[1]!;
      else if (!line.startsWith(' ')) name = '';
      said.set(name, `${said.get(name) ?? ''}${line}\n`);
    }
    return said;
  }

  /** Runs a compiled program in a process of its own. */
  runCompiled(name: string): Promise<Outcome> {
    return run(process.execPath, [join(this.folder, 'out', `${name}.js`)], root);
  }

  /** Runs JavaScript in a process of its own. */
  runScript(name: string, text: string): Promise<Outcome> {
    const file = join(this.folder, `${name}.js`);
    writeFileSync(file, text);
    return run(process.execPath, [file], root);
  }
}

function run(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, timeout: longestRunMilliseconds, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, stdout, stderr: error?.killed === true ? `${stderr}\nstopped after ${longestRunMilliseconds} ms` : stderr });
    });
  });
}
