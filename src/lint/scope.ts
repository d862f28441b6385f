import { sampleNames } from '../model/sample-names.js';
import type { Family } from './family.js';
import type { LintThresholds } from './thresholds.js';

/** All families that are linted together, looked at from various sides; each when it is first asked for. */
export class Scope {
  readonly families: readonly Family[];
  readonly thresholds: LintThresholds;
  private readonly groups: Map<string, ReadonlyMap<string, readonly Family[]>>;

  constructor(families: readonly Family[], thresholds: LintThresholds) {
    this.families = families;
    this.thresholds = thresholds;
    this.groups = new Map();
  }

  /** The families of this name, in the order given. */
  named(name: string): readonly Family[] {
    return this.by('name', (family) => [family.name]).get(name) ?? [];
  }

  /** The families of which some format writes a sample of this name. */
  writing(sample: string): readonly Family[] {
    return this.by('sample', sampleNames).get(sample) ?? [];
  }

  /** The families whose name looks like this where only legacy names are known. */
  escapedTo(name: string): readonly Family[] {
    return this.by('escaped', (family) => [legacyName(family.name)]).get(name) ?? [];
  }

  /** The families with this help text, letters and digits compared. */
  helpedBy(text: string): readonly Family[] {
    return this.by('help', (family) => [lettersOf(family.help)]).get(text) ?? [];
  }

  /** The families with this name once the numbers in it are left out. */
  numbered(name: string): readonly Family[] {
    return this.by('numbered', (family) => [withoutNumbers(family.name)]).get(name) ?? [];
  }

  private by(kind: string, keysOf: (family: Family) => readonly string[]): ReadonlyMap<string, readonly Family[]> {
    const known = this.groups.get(kind);
    if (known !== undefined) return known;
    const groups = new Map<string, Family[]>();
    for (const family of this.families) {
      for (const key of keysOf(family)) {
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [family]);
        else group.push(family);
      }
    }
    this.groups.set(kind, groups);
    return groups;
  }
}

/** A name as the escaping scheme `underscores` writes it. */
export function legacyName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_:]/gu, '_').replace(/^\d/, '_');
}

/** A text for comparison: what is no letter or digit does not count, nor does case. */
export function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** A name in which every word that is a number is the same. */
export function withoutNumbers(name: string): string {
  return name.replace(/(?<=^|_)\d+(?=_|$)/g, '#');
}
