/**
 * Label values that can be checked: from the first one all others follow, so that a reader who meets a combination nobody has made, or half of a value,
 * notices.
 */

/** What any text may hold: escapes, characters of two, three and four bytes, and many plain ones. */
const signs = [...'abcdefghijklmnopqrstuvwxyz0123456789/-_. ', '\n', '"', '\\', 'ü', 'ß', '→', '漢', '𝄞', '😀'];

/** Xorshift: seeded, so that a run can be repeated. @param {number} seed */
export function random(seed) {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** FNV-1a over the UTF-16 units. @param {string} text */
function hash(text) {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return sum >>> 0;
}

/** A text of up to 40 signs as a rule, at times of none or of some hundred. @param {() => number} next */
export function anyText(next) {
  const kind = next();
  const length = kind < 0.02 ? 0 : kind < 0.04 ? 100 + Math.floor(next() * 900) : 1 + Math.floor(next() * 40);
  // Half of them plain, as those are written on another path.
  const most = next() < 0.5 ? 41 : signs.length;
  let text = '';
  for (let i = 0; i < length; i++) text += signs[Math.floor(next() * most)];
  return text;
}

/** All labels that go with a text: `check` is a checksum of it, of a length of its own, and `step` a number. @param {string} text */
export function labelsOf(text) {
  const sum = hash(text);
  return { text, check: sum.toString(16).repeat(1 + (sum % 4)), step: String(stepOf(text)) };
}

/** What values of the series with that text are multiples of. @param {string} text */
export function stepOf(text) {
  return 1009 + (hash(text) % 9001);
}

/** Whether these are labels as {@link labelsOf} makes them. @param {Record<string, string>} labels */
export function areLabels({ text, check, step }) {
  const expected = labelsOf(text);
  return check === expected.check && step === expected.step;
}
