/** Plots as SVG text whose colours are the page's; see `html.ts`. */

/** A line of a plot; its place in the list is its colour. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A level drawn across, such as a budget. */
export interface Level {
  readonly name: string;
  readonly y: number;
}

const frame = { width: 560, height: 300, left: 64, right: 544, top: 16, bottom: 248 } as const;

/** Text as HTML and SVG may hold it, in attributes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * Lines on two logarithmic axes, with a legend below. What is not above 0 has no place there and is left out.
 *
 * @param shownY the labels of the upright axis
 */
export function logPlot(title: string, lines: readonly Line[], levels: readonly Level[], shownY: (value: number) => string): string {
  const drawn = lines.map((line) => ({ ...line, points: line.points.filter(([x, y]) => x > 0 && y > 0 && Number.isFinite(y)) }));
  const points = drawn.flatMap((line) => line.points);
  if (points.length === 0) return '';
  const [x0, x1] = decades(points.map(([x]) => x));
  const [y0, y1] = decades([...points.map(([, y]) => y), ...levels.map((level) => level.y)]);
  const x = (value: number): number => place(value, x0, x1, frame.left, frame.right);
  const y = (value: number): number => place(value, y0, y1, frame.bottom, frame.top);
  const parts: string[] = [];
  for (let power = x0; power <= x1; power++) {
    const at = x(10 ** power);
    parts.push(`<line class="grid" x1="${at}" x2="${at}" y1="${frame.top}" y2="${frame.bottom}"/>`, `<text x="${at}" y="${frame.bottom + 18}" text-anchor="middle">10<tspan dy="-5" font-size="9">${power}</tspan></text>`);
  }
  // Many decades get a label only now and then.
  const every = Math.ceil((y1 - y0) / 8);
  for (let power = y0; power <= y1; power += every) {
    const at = y(10 ** power);
    parts.push(`<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${at}" y2="${at}"/>`, `<text x="${frame.left - 8}" y="${at + 4}" text-anchor="end">${escapeHtml(shownY(10 ** power))}</text>`);
  }
  for (const level of levels) {
    const at = y(level.y);
    parts.push(`<line class="level" x1="${frame.left}" x2="${frame.right}" y1="${at}" y2="${at}"/>`, `<text class="level" x="${frame.right - 4}" y="${at - 5}" text-anchor="end">${escapeHtml(level.name)}</text>`);
  }
  drawn.forEach((line, i) => {
    parts.push(`<polyline class="line c${i}" points="${line.points.map(([px, py]) => `${x(px)},${y(py)}`).join(' ')}"/>`);
    for (const [px, py] of line.points) parts.push(`<circle class="dot c${i}" cx="${x(px)}" cy="${y(py)}" r="3"><title>${escapeHtml(`${line.name}: ${shownY(py)}`)}</title></circle>`);
    const at = frame.left + i * 120;
    parts.push(`<line class="line c${i}" x1="${at}" x2="${at + 20}" y1="${frame.height - 12}" y2="${frame.height - 12}"/>`, `<text x="${at + 26}" y="${frame.height - 8}">${escapeHtml(line.name)}</text>`);
  });
  return `<svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${escapeHtml(title)}">${parts.join('')}<text x="${frame.right}" y="${frame.height - 8}" text-anchor="end">series</text></svg>`;
}

function place(value: number, low: number, high: number, from: number, to: number): number {
  return Number((from + ((Math.log10(value) - low) / (high - low)) * (to - from)).toFixed(1));
}

/** Whole powers of ten around the values, never one and the same. */
function decades(values: readonly number[]): readonly [low: number, high: number] {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  return [low, Math.max(high, low + 1)];
}
