import { isLegacyLabelName, isLegacyName } from '../model/names.js';

/** HELP text of the text format: `\` and line feed escaped (exposition formats, "Comments, help text, and type information"). */
export function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (character) => (character === '\n' ? '\\n' : '\\\\'));
}

/** A label value of the text formats, and OpenMetrics' HELP: as HELP, and `"` escaped. */
export function escapeLabelValue(text: string): string {
  return text.replace(/[\\\n"]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

/** A metric name as it stands in HELP and TYPE: quoted unless it is a legacy name (text format 1.0.0; OpenMetrics 2.0, "UTF-8 quoting"). */
export function quoteName(name: string): string {
  return isLegacyName(name) ? name : `"${escapeLabelValue(name)}"`;
}

/** A label name: quoted unless it is a legacy name. */
export function quoteLabelName(name: string): string {
  return isLegacyLabelName(name) ? name : `"${escapeLabelValue(name)}"`;
}

/** How a sample begins: the name with an opening brace where labels follow; a name that must be quoted stands within the braces. */
export function sampleHead(name: string, hasLabels: boolean): string {
  if (isLegacyName(name)) return hasLabels ? `${name}{` : name;
  return hasLabels ? `{"${escapeLabelValue(name)}",` : `{"${escapeLabelValue(name)}"}`;
}
