import { rename, rm, writeFile } from 'node:fs/promises';
import { alertRules } from '../generate/alerts.js';
import { grafanaDashboard } from '../generate/dashboard.js';
import { composeFile, prometheusConfig } from '../generate/deployment.js';
import { recordingRules } from '../generate/recording.js';
import type { CollectedFamily } from '../model/collected.js';
import type { ParsedFormat } from '../format/parse/parse-error.js';
import { TallystickError } from '../model/errors.js';
import type { Console } from './console.js';
import { acceptFor, detectFormat } from './detect-format.js';
import { readExposition, shownSource } from './exposition-source.js';
import { RunError, UsageError, printable, reasonOf } from './failures.js';
import { type GenerateArguments, readGenerateArguments } from './generate-arguments.js';
import { generateHelp } from './help.js';
import { readFamilies } from './read-families.js';

const answerMilliseconds = 30_000;

/**
 * `tallystick generate`: writes dashboards, rules and configuration for the metrics of a file or URL.
 *
 * @returns the status to end with, 0
 * @throws UsageError, and RunError when the metrics cannot be read or the file cannot be written
 */
export async function generate(args: readonly string[], console: Console): Promise<number> {
  const asked = readGenerateArguments(args);
  if (asked.help) {
    console.out(generateHelp);
    return 0;
  }
  const text = await textOf(asked);
  if (asked.out === undefined) console.out(text);
  else await writeWhole(asked.out, text);
  return 0;
}

async function textOf(asked: GenerateArguments): Promise<string> {
  try {
    const { job, window, forScale, title } = asked;
    switch (asked.what) {
      case 'grafana': {
        const { families, format } = await metricsOf(asked);
        return `${JSON.stringify(grafanaDashboard(families, { format, ...given({ title }) }), undefined, 2)}\n`;
      }
      case 'alerts': {
        const { families, format } = await metricsOf(asked);
        return alertRules(families, { format, ...given({ job, window, forScale }) });
      }
      case 'recording-rules': {
        const { families, format } = await metricsOf(asked);
        return recordingRules(families, { format, ...given({ window }) });
      }
      case 'prometheus':
        return prometheusConfig({ ...placeOf(asked.from), ...given({ job, targets: asked.targets, ruleFiles: asked.rules, scrapeInterval: asked.scrapeInterval }) });
      case 'compose':
        return composeFile(given({ ruleFiles: asked.rules, dashboards: asked.dashboards, retention: asked.retention, service: asked.image === undefined ? undefined : { image: asked.image } }));
    }
  } catch (error) {
    // What the flags cannot know, the library refuses.
    if (!(error instanceof TallystickError)) throw error;
    throw new UsageError(error.message);
  }
}

async function metricsOf({ from = '', format: asked }: GenerateArguments): Promise<{ readonly families: readonly CollectedFamily[]; readonly format: ParsedFormat }> {
  const { bytes, contentType } = await readExposition(from, answerMilliseconds, acceptFor(asked));
  const format = asked ?? detectFormat(contentType, bytes);
  const { families, faults } = await readFamilies(bytes, format);
  const [fault] = faults;
  if (fault !== undefined) throw new RunError(`${shownSource(from)} breaks the format ${format} in line ${fault.line}, column ${fault.column}: found ${printable(fault.found)}, expected ${fault.expected}; tallystick lint tells everything`);
  if (families.length === 0) throw new RunError(`${shownSource(from)} has no metrics; give the metrics of a service that has recorded something`);
  return { families, format };
}

/** What a URL says of where the metrics are. */
function placeOf(from: string | undefined): { readonly targets?: readonly string[]; readonly metricsPath?: string; readonly scheme?: 'http' | 'https' } {
  if (from === undefined) return {};
  if (!/^https?:\/\//i.test(from) || !URL.canParse(from)) throw new UsageError('prometheus takes the URL of the metrics, which says what is to be scraped, or --targets');
  const { host, pathname, protocol } = new URL(from);
  const scheme = protocol === 'https:' ? 'https' : 'http';
  return { targets: [/:\d+$/.test(host) ? host : `${host}:${scheme === 'https' ? 443 : 80}`], metricsPath: pathname === '/' ? '/metrics' : pathname, scheme };
}

/** Without what was not given: those options keep their defaults. */
function given<Options extends object>(options: { readonly [Name in keyof Options]: Options[Name] | undefined }): Partial<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Options>;
}

/** A reader sees the old file or the new one, whole. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new RunError(`${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
}
