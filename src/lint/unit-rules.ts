import { quoted } from './finding.js';
import { type Rule, openMetrics, sources } from './rule.js';
import { findWords, withoutSuffix } from './spelling.js';
import { baseUnitFor, isBaseUnit, pluralUnitFor, unitsAbbreviated } from './units.js';

/** Rules about units, in the name and beside it. */
export const unitRules: readonly Rule[] = [
  {
    code: 'base-unit',
    severity: 'warning',
    finds: 'a unit in the name that is no base unit: `milliseconds`, `kilobytes`, `percent`, `fahrenheit` …',
    source: sources.naming,
    *check({ name }) {
      for (const { word, without } of findWords(name, (one) => baseUnitFor(one) !== undefined)) {
        const base = baseUnitFor(word)!;
        yield { what: `${quoted(word)} is no base unit`, mend: `call it ${quoted(without(base))}, and give ${base === 'ratio' ? 'a ratio from 0 to 1' : base}` };
      }
    },
  },
  {
    code: 'unit-abbreviated',
    severity: 'warning',
    finds: 'an abbreviated unit in the name: `ms`, `sec`, `mb` …',
    source: sources.naming,
    *check({ name }) {
      for (const { word, without } of findWords(name, isAbbreviated, 1)) {
        const names = unitsAbbreviated(word)!.map((unit) => quoted(without(unit)));
        yield { what: `${quoted(word)} looks like an abbreviated unit`, mend: `call it ${names.join(' or ')}, and give it in that unit` };
      }
    },
  },
  {
    code: 'unit-singular',
    severity: 'info',
    finds: 'a unit in the singular at the end of the name: `second`, `byte` …',
    source: sources.naming,
    *check({ stem, suffix }) {
      const [found] = findWords(stem, (word) => pluralUnitFor(word) !== undefined, 1).slice(-1);
      if (found === undefined || !endsIn(stem, found.word) || isPer(stem, found.word)) return;
      const unit = pluralUnitFor(found.word)!;
      yield { what: 'units are written in the plural', mend: `call it ${quoted(found.without(unit) + suffix)}` };
    },
  },
  {
    code: 'unit-position',
    severity: 'info',
    finds: 'a base unit within the name, not at its end',
    source: sources.naming,
    *check({ stem, suffix, unit }) {
      const found = findWords(stem, isBaseUnit);
      const [only] = found;
      if (found.length !== 1 || only === undefined || unit !== '' || endsIn(stem, only.word) || isPer(stem, only.word) || /(?:^|_)per_/.test(stem)) return;
      yield { what: `the unit ${quoted(only.word)} stands within the name`, mend: `call it ${quoted(`${only.without('')}_${only.word}${suffix}`)}` };
    },
  },
  {
    code: 'unit-suffix',
    severity: 'error',
    finds: 'a unit (`UNIT`) that the name does not end in',
    source: openMetrics('Unit'),
    *check({ type, unit, stem, suffix }) {
      if (unit === '' || type === 'info' || type === 'stateset' || stem.endsWith(`_${unit}`)) return;
      yield { what: `the unit is ${quoted(unit)}, and the name does not end in it`, mend: `call it ${quoted(`${stem}_${unit}${suffix}`)}, or leave the unit out` };
    },
  },
  {
    code: 'unit-not-base',
    severity: 'warning',
    finds: 'a unit (`UNIT`) that is no base unit',
    source: sources.naming,
    *check({ unit }) {
      const lower = unit.toLowerCase();
      const base = baseUnitFor(lower) ?? pluralUnitFor(lower) ?? unitsAbbreviated(lower)?.[0];
      if (base !== undefined) yield { what: `the unit ${quoted(unit)} is no base unit`, mend: `give ${quoted(base)}` };
    },
  },
  {
    code: 'unit-not-allowed',
    severity: 'error',
    finds: 'a unit of an info or of a state set',
    source: openMetrics('Unit'),
    *check({ type, unit }) {
      if (unit !== '' && (type === 'info' || type === 'stateset')) yield { what: `its unit is ${quoted(unit)}, but this kind of metric has none`, mend: 'leave the unit out' };
    },
  },
  {
    code: 'ratio-range',
    severity: 'info',
    finds: 'a metric whose name ends in `_ratio`, with values above 1',
    source: sources.naming,
    *check({ name, type, series }) {
      if (type !== 'gauge' || withoutSuffix(name, '_ratio') === undefined) return;
      const high = series.find(({ value }) => typeof value === 'number' && value > 1);
      if (high !== undefined) yield { what: `a ratio is from 0 to 1, and one is ${String(high.value)}`, mend: 'divide percentages by 100' };
    },
  },
];

/** A single letter that only a change to snake_case sets free, as in `SReclaimable`, is no unit. */
function isAbbreviated(word: string, asSpelt: boolean): boolean {
  return unitsAbbreviated(word) !== undefined && (asSpelt || word.length > 1);
}

function endsIn(stem: string, word: string): boolean {
  return stem.toLowerCase().endsWith(word);
}

/** `bytes_per_second` has a unit of its own, and is right. */
function isPer(stem: string, word: string): boolean {
  return stem.toLowerCase().includes(`per_${word}`);
}
