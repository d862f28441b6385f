import { describe, expect, it } from 'vitest';
import type { Authentication } from '../../src/expose/authentication.js';
import { Registry } from '../../src/index.js';
import { carriers } from './carriers.js';

const basic = (text: string): string => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;
const bearer: Authentication = { bearerToken: 'correct-horse.battery~staple+/=' };
const password: Authentication = { username: 'prometheus', password: 'päss:wörd 🎉' };

describe.each(carriers)('Authentication by %s', (_, through) => {
  const counted = (): { registry: Registry; calls: () => number } => {
    let calls = 0;
    const registry = new Registry();
    registry.gauge({ name: 'reads', help: 'Reads.', collect: () => ++calls });
    return { registry, calls: () => calls };
  };

  it.each<[string, Authentication, string]>([
    ['a token', bearer, 'Bearer correct-horse.battery~staple+/='],
    ['a token, with another spelling of the scheme', bearer, 'bEARER   correct-horse.battery~staple+/='],
    ['a password', password, basic('prometheus:päss:wörd 🎉')],
  ])('answers who gives %s.', async (_title, auth, authorization) => {
    await through(counted().registry, { auth }, async (ask) => {
      const reply = await ask('/', { authorization });
      expect([reply.status, reply.body]).toEqual([200, '# HELP reads Reads.\n# TYPE reads gauge\nreads 1\n']);
      expect((await ask('/', { authorization }, 'HEAD')).status).toBe(200);
    });
  });

  it.each<[string, Authentication, string | undefined]>([
    ['nothing', bearer, undefined],
    ['an empty header', bearer, ''],
    ['the scheme alone', bearer, 'Bearer'],
    ['an empty token', bearer, 'Bearer '],
    ['a token that begins like the scheme, alone', { bearerToken: 'bearerx' }, 'bearerx'],
    ['the token alone', bearer, 'correct-horse.battery~staple+/='],
    ['another token', bearer, 'Bearer correct-horse.battery~staple+/-'],
    ['the beginning of the token', bearer, 'Bearer correct-horse'],
    ['more than the token', bearer, 'Bearer correct-horse.battery~staple+/=='],
    ['the token in another case', bearer, 'Bearer Correct-horse.battery~staple+/='],
    ['the token as a password', bearer, basic(':correct-horse.battery~staple+/=')],
    ['very much', bearer, `Bearer ${'a'.repeat(9000)}`],
    ['no password', password, undefined],
    ['another password', password, basic('prometheus:pass')],
    ['another user', password, basic('grafana:päss:wörd 🎉')],
    ['the right credentials by another scheme', password, basic('prometheus:päss:wörd 🎉').replace('Basic', 'Bearer')],
    ['what is no base64', password, 'Basic !!!!'],
  ])('refuses who gives %s, says what is wanted, and collects nothing.', async (_title, auth, authorization) => {
    const { registry, calls } = counted();
    await through(registry, { auth }, async (ask) => {
      for (const method of ['GET', 'HEAD']) {
        const reply = await ask('/', authorization === undefined ? {} : { authorization }, method);
        expect(reply.status).toBe(401);
        expect(reply.headers['www-authenticate']).toBe('bearerToken' in auth ? 'Bearer realm="metrics"' : 'Basic realm="metrics", charset="UTF-8"');
        expect(reply.body).toBe(method === 'GET' ? 'Authentication is needed here.\n' : '');
      }
      expect(calls()).toBe(0);
    });
  });
});
