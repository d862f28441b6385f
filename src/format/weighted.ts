/** One entry of a header such as `Accept`: what is acceptable, and how much it is liked. */
export interface Weighted {
  /** In lower case, without its parameters. */
  readonly name: string;
  /** By name in lower case; `q` is not among them. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0, not acceptable, to 1. */
  readonly weight: number;
}

/** Prometheus sends some 300 characters and six entries; no browser sends much more. */
const longestHeader = 4096;
const mostEntries = 32;
const mostParameters = 8;

/** What stands between commas or semicolons, those in quotes aside. The alternatives begin with different characters: nothing is tried twice. */
const betweenCommas = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g;
const betweenSemicolons = /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g;
/** RFC 9110: token, and two of them in a media range. */
const entryName = /^[\w!#$%&'*+.^`|~-]+(?:\/[\w!#$%&'*+.^`|~-]+)?$/;
const parameter = /^([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:([\w!#$%&'*+.^`|~-]+)|"((?:[^"\\]|\\.)*)")$/;
const quality = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * The entries of a header with quality values, in the order of the header (RFC 9110, section 12.4.2). An entry that breaks the grammar is
 * left out. A header that is too long, or has too many entries, has none: the time this takes is bounded, whatever a client sends.
 */
export function parseWeighted(header: string | undefined): readonly Weighted[] {
  if (header === undefined || header.length > longestHeader) return [];
  const entries = header.match(betweenCommas) ?? [];
  return entries.length > mostEntries ? [] : entries.map(parseEntry).filter((entry) => entry !== undefined);
}

function parseEntry(text: string): Weighted | undefined {
  const [name = '', ...rest] = (text.match(betweenSemicolons) ?? []).map((part) => part.trim());
  if (!entryName.test(name) || rest.length > mostParameters) return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const [, key, token, quoted] = parameter.exec(part) ?? [];
    if (key === undefined) return undefined;
    parameters.set(key.toLowerCase(), token ?? quoted!.replace(/\\(.)/g, '$1'));
  }
  const weight = parameters.get('q') ?? '1';
  parameters.delete('q');
  return quality.test(weight) ? { name: name.toLowerCase(), parameters, weight: Number(weight) } : undefined;
}
