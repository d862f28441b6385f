import type { Descriptor } from '../model/descriptor.js';
import { TallystickError, show } from '../model/errors.js';
import { isLegacyLabelName, isLegacyName } from '../model/names.js';
import { sampleNames } from '../model/sample-names.js';
import type { Registry } from '../registry/registry.js';
import type { FamilyView } from '../store/family-view.js';
import type { EscapingScheme } from './format.js';

/** All schemes, as `escaping` in `Accept` and `Content-Type` names them. */
export const escapingSchemes: readonly EscapingScheme[] = ['allow-utf-8', 'underscores', 'dots', 'values'];

/** What cannot stand as it is where a name is escaped, the escape character `_` included; a colon is for metric names only. */
const specialInMetric = /[^a-zA-Z0-9:]|^[0-9]/gu;
const specialInLabel = /[^a-zA-Z0-9]|^[0-9]/gu;
/** What a name escaped as `values` begins with. */
const valuesPrefix = 'U__';
const longestHex = 6;
const hexDigits = /^[0-9a-fA-F]{1,6}$/;

/**
 * A metric name as a scheme spells it, so that a reader of legacy names can have it; the result is always a legacy name, but for
 * `allow-utf-8`, which changes nothing. `underscores` and `values` leave legacy names alone, `dots` doubles their underscores.
 *
 * Source: Prometheus documentation, "Escaping schemes". Where the page and prometheus/common differ, this does as the latter, which is what
 * readers are built with: `dots` writes `__` for what is neither legal nor a dot, `values` has lower-case digits.
 */
export function escapeName(name: string, scheme: EscapingScheme): string {
  return escape(name, scheme, isLegacyName, specialInMetric);
}

/** A label name as a scheme spells it: as {@link escapeName}, but without colons. */
export function escapeLabelName(name: string, scheme: EscapingScheme): string {
  return escape(name, scheme, isLegacyLabelName, specialInLabel);
}

function escape(name: string, scheme: EscapingScheme, isLegal: (name: string) => boolean, special: RegExp): string {
  switch (scheme) {
    case 'allow-utf-8':
      return name;
    case 'underscores':
      return isLegal(name) ? name : name.replace(special, '_');
    case 'dots':
      return name.replace(special, (character) => (character === '.' ? '_dot_' : '__'));
    case 'values':
      return isLegal(name) ? name : valuesPrefix + name.replace(special, (character) => (character === '_' ? '__' : `_${character.codePointAt(0)!.toString(16)}_`));
  }
}

/**
 * The name that a scheme has escaped. Exact for `values`, but that a legacy name beginning with `U__` is taken for an escaped one, and for
 * `dots` where the name had only legal characters and dots; `underscores` cannot be undone. What is no escaped name is given back as it is.
 */
export function unescapeName(name: string, scheme: EscapingScheme): string {
  switch (scheme) {
    case 'allow-utf-8':
    case 'underscores':
      return name;
    case 'dots':
      // From left to right in one go: `__dot__` is `_dot_`, not `_` and half a dot.
      return name.replace(/__|_dot_/g, (escaped) => (escaped === '__' ? '_' : '.'));
    case 'values':
      return name.startsWith(valuesPrefix) ? (unescapeValues(name) ?? name) : name;
  }
}

