import { TallystickError } from '../model/errors.js';
import { type Located, type LocatedFault, UnreadableText, deepestNesting } from './located.js';

/** What is used of the package `yaml`, version 2: give the module itself. */
export interface YamlModule {
  parseDocument(text: string, options?: object): YamlDocument;
}

/** A document as the package `yaml` reads it. */
export interface YamlDocument {
  readonly contents: unknown;
  readonly errors: readonly YamlFault[];
  readonly warnings: readonly YamlFault[];
}

/** What the package `yaml` finds wrong with a document. */
export interface YamlFault {
  readonly message: string;
  readonly pos: readonly [number, number];
}

interface YamlNode {
  readonly range?: readonly number[] | null;
  readonly items?: readonly unknown[];
  readonly value?: unknown;
  /** Of aliases. */
  resolve?(document: YamlDocument): YamlNode | undefined;
}

interface YamlPair {
  readonly key: YamlNode | null;
  readonly value: YamlNode | null;
}

/** Nodes that are visited at most, as aliases can make a short text a long one. */
const mostNodes = 100_000;

/**
 * Reads YAML and remembers where everything stands.
 *
 * @throws UnreadableText
 */
export function readYaml(text: string, yaml: YamlModule): Located {
  const document = yaml.parseDocument(text, { prettyErrors: false, uniqueKeys: false, version: '1.2' });
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }): LocatedFault => ({ at: pos[0], path: '', message: `is no YAML: ${message}` }));
  if (faults.length > 0) throw new UnreadableText(faults);
  let nodes = 0;
  const read = (given: YamlNode | null | undefined, at: number, depth: number): Located => {
    const isAlias = typeof given?.resolve === 'function' && given.items === undefined;
    const node = isAlias ? given.resolve!(document) : given;
    const start = given?.range?.[0] ?? at;
    nodes += 1;
    if (depth > deepestNesting || nodes > mostNodes) throw new UnreadableText([{ at: start, path: '', message: `is no configuration: it nests deeper than ${deepestNesting} levels, or has more than ${mostNodes} values` }]);
    if (node === null || node === undefined) return { at: start, scalar: null };
    if (node.items === undefined) return { at: start, scalar: node.value };
    if (!isMap(node.items, node)) return { at: start, items: node.items.map((item) => read(item as YamlNode, start, depth + 1)) };
    return {
      at: start,
      entries: node.items.map(({ key, value }) => {
        const keyAt = key?.range?.[0] ?? start;
        return { key: String(key?.value), at: keyAt, value: read(value, keyAt, depth + 1) };
      }),
    };
  };
  return read(document.contents as YamlNode | null, 0, 0);
}

/** Maps and sequences differ in what they hold; an empty one of either kind, by its method. */
function isMap(items: readonly unknown[], node: YamlNode): items is readonly YamlPair[] {
  if (items.length === 0) return typeof (node as { tag?: unknown; toJSON?(): unknown }).toJSON === 'function' && !Array.isArray((node as unknown as { toJSON(): unknown }).toJSON());
  const [first] = items as readonly { readonly key?: unknown; readonly range?: unknown }[];
  return first !== null && typeof first === 'object' && 'key' in first;
}

/** What `import` of the package `yaml` gives. The name is no literal, so that nobody needs the package who has no YAML. */
const packageName: string = 'yaml';

/**
 * The package `yaml`, which the application installs if it wants it.
 *
 * @throws TallystickError (as a rejection) `INVALID_OPTIONS` when it is not installed
 */
export async function importYaml(file: string): Promise<YamlModule> {
  try {
    const module = (await import(packageName)) as YamlModule & { readonly default?: YamlModule };
    return typeof module.parseDocument === 'function' ? module : module.default!;
  } catch (error) {
    throw new TallystickError('INVALID_OPTIONS', `${file}: YAML is read by the package "yaml", which cannot be imported (${error instanceof Error ? error.message.split('\n')[0] : String(error)}); install it with npm install yaml, or write the file as JSON`);
  }
}
