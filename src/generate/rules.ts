import { TallystickError, show } from '../model/errors.js';
import { type YamlValue, toYaml } from './yaml.js';

/** A rule as Prometheus reads it. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** A file of rules; groups without rules are left out. */
export function rulesFile(groups: readonly RuleGroup[]): string {
  const written: YamlValue = groups.filter(({ rules }) => rules.length > 0).map(({ name, rules }) => ({ name, rules: rules.map((rule): YamlValue => ({ ...rule })) }));
  return toYaml({ groups: written });
}

/**
 * Checks the text of a duration, for instance `5m`.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkDuration(subject: string, option: string, text: unknown): string {
  if (typeof text === 'string' && /^[1-9]\d{0,8}(?:ms|[smhdwy])$/.test(text)) return text;
  throw new TallystickError('INVALID_OPTIONS', `${subject}: ${option} is ${show(text)}; give a whole number and a unit, for instance "30s" or "5m"`);
}

/** Seconds as Prometheus writes them, to the millisecond; at least one. */
export function durationText(seconds: number): string {
  const milliseconds = Math.max(1, Math.round(seconds * 1000));
  if (milliseconds % 60_000 === 0) return `${milliseconds / 60_000}m`;
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** Text that Prometheus does not take for a template. */
export function literal(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
