/** A line of an exposition that shows one sample, without its number. */
export interface SampleLine {
  readonly name: string;
  /** Label names and values in turn. */
  readonly labels: readonly string[];
}

const mostLabels = 128;

/**
 * Reads the name and labels of a sample, in the text format or in what OpenMetrics makes of it, quoted names included. Every character is
 * looked at once.
 *
 * @returns `undefined` for a line that is no sample
 */
export function readSampleLine(line: string): SampleLine | undefined {
  let at = skipBlanks(line, 0);
  const begin = at;
  while (at < line.length && line[at] !== '{' && !isBlank(line[at])) at++;
  let name = line.slice(begin, at);
  const labels: string[] = [];
  at = skipBlanks(line, at);
  if (line[at] === '{') {
    at++;
    for (;;) {
      at = skipBlanks(line, at);
      if (line[at] === '}') break;
      let key: string;
      if (line[at] === '"') {
        const quoted = readQuoted(line, at);
        if (quoted === undefined) return undefined;
        [key, at] = quoted;
        at = skipBlanks(line, at);
        if (line[at] !== '=') {
          // A quoted name alone is that of the metric: it stands where a name without quotes cannot.
          if (name !== '') return undefined;
          name = key;
          if (line[at] === ',') at++;
          continue;
        }
      } else {
        const end = line.indexOf('=', at);
        if (end < 0) return undefined;
        key = line.slice(at, end).trim();
        at = end;
      }
      const value = readQuoted(line, skipBlanks(line, at + 1));
      if (value === undefined || key === '' || labels.length >= 2 * mostLabels) return undefined;
      labels.push(key, value[0]);
      at = skipBlanks(line, value[1]);
      if (line[at] === ',') at++;
      else if (line[at] !== '}') return undefined;
    }
    at++;
  }
  const [number = ''] = line.slice(at).trim().split(/\s/, 1);
  return name !== '' && isNumber(number) ? { name, labels } : undefined;
}

/** The text between quotes, and where the line goes on. */
function readQuoted(line: string, at: number): [text: string, end: number] | undefined {
  if (line[at] !== '"') return undefined;
  let text = '';
  let from = at + 1;
  for (let i = from; i < line.length; i++) {
    if (line[i] === '"') return [text + line.slice(from, i), i + 1];
    if (line[i] !== '\\') continue;
    text += line.slice(from, i) + (line[i + 1] === 'n' ? '\n' : (line[i + 1] ?? ''));
    from = ++i + 1;
  }
  return undefined;
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d|\.\d|inf|nan)/i.test(text);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (isBlank(line[at])) at++;
  return at;
}
