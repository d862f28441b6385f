import type { StatsdSettings } from './options.js';

/**
 * A metric's name as every receiver takes it. Colons, bars, `@` and `#` are part of a line's syntax.
 *
 * Source: Datadog, "DogStatsD", "Datagram format"; Etsy's server leaves out what it does not take, so that two names could become one.
 */
export function metricName(name: string): string {
  return name.replace(/[^\w.]/g, '_');
}

/** A part of a dotted name: dots would begin another part. */
export function namePart(text: string): string {
  return text === '' ? '_' : text.replace(/[^\w-]/g, '_');
}

/** A tag: what would end it, or the line, is replaced; the first colon separates name and value. */
export function tag(name: string, value: string): string {
  return `${name.replace(/[^\w./-]/g, '_')}:${value.replace(/[|,#@\p{Cc}]/gu, '_')}`;
}

/** How the labels of a series are written: part of the name, or behind the line. A label without a value is none. */
export function labelSuffix(labels: readonly (readonly [name: string, value: string])[], { dialect, labels: style, tags }: Pick<StatsdSettings, 'dialect' | 'labels' | 'tags'>): string {
  if (dialect === 'dogstatsd') {
    const all = [...tags, ...labels].filter(([, value]) => value !== '');
    return all.length === 0 ? '' : `|#${all.map(([name, value]) => tag(name, value)).join(',')}`;
  }
  return labels.map(([name, value]) => (style === 'pairs' ? `.${namePart(name)}.${namePart(value)}` : `.${namePart(value)}`)).join('');
}
