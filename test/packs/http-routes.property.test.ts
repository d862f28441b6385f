import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Routes, unknownRoute } from '../../src/packs/http-routes.js';

const segment = fc.stringMatching(/^[a-z0-9.%-]{1,6}$/);
const template = fc.tuple(fc.array(fc.oneof(segment, segment.map((name) => `:${name}`)), { maxLength: 4 }), fc.boolean()).map(([segments, isOpen]) => `/${segments.join('/')}${isOpen ? `${segments.length > 0 ? '/' : ''}*` : ''}`);
const path = fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join('/')}`);

describe('the routes of requests', () => {
  it('are declared templates, a bounded number of those of a framework, or the unknown route', () => {
    fc.assert(
      fc.property(fc.array(template, { maxLength: 4 }), fc.integer({ min: 1, max: 5 }), fc.array(fc.tuple(path, fc.option(path, { nil: undefined })), { maxLength: 40 }), (templates, most, asked) => {
        const routes = new Routes('test', templates, most);
        const found = new Set(asked.map(([requested, framework]) => routes.find(requested, framework)));
        for (const route of found) expect([unknownRoute, ...templates, ...asked.map(([, framework]) => framework)]).toContain(route);
        expect(found.size).toBeLessThanOrEqual(1 + templates.length + most);
      }),
    );
  });

  it('take every path that a template can be filled to, with or without a query and a last slash', () => {
    fc.assert(
      fc.property(template, fc.array(segment, { minLength: 8, maxLength: 8 }), fc.constantFrom('', '/', '?q=/x', '#part'), (declared, fillers, end) => {
        const filled = declared
          .split('/')
          .map((part, place) => (part.startsWith(':') || part === '*' ? fillers[place]! : part))
          .join('/');
        expect(new Routes('test', [declared], 1).find(filled + end, '/other')).toBe(declared);
      }),
    );
  });

  it('take the first template that fits', () => {
    const routes = new Routes('test', ['/users/me', '/users/:id', '/*'], 1);
    expect(['/users/me', '/users/7', '/users/7/x', '/'].map((asked) => routes.find(asked, undefined))).toEqual(['/users/me', '/users/:id', '/*', '/*']);
  });
});
