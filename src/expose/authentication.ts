import { TallystickError, show } from '../model/errors.js';
import { checkOptions } from '../model/options.js';
import { encodeUtf8 } from '../platform/byte-buffer.js';

/** What a client has to know: a token (RFC 6750), or a user name and password (RFC 7617). */
export type Authentication = { readonly bearerToken: string } | { readonly username: string; readonly password: string };

/** What `Authorization` has to say, and how a client is told. */
export interface Guard {
  readonly scheme: 'bearer' | 'basic';
  readonly credentials: Uint8Array;
  readonly challenge: string;
}

/** Longer credentials are not looked at. */
const longestHeader = 8192;
const longestSecret = 1024;
const printable = /^[\x21-\x7e]+$/;

/**
 * Checks the option `auth` of a handler. Errors never show a password or a token.
 *
 * @returns undefined where there is none
 * @throws TallystickError `INVALID_OPTIONS`
 */
export function guardOf(auth: Authentication | undefined): Guard | undefined {
  if (auth === undefined) return undefined;
  if (typeof auth !== 'object' || auth === null) throw refusal('give { bearerToken }, or { username, password }');
  checkOptions('handler: auth', auth, ['bearerToken', 'username', 'password']);
  const { bearerToken, username, password } = auth as { bearerToken?: unknown; username?: unknown; password?: unknown };
  if ((bearerToken === undefined) === (username === undefined && password === undefined)) throw refusal('give { bearerToken }, or { username, password }');
  if (bearerToken !== undefined) {
    if (typeof bearerToken !== 'string' || bearerToken.length > longestSecret || !printable.test(bearerToken)) throw refusal('bearerToken has to be a string of 1 to 1024 printable ASCII characters without spaces');
    return { scheme: 'bearer', credentials: encodeUtf8(bearerToken), challenge: 'Bearer realm="metrics"' };
  }
  if (typeof username !== 'string' || username === '' || username.length > longestSecret || username.includes(':')) throw refusal(`username is ${show(username)}; give a string of 1 to 1024 characters without ":"`);
  if (typeof password !== 'string' || password === '' || password.length > longestSecret) throw refusal('password has to be a string of 1 to 1024 characters');
  return { scheme: 'basic', credentials: encodeUtf8(base64(`${username}:${password}`)), challenge: 'Basic realm="metrics", charset="UTF-8"' };
}

function refusal(rule: string): TallystickError {
  return new TallystickError('INVALID_OPTIONS', `handler: auth: ${rule}`);
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...encodeUtf8(text)));
}

/**
 * Whether a request says what it has to. The time this takes tells how long the right credentials are, and nothing else of them.
 *
 * @param isEqual compares bytes of one length in a time that depends on the length only
 */
export function isAuthorized({ scheme, credentials }: Guard, authorization: string | undefined, isEqual: (one: Uint8Array, other: Uint8Array) => boolean): boolean {
  if (authorization === undefined || authorization.length > longestHeader) return false;
  const space = authorization.indexOf(' ');
  if (space < 0 || authorization.slice(0, space).toLowerCase() !== scheme) return false;
  const given = encodeUtf8(authorization.slice(space + 1).trim());
  return given.length === credentials.length && isEqual(given, credentials);
}
