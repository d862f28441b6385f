// @ts-check
/** Plots as SVG text, written by hand: no library, readable on light and dark pages. */

const ink = '#6b7280';
const grid = '#9ca3af55';
/** @type {Record<string, string>} */
const colours = { tallystick: '#0f766e', client: '#b45309', 'own-thread': '#6d28d9', rss: '#0f766e', heap: '#b45309', external: '#6d28d9' };

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replaceAll('`', '');
}

/**
 * @param {number} width
 * @param {number} height
 * @param {string} title
 * @param {string[]} parts
 */
function frame(width, height, title, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="${ink}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<text x="16" y="24" font-size="15" font-weight="600">${escape(title)}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** @param {number} value */
function round(value) {
  return Number(value.toFixed(1));
}

/**
 * Horizontal bars on a logarithmic axis, each with a mark where its bar stands.
 *
 * @param {string} title
 * @param {readonly { label: string, ratio: number, bar: number }[]} rows
 */
export function ratioBars(title, rows) {
  const left = 480;
  const width = 920;
  const right = width - 70;
  const top = 60;
  const step = 26;
  const most = Math.max(...rows.map((row) => Math.max(row.ratio, row.bar))) * 1.2;
  const least = Math.min(1, ...rows.map((row) => row.ratio)) / 1.2;
  /** @param {number} value */
  const x = (value) => round(left + ((Math.log(value) - Math.log(least)) / (Math.log(most) - Math.log(least))) * (right - left));
  const bottom = top + rows.length * step;
  const parts = [];
  for (const tick of [1, 2, 5, 10, 20, 50, 100, 200, 500].filter((value) => value >= least && value <= most)) {
    parts.push(`<line x1="${x(tick)}" x2="${x(tick)}" y1="${top - 8}" y2="${bottom}" stroke="${grid}"/>`, `<text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle">${tick} ×</text>`);
  }
  rows.forEach((row, i) => {
    const y = top + i * step;
    const met = row.ratio >= row.bar;
    parts.push(
      `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${escape(row.label)}</text>`,
      `<rect x="${x(least)}" y="${y}" width="${round(Math.max(1, x(row.ratio) - x(least)))}" height="16" rx="2" fill="${met ? colours['tallystick'] : '#be123c'}"/>`,
      `<line x1="${x(row.bar)}" x2="${x(row.bar)}" y1="${y - 3}" y2="${y + 19}" stroke="${ink}" stroke-width="2.5"/>`,
      `<text x="${x(row.ratio) + 6}" y="${y + 12}">${row.ratio >= 10 ? row.ratio.toFixed(0) : row.ratio.toFixed(1)}</text>`,
    );
  });
  parts.push(`<text x="${left}" y="${bottom + 36}">times less than @prometheus-io/client; the stroke is the bar, red falls short of it</text>`);
  return frame(width, bottom + 48, title, parts);
}

/**
 * Lines on two logarithmic axes.
 *
 * @param {string} title
 * @param {string} unit of the upright axis
 * @param {readonly { name: string, title: string, dashed?: boolean, points: readonly (readonly [number, number])[] }[]} lines
 */
export function logLines(title, unit, lines) {
  const [left, right, top, bottom] = [70, 560, 60, 330];
  const points = lines.flatMap((line) => line.points);
  const [x0, x1] = extent(points.map((point) => point[0]));
  const [y0, y1] = extent(points.map((point) => point[1]));
  /** @param {number} value */
  const x = (value) => round(left + ((Math.log10(value) - x0) / (x1 - x0)) * (right - left));
  /** @param {number} value */
  const y = (value) => round(bottom - ((Math.log10(value) - y0) / (y1 - y0)) * (bottom - top));
  const parts = [];
  for (let power = x0; power <= x1; power++) {
    const at = x(10 ** power);
    parts.push(`<line x1="${at}" x2="${at}" y1="${top}" y2="${bottom}" stroke="${grid}"/>`, `<text x="${at}" y="${bottom + 18}" text-anchor="middle">10<tspan dy="-5" font-size="9">${power}</tspan></text>`);
  }
  for (let power = y0; power <= y1; power++) {
    const at = y(10 ** power);
    parts.push(`<line x1="${left}" x2="${right}" y1="${at}" y2="${at}" stroke="${grid}"/>`, `<text x="${left - 8}" y="${at + 4}" text-anchor="end">${power >= 0 ? 10 ** power : (10 ** power).toFixed(-power)}</text>`);
  }
  parts.push(`<text x="${right}" y="${bottom + 38}" text-anchor="end">series</text>`, `<text x="${left - 8}" y="${top - 14}" text-anchor="end">${escape(unit)}</text>`);
  lines.forEach((line, i) => {
    const colour = colours[line.name] ?? ink;
    const dash = line.dashed ? ' stroke-dasharray="5 4"' : '';
    const sorted = [...line.points].sort((a, b) => a[0] - b[0]);
    parts.push(
      `<polyline fill="none" stroke="${colour}" stroke-width="2"${dash} points="${sorted.map((point) => `${x(point[0])},${y(point[1])}`).join(' ')}"/>`,
      ...sorted.map((point) => `<circle cx="${x(point[0])}" cy="${y(point[1])}" r="3.5" fill="${colour}"/>`),
      `<line x1="${right + 20}" x2="${right + 44}" y1="${top + i * 22}" y2="${top + i * 22}" stroke="${colour}" stroke-width="2"${dash}/>`,
      `<text x="${right + 50}" y="${top + 4 + i * 22}">${escape(line.title)}</text>`,
    );
  });
  return frame(860, 384, title, parts);
}

/** Whole powers of ten around the values, never one and the same. @param {readonly number[]} values @returns {[number, number]} */
function extent(values) {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  return [low, Math.max(high, low + 1)];
}

/**
 * Lateness by the share of timers that are later: both axes logarithmic, so that the rare long ones show.
 *
 * @param {string} title
 * @param {readonly { name: string, title: string, points: readonly (readonly [number, number])[] }[]} lines share of timers, milliseconds
 * @param {number} most the bar, in milliseconds
 */
export function lateness(title, lines, most) {
  const [left, right, top, bottom] = [70, 560, 60, 330];
  const [y0, y1] = extent([...lines.flatMap((line) => line.points.map((point) => Math.max(0.01, point[1]))), most]);
  const rarest = 10 ** -4;
  /** @param {number} share */
  const x = (share) => round(left + (Math.log10(Math.max(share, rarest) * 2) / Math.log10(rarest * 2)) * (right - left));
  /** @param {number} value */
  const y = (value) => round(bottom - ((Math.log10(Math.max(value, 10 ** y0)) - y0) / (y1 - y0)) * (bottom - top));
  const parts = [];
  for (const [share, text] of /** @type {const} */ ([[0.5, 'median'], [0.1, '90 %'], [0.01, '99 %'], [0.001, '99.9 %'], [0.0001, '99.99 %']])) {
    parts.push(`<line x1="${x(share)}" x2="${x(share)}" y1="${top}" y2="${bottom}" stroke="${grid}"/>`, `<text x="${x(share)}" y="${bottom + 18}" text-anchor="middle">${text}</text>`);
  }
  for (let power = y0; power <= y1; power++) {
    parts.push(`<line x1="${left}" x2="${right}" y1="${y(10 ** power)}" y2="${y(10 ** power)}" stroke="${grid}"/>`, `<text x="${left - 8}" y="${y(10 ** power) + 4}" text-anchor="end">${power >= 0 ? 10 ** power : (10 ** power).toFixed(-power)}</text>`);
  }
  parts.push(
    `<text x="${right}" y="${bottom + 38}" text-anchor="end">share of timers that are less late</text>`,
    `<text x="${left - 8}" y="${top - 14}" text-anchor="end">ms late</text>`,
    `<circle cx="${x(0.001)}" cy="${y(most)}" r="5" fill="none" stroke="${ink}" stroke-width="2"/>`,
    `<text x="${right + 20}" y="${top + 4 + lines.length * 22}">circle: the bar, ${round(most)} ms at 99.9 %</text>`,
  );
  lines.forEach((line, i) => parts.push(...stroke(line.points.map(([share, value]) => `${x(share)},${y(value)}`), line.name, line.title, right + 20, top + i * 22)));
  return frame(860, 384, title, parts);
}

/**
 * Memory over time.
 *
 * @param {string} title
 * @param {readonly { second: number, rss: number, heap: number, external: number, held: number }[]} samples
 */
export function soakLines(title, samples) {
  const [left, right, top, bottom] = [70, 560, 60, 330];
  const seconds = Math.max(1, ...samples.map((sample) => sample.second));
  const step = [10, 20, 50, 100, 200, 500, 1000].find((each) => Math.max(...samples.map((sample) => sample.rss)) / 1e6 / each <= 6) ?? 2000;
  const most = Math.ceil(Math.max(...samples.map((sample) => sample.rss)) / 1e6 / step) * step;
  /** @param {number} second */
  const x = (second) => round(left + (second / seconds) * (right - left));
  /** @param {number} bytes */
  const y = (bytes) => round(bottom - (bytes / 1e6 / most) * (bottom - top));
  const parts = [];
  for (let tick = 0; tick <= most; tick += step) {
    parts.push(`<line x1="${left}" x2="${right}" y1="${y(tick * 1e6)}" y2="${y(tick * 1e6)}" stroke="${grid}"/>`, `<text x="${left - 8}" y="${y(tick * 1e6) + 4}" text-anchor="end">${tick}</text>`);
  }
  const every = seconds > 240 ? 120 : 15;
  for (let second = 0; second <= seconds; second += every) {
    parts.push(`<text x="${x(second)}" y="${bottom + 18}" text-anchor="middle">${every === 120 ? second / 60 : second}</text>`);
  }
  parts.push(`<text x="${right}" y="${bottom + 38}" text-anchor="end">${every === 120 ? 'minutes' : 'seconds'}</text>`, `<text x="${left - 8}" y="${top - 14}" text-anchor="end">MB</text>`);
  const lines = /** @type {const} */ ([['rss', 'resident, the whole process'], ['heap', 'JavaScript heap in use'], ['external', 'array buffers and other'], ['held', 'rows, cells, look-ups, label values']]);
  lines.forEach(([field, text], i) => parts.push(...stroke(samples.map((sample) => `${x(sample.second)},${y(sample[field])}`), field, text, right + 20, top + i * 22)));
  return frame(860, 384, title, parts);
}

/** A line and its entry in the legend. @param {string[]} points @param {string} name @param {string} title @param {number} x @param {number} y */
function stroke(points, name, title, x, y) {
  const colour = colours[name] ?? ink;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="1.8" points="${points.join(' ')}"/>`,
    `<line x1="${x}" x2="${x + 24}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>`,
    `<text x="${x + 30}" y="${y + 4}">${escape(title)}</text>`,
  ];
}
