import { some } from './finding.js';
import { type Rule, openMetrics } from './rule.js';
import { lettersOf } from './scope.js';

/** Rules about help texts. */
export const helpRules: readonly Rule[] = [
  {
    code: 'help-missing',
    severity: 'warning',
    finds: 'a metric without help',
    source: openMetrics('Help'),
    *check({ help }) {
      if (lettersOf(help) === '') yield { what: 'there is no help', mend: 'say in a sentence what it counts or measures' };
    },
  },
  {
    code: 'help-is-name',
    severity: 'info',
    finds: 'help that begins with the name of the metric, or says nothing else',
    source: openMetrics('Help'),
    *check({ help, name, stem }) {
      const said = lettersOf(help);
      if (said === '' || lettersOf(name) === '') return;
      if (said === lettersOf(name) || said === lettersOf(stem)) yield { what: 'the help says the name again', mend: 'say in a sentence what it counts or measures' };
      else if (help.trimStart().startsWith(`${name} `) || help.trimStart().startsWith(`${name}:`)) yield { what: 'the help begins with the name', mend: 'leave the name out; it always stands beside the help' };
    },
  },
  {
    code: 'help-duplicate',
    severity: 'info',
    finds: 'the same help for several metrics',
    source: openMetrics('Help'),
    *check({ help, name }, scope) {
      const said = lettersOf(help);
      const names = said === '' ? [] : [...new Set(scope.helpedBy(said).map((other) => other.name))].sort();
      const others = names.filter((other) => other !== name);
      // Said once for all of them, at the first one.
      if (others.length > 0 && names[0] === name) yield { what: `${some(others)} ${others.length === 1 ? 'has' : 'have'} the same help`, mend: 'say of each what tells it from the others' };
    },
  },
  {
    code: 'help-long',
    severity: 'info',
    finds: 'help that is too long for a tooltip (`helpCharacters`)',
    source: openMetrics('Help'),
    *check({ help }, { thresholds }) {
      if (help.length > thresholds.helpCharacters) yield { what: `the help has ${help.length} characters`, mend: `say it in ${thresholds.helpCharacters}, and the rest in the documentation` };
    },
  },
];
