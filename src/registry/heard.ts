import { type Announcement, type ColumnName, type Echo, type Question, protocolVersion } from './announcement.js';

/**
 * What stands on a channel may have been said by anyone in the process: by another version of the library, or by code that took the same name for
 * something else. It is looked at before it is believed, so that it fails nobody who listens; one who forges messages on purpose is not kept out.
 */

const kindOfPage: Readonly<Record<ColumnName, string>> = {
  labelValues: 'Int32Array',
  labelBytes: 'Uint8Array',
  blockCells: 'Float64Array',
  blockLinks: 'Int32Array',
  ids: 'Int32Array',
  cells: 'Float64Array',
  states: 'Int32Array',
};

type Fields = Readonly<Record<string, unknown>>;

/** @returns what a thread says of its registries; undefined where it is something else. Of another version only `open` is passed on, unread */
export function asAnnouncement(message: unknown): Announcement | undefined {
  return isAnnouncement(message) ? (message as unknown as Announcement) : undefined;
}

/** @returns what a reader asks; undefined where it is something else */
export function asQuestion(message: unknown): Question | undefined {
  if (!isObject(message)) return undefined;
  const isQuestion = message['kind'] === 'hello' || (message['kind'] === 'ask' && isNumber(message['question']) && Number(message['seconds']) >= 0);
  return isQuestion ? (message as unknown as Question) : undefined;
}

/** @returns what a reader says to itself; undefined where it is something else */
export function asEcho(message: unknown): Echo | undefined {
  return isObject(message) && message['kind'] === 'echo' && typeof message['reader'] === 'string' && isNumber(message['echo']) ? (message as unknown as Echo) : undefined;
}

function isAnnouncement(message: unknown): message is Fields {
  if (!isObject(message)) return false;
  if (message['kind'] === 'ended') return isPlace(message['thread']);
  if (typeof message['source'] !== 'string') return false;
  switch (message['kind']) {
    case 'open':
      return isNumber(message['version']) && isPlace(message['thread']) && (message['version'] !== protocolVersion || isOpening(message));
    case 'family':
      return isFamily(message['news']);
    case 'page':
      return isPage(message['news']);
    case 'withdrawn':
      return isPlace(message['family']);
    case 'closed':
      return true;
    case 'answer':
      return isObject(message['answer']) && isEach(message['answer']['exemplars'], isExemplars) && isEach(message['answer']['families'] ?? [], isObject);
    default:
      return false;
  }
}

function isOpening({ timeOrigin, flags, families, pages }: Fields): boolean {
  return typeof timeOrigin === 'number' && isTyped('Int32Array', flags) && flags.length > 0 && isEach(families, isFamily) && isEach(pages, isPage);
}

function isFamily(news: unknown): boolean {
  return isObject(news) && isPlace(news['family']) && isShape(news['shape']) && isTyped('Int32Array', news['cleared']) && isEach(news['pages'], isPage);
}

function isShape(shape: unknown): boolean {
  if (!isObject(shape) || !isObject(shape['descriptor']) || !isObject(shape['places']) || !isObject(shape['settings'])) return false;
  const { name, type, labelNames, bounds } = shape['descriptor'];
  return typeof name === 'string' && typeof type === 'string' && Array.isArray(labelNames) && Array.isArray(bounds) && isPlace(shape['places']['stride']);
}

function isPage(news: unknown): boolean {
  if (!isObject(news) || !Object.hasOwn(kindOfPage, String(news['column']))) return false;
  return isNumber(news['family']) && isPlace(news['number']) && isTyped(kindOfPage[news['column'] as ColumnName], news['page']);
}

function isExemplars(told: unknown): boolean {
  return isObject(told) && isPlace(told['family']) && isPlace(told['row']) && isNumber(told['state']) && Array.isArray(told['slots']) && Array.isArray(told['spread']);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A number of a thread, a family, a row or a page. */
function isPlace(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isEach(values: unknown, is: (value: unknown) => boolean): boolean {
  return Array.isArray(values) && values.every(is);
}

/** By its name, as what is sent may come out of another realm than this code runs in. */
function isTyped(name: string, value: unknown): value is ArrayLike<number> {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === `[object ${name}]`;
}
