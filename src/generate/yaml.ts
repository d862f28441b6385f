/** What a document of ours is made of; `undefined` is left out. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue | undefined };

/** Words that YAML 1.1 or 1.2 takes for something else than a string. */
const reserved = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const plain = /^(?:[A-Za-z_/][ -~]*|\d+(?:ms|[smhdwy]))$/;

/** Writes a document in block style. The same value gives the same bytes; keys keep their order. */
export function toYaml(value: YamlValue): string {
  return `${lines(value, '').join('\n')}\n`;
}

function lines(value: YamlValue, indent: string): string[] {
  if (Array.isArray(value)) {
    return (value as readonly YamlValue[]).flatMap((item) => {
      const [first = '', ...rest] = nested(item) ? lines(item, `${indent}  `) : [`${indent}  ${scalar(item)}`];
      return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
    });
  }
  return Object.entries(value as Readonly<Record<string, YamlValue | undefined>>).flatMap(([key, item]) => {
    if (item === undefined) return [];
    const name = `${indent}${scalar(key)}:`;
    if (typeof item === 'string' && isBlock(item)) return [`${name} |`, ...item.trimEnd().split('\n').map((line) => (line === '' ? '' : `${indent}  ${line}`))];
    return nested(item) ? [name, ...lines(item, `${indent}  `)] : [`${name} ${scalar(item)}`];
  });
}

/** Whether there is something below it; an empty list or map stands on the line. */
function nested(value: YamlValue): boolean {
  return typeof value === 'object' && Object.keys(value).length > 0;
}

/** A text of several lines that a literal block holds as it is. */
function isBlock(text: string): boolean {
  return /^[!-~][ -~]*\n(?:[ -~]*\n)*$/.test(text) && !text.endsWith('\n\n');
}

function scalar(value: YamlValue): string {
  if (typeof value === 'object') return Array.isArray(value) ? '[]' : '{}';
  if (typeof value !== 'string') return String(value);
  if (plain.test(value) && !reserved.test(value) && !/: | #|[: ]$/.test(value)) return value;
  if (/^[ -~]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  // JSON's escapes are YAML's; what YAML does not take as it is, JSON leaves.
  return JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/gi, '\\ufffd').replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
