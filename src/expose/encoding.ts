import { parseWeighted } from '../format/weighted.js';

/**
 * The content coding for an answer, by the `Accept-Encoding` header of its request (RFC 9110, section 12.5.3); undefined where it is to be sent
 * as it is. Of those liked equally, the first of `offered` is taken; a coding is never taken unasked.
 */
export function chooseEncoding(acceptEncoding: string | undefined, offered: readonly string[]): string | undefined {
  const weights = new Map<string, number>();
  // A name that comes twice counts as it came first; `x-gzip` is an old name (section 8.4.1.3).
  for (const { name, weight } of parseWeighted(acceptEncoding)) {
    const coding = name === 'x-gzip' ? 'gzip' : name;
    if (!weights.has(coding)) weights.set(coding, weight);
  }
  const weigh = (coding: string): number => weights.get(coding) ?? weights.get('*') ?? 0;
  // Where nothing is said of it, plain content is acceptable, but liked less than anything that is named.
  let most = weights.get('identity') ?? 0;
  let chosen: string | undefined;
  for (const coding of offered) {
    const weight = weigh(coding);
    if (weight > most || (weight > 0 && weight === most && chosen === undefined)) {
      most = weight;
      chosen = coding;
    }
  }
  return chosen;
}
