import { list, show } from '../model/errors.js';
import type { Located, LocatedFault } from './located.js';
import { type Schema, type SchemaType, labelNamePattern, metricNamePattern } from './schema.js';

/** What a pattern asks for, in words. */
const patternRules: Readonly<Record<string, string>> = {
  [metricNamePattern]: 'letters, digits, "_" and ":", not beginning with a digit',
  [labelNamePattern]: 'letters, digits and "_", not beginning with a digit or "__"',
};

const typeRules: Readonly<Record<SchemaType, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** Everything in which a value breaks its schema, in the order of the text; of a value of the wrong type nothing more is said. */
export function schemaFaults(node: Located, schema: Schema, path = ''): LocatedFault[] {
  const fault = (at: number, message: string, where = path): LocatedFault => ({ at, path: where, message });
  const types = schema.type === undefined ? [] : typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.length > 0 && !types.some((type) => hasType(node, type))) {
    return [fault(node.at, `is ${shown(node)}; give ${types.map((type) => typeRules[type]).join(', or ')}`)];
  }
  if (node.entries !== undefined) return objectFaults(node, schema, path);
  if (node.items !== undefined) return arrayFaults(node, schema, path);
  const { scalar } = node;
  const refuse = (rule: string): LocatedFault[] => [fault(node.at, `is ${show(scalar)}; give ${rule}`)];
  if (schema.enum !== undefined && !schema.enum.includes(scalar as string)) return refuse(`one of ${list(schema.enum)}`);
  if (typeof scalar === 'string') {
    if (schema.minLength !== undefined && scalar.length < schema.minLength) return refuse('a text that is not empty');
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(scalar)) return refuse(patternRules[schema.pattern] ?? `what matches ${schema.pattern}`);
  }
  if (typeof scalar === 'number') {
    const { minimum, maximum, exclusiveMinimum } = schema;
    if (minimum !== undefined && maximum !== undefined && !(scalar >= minimum && scalar <= maximum)) return refuse(`a number from ${minimum} to ${maximum}`);
    if (minimum !== undefined && !(scalar >= minimum)) return refuse(`at least ${minimum}`);
    if (exclusiveMinimum !== undefined && !(scalar > exclusiveMinimum)) return refuse(`a number above ${exclusiveMinimum}`);
  }
  return [];
}

function objectFaults(node: Located, { properties = {}, required = [], additionalProperties }: Schema, path: string): LocatedFault[] {
  const faults: LocatedFault[] = [];
  const seen = new Set<string>();
  for (const { key, at, value } of node.entries!) {
    const inner = pathOf(path, key);
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (seen.has(key)) faults.push({ at, path: inner, message: 'comes twice; give it once' });
    else if (own !== undefined) faults.push(...schemaFaults(value, own, inner));
    else if (typeof additionalProperties === 'object') faults.push(...schemaFaults(value, additionalProperties, inner));
    else faults.push({ at, path: inner, message: `is unknown here; there are ${list(Object.keys(properties))}` });
    seen.add(key);
  }
  for (const key of required) if (!seen.has(key)) faults.push({ at: node.at, path, message: `has no ${show(key)}; give one` });
  return faults;
}

function arrayFaults(node: Located, { items = {}, minItems = 0, uniqueItems = false }: Schema, path: string): LocatedFault[] {
  const all = node.items!;
  if (all.length < minItems) return [{ at: node.at, path, message: `is an empty list; give at least ${minItems === 1 ? 'one item' : `${minItems} items`}, or leave it out` }];
  const seen = new Set<unknown>();
  return all.flatMap((item, place) => {
    const inner = `${path}[${place}]`;
    const faults = schemaFaults(item, items, inner);
    if (faults.length > 0 || !uniqueItems) return faults;
    if (seen.has(item.scalar)) return [{ at: item.at, path: inner, message: `is ${shown(item)} again; give it once` }];
    seen.add(item.scalar);
    return [];
  });
}

/** `counters[0].name`, and what is no plain name in quotes. */
export function pathOf(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${show(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function hasType(node: Located, type: SchemaType): boolean {
  switch (type) {
    case 'object':
      return node.entries !== undefined;
    case 'array':
      return node.items !== undefined;
    case 'integer':
      return Number.isInteger(node.scalar);
    case 'number':
      return typeof node.scalar === 'number' && !Number.isNaN(node.scalar);
    default:
      return typeof node.scalar === type;
  }
}

function shown({ items, entries, scalar }: Located): string {
  if (items !== undefined) return 'a list';
  return entries !== undefined ? 'an object' : show(scalar);
}
