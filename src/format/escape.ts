/** HELP text of the text format: `\` and line feed escaped (exposition formats, "Comments, help text, and type information"). */
export function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (character) => (character === '\n' ? '\\n' : '\\\\'));
}

/** A label value of the text formats: as HELP, and `"` escaped. */
export function escapeLabelValue(text: string): string {
  return text.replace(/[\\\n"]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
