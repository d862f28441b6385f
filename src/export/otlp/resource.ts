import { randomUUID } from 'node:crypto';
import { TallystickError, show } from '../../model/errors.js';
import { wellFormed } from '../../platform/byte-buffer.js';
import { type Environment, firstOf, pairsFrom } from './environment.js';
import type { AnyValue, KeyValue } from './request.js';

/** What an attribute of a resource may be. */
export type AttributeValue = string | number | boolean;

const defaultServiceName = 'unknown_service:node';

/** Each process is an instance: two that send the same series under one name would undo each other's numbers. */
const instanceId: { value: string | undefined } = { value: undefined };

/**
 * The attributes of what sends: those of `OTEL_RESOURCE_ATTRIBUTES`, with `OTEL_SERVICE_NAME` and the options before them, and a
 * `service.instance.id` that is another one in each process, unless it is given.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function resourceAttributes(environment: Environment, given: unknown, serviceName: unknown): readonly KeyValue[] {
  const all = new Map<string, AttributeValue>([['service.name', defaultServiceName], ['service.instance.id', (instanceId.value ??= randomUUID())]]);
  const listed = firstOf(environment, 'OTEL_RESOURCE_ATTRIBUTES');
  if (listed !== undefined) for (const [name, value] of pairsFrom(listed)) all.set(name, value);
  const named = firstOf(environment, 'OTEL_SERVICE_NAME');
  if (named !== undefined) all.set('service.name', named.value);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new TallystickError('INVALID_OPTIONS', `otlp: resource is ${show(given)}; give an object of attributes, for instance { "deployment.environment.name": "test" }`);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (name === '' || !isAttribute(value)) throw new TallystickError('INVALID_OPTIONS', `otlp: resource attribute ${show(name)} is ${show(value)}; give a name, and a string, a finite number or a boolean`);
    all.set(name, value);
  }
  if (serviceName !== undefined) {
    if (typeof serviceName !== 'string' || serviceName === '') throw new TallystickError('INVALID_OPTIONS', `otlp: serviceName is ${show(serviceName)}; give the name of the service, for instance "checkout"`);
    all.set('service.name', serviceName);
  }
  return [...all].map(([key, value]) => ({ key: wellFormed(key), value: anyValue(value) }));
}

function isAttribute(value: unknown): value is AttributeValue {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

function anyValue(value: AttributeValue): AnyValue {
  if (typeof value === 'string') return { stringValue: wellFormed(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: value };
}