/** Undefined where an escape is broken off, is no number, or is that of no character. */
function unescapeValues(name: string): string | undefined {
  let plain = '';
  for (let at = valuesPrefix.length; at < name.length; ) {
    if (name[at] !== '_') {
      plain += name[at++]!;
      continue;
    }
    if (name[at + 1] === '_') {
      plain += '_';
      at += 2;
      continue;
    }
    const hex = name.slice(at + 1, at + longestHex + 2).split('_', 1)[0]!;
    const code = hexDigits.test(hex) && name[at + 1 + hex.length] === '_' ? Number.parseInt(hex, 16) : Infinity;
    if (code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    plain += String.fromCodePoint(code);
    at += hex.length + 2;
  }
  return plain;
}

/** How a metric's name is written: as {@link escapeName} has it, but legacy names always as they are. */
export function spelledIn(name: string, scheme: EscapingScheme): string {
  return isLegacyName(name) ? name : escapeName(name, scheme);
}

/**
 * A family under the names that a scheme gives it and its labels. Legacy names stay as they are under every scheme, so that a metric that
 * needs no escaping is called the same whatever a reader asks for, as prometheus/common has it.
 *
 * @throws TallystickError `INVALID_LABEL_NAME` when two of its labels would have one name, or one a name that is reserved
 */
export function describedIn(view: FamilyView, scheme: EscapingScheme): FamilyView {
  const { descriptor } = view;
  const { name, labelNames, constLabels, stateLabel } = descriptor;
  if (scheme === 'allow-utf-8' || hasLegacyNames(descriptor)) return view;
  const label = (one: string): string => (isLegacyLabelName(one) ? one : escapeLabelName(one, scheme));
  const escaped: Descriptor = {
    ...descriptor,
    name: spelledIn(name, scheme),
    labelNames: labelNames.map(label),
    constLabels: constLabels.map(([one, value]) => [label(one), value] as const),
    stateLabel: stateLabel === '' ? '' : label(stateLabel),
  };
  const plain = writtenLabelsOf(descriptor);
  const seen = new Map<string, string>([['__name__', 'the name of the metric']]);
  for (const [place, one] of writtenLabelsOf(escaped).entries()) {
    const other = seen.get(one);
    if (other !== undefined) {
      throw new TallystickError('INVALID_LABEL_NAME', `${descriptor.type} ${show(name)}: label ${show(plain[place])} is escaped to ${show(one)}, as is ${other}; rename it`);
    }
    if (one.startsWith('__')) throw new TallystickError('INVALID_LABEL_NAME', `${descriptor.type} ${show(name)}: label ${show(plain[place])} is escaped to ${show(one)}, and names that begin with "__" are Prometheus' own; rename it`);
    seen.set(one, `label ${show(plain[place])}`);
  }
  return view.describedAs(escaped);
}

/**
 * Families under the names that a scheme gives them. One whose names escaping makes those of another family, or two of whose labels it makes
 * one, is left out and noted with the registry; where one of two families needs no escaping, that one stays.
 */
export function escapeFamilies(views: readonly FamilyView[], registry: Pick<Registry, 'noteFault'>, scheme: EscapingScheme): readonly FamilyView[] {
  if (scheme === 'allow-utf-8' || views.every(({ descriptor }) => hasLegacyNames(descriptor))) return views;
  const taken = new Set<string>();
  for (const { descriptor } of views) if (isLegacyName(descriptor.name)) for (const name of sampleNames(descriptor)) taken.add(name);
  return views.flatMap((view) => {
    try {
      const escaped = describedIn(view, scheme);
      if (escaped.descriptor.name === view.descriptor.name) return [escaped];
      const names = sampleNames(escaped.descriptor);
      const shared = names.find((name) => taken.has(name));
      if (shared !== undefined) {
        const { type, name } = view.descriptor;
        throw new TallystickError('DUPLICATE_NAME', `${type} ${show(name)}: escaped as ${scheme}, it shares the name ${show(shared)} with another family; rename one of the two`);
      }
      for (const name of names) taken.add(name);
      return [escaped];
    } catch (error) {
      registry.noteFault(view.descriptor.name, error, 'clash');
      return [];
    }
  });
}

function labelsOf({ labelNames, constLabels, stateLabel }: Descriptor): readonly string[] {
  return [...labelNames, ...constLabels.map(([name]) => name), ...(stateLabel === '' ? [] : [stateLabel])];
}

/** With the label that OpenMetrics gives a state set's states, which is called as the family is. */
function writtenLabelsOf(descriptor: Descriptor): readonly string[] {
  const { name, type, stateLabel } = descriptor;
  return type === 'stateset' && stateLabel !== name ? [...labelsOf(descriptor), name] : labelsOf(descriptor);
}

function hasLegacyNames(descriptor: Descriptor): boolean {
  return isLegacyName(descriptor.name) && labelsOf(descriptor).every(isLegacyLabelName);
}
