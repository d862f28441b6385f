import { spelledIn } from '../format/escaping.js';
import type { EscapingScheme } from '../format/format.js';
import type { Descriptor } from '../model/descriptor.js';
import { sampleNames } from '../model/sample-names.js';

/** What Node.js takes as a whole header. */
const longestQuery = 16_384;
const mostNames = 256;

/**
 * The names that a query string asks for: `name[]=a&name[]=b`, as Prometheus' client libraries have it.
 *
 * @returns an empty set where all families are asked for; undefined where there are too many names
 */
export function namesIn(url: string): ReadonlySet<string> | undefined {
  const begin = url.indexOf('?');
  if (begin < 0) return new Set();
  if (url.length - begin > longestQuery) return undefined;
  const names = new URLSearchParams(url.slice(begin).split('#', 1)[0]).getAll('name[]');
  return names.length > mostNames ? undefined : new Set(names);
}

/** Whether a family has one of the names, or one of its samples, by the name that it has or the one that it is written with. */
export function hasName(names: ReadonlySet<string>, { name, type }: Pick<Descriptor, 'name' | 'type'>, scheme: EscapingScheme): boolean {
  return [...sampleNames({ name, type }), ...sampleNames({ name: spelledIn(name, scheme), type })].some((one) => names.has(one));
}
