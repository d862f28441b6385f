import { TallystickError, show } from '../model/errors.js';
import { encodeUtf8 } from '../platform/byte-buffer.js';

/** How a client says who it is. */
export type Authorization = { readonly username: string; readonly password: string } | { readonly bearerToken: string };

/**
 * The headers of an authorization, with those given beside.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function requestHeaders(subject: string, headers: Readonly<Record<string, string>> = {}, authorization?: Authorization): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) throw new TallystickError('INVALID_OPTIONS', `${subject}: headers is ${show(headers)}; give an object of names and values`);
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || typeof value !== 'string' || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new TallystickError('INVALID_OPTIONS', `${subject}: header ${show(name)} cannot be sent; give names and values as HTTP has them, without line feeds and characters beyond Latin-1`);
    }
    all[name.toLowerCase()] = value;
  }
  const said = authorizationHeader(subject, authorization);
  if (said !== undefined) all['authorization'] = said;
  return all;
}

function authorizationHeader(subject: string, authorization: Authorization | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const { username, password, bearerToken } = (authorization ?? {}) as Record<string, unknown>;
  if (typeof bearerToken === 'string' && /^[\x21-\x7e]+$/.test(bearerToken) && username === undefined) return `Bearer ${bearerToken}`;
  if (typeof username === 'string' && typeof password === 'string' && bearerToken === undefined && !username.includes(':')) {
    return `Basic ${Buffer.from(encodeUtf8(`${username}:${password}`)).toString('base64')}`;
  }
  throw new TallystickError('INVALID_OPTIONS', `${subject}: auth is not to be used; give { username, password }, the name without a colon, or { bearerToken }`);
}

/**
 * An address to send to.
 *
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function checkUrl(subject: string, url: unknown): URL {
  let parsed: URL | undefined;
  try {
    parsed = url instanceof URL || typeof url === 'string' ? new URL(url) : undefined;
  } catch {
    parsed = undefined;
  }
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) throw new TallystickError('INVALID_OPTIONS', `${subject}: url is ${show(typeof url === 'string' ? url.replace(/\/\/.*@/s, '//…@') : url)}; give an address that begins with http:// or https://`);
  if (parsed.username !== '' || parsed.password !== '') throw new TallystickError('INVALID_OPTIONS', `${subject}: url holds a name or a password; give them as auth: { username, password }`);
  return parsed;
}
