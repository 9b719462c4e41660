/** Small pure pieces at the HTTP edge: cross-site rule, cookie, refusal of input. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cookieName, readCookie, setCookie } from './cookie.ts';
import { crossSite } from './cross-site.core.ts';
import { invalidOf } from './invalid.core.ts';

describe('cross-site rule', () => {
  const good = { origin: 'http://host:8480', host: 'host:8480', csrf: 'x', expected: 'x' };

  test.each([
    [{}, undefined],
    [{ origin: 'https://HOST:8480', host: 'host:8480' }, undefined],
    [{ csrf: undefined, expected: undefined }, undefined],
    [{ origin: undefined }, 'origin'],
    [{ host: undefined }, 'origin'],
    [{ origin: 'http://host' }, 'origin'],
    [{ origin: 'http://host:8480/' }, 'origin'],
    [{ origin: 'http://a@host:8480' }, 'origin'],
    [{ origin: 'ftp://host:8480' }, 'origin'],
    [{ csrf: undefined }, 'header'],
    [{ csrf: 'y' }, 'header'],
    [{ csrf: '' }, 'header'],
  ] as const)('%j gives %s', (change, reason) => {
    expect(crossSite({ ...good, ...change })).toBe(reason);
  });
});

describe('cookie', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['cardwatch_session=abc', 'abc'],
    ['a=b; cardwatch_session=abc; c=d', 'abc'],
    ['xcardwatch_session=abc', undefined],
    ['__Host-cardwatch_session=abc', undefined],
    ['cardwatch_session=abc; cardwatch_session=evil', 'abc'],
  ])('of %j is %s', (header, secret) => {
    expect(readCookie(header, false)).toBe(secret);
  });

  test('is bound to the host when it is secure', () => {
    expect(cookieName(true)).toBe('__Host-cardwatch_session');
    expect(setCookie('clear', true)).toBe('__Host-cardwatch_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure');
    expect(readCookie('__Host-cardwatch_session=abc', true)).toBe('abc');
  });
});

describe('a refusal of input', () => {
  const schema = z.strictObject({
    n: z.number().int().min(1).max(500),
    name: z.string().min(2).max(4),
    kind: z.enum(['a', 'b']),
    id: z.string().regex(/^x+$/),
    password: z.string().min(12),
  });
  const good = { n: 1, name: 'abc', kind: 'a', id: 'x', password: 'p'.repeat(12) };

  test.each([
    [{ n: 0 }, 'body.n', '0', '>= 1'],
    [{ n: 501 }, 'body.n', '501', '<= 500'],
    [{ n: 'x' }, 'body.n', 'x', 'number'],
    [{ n: undefined }, 'body.n', undefined, 'number'],
    [{ name: 'a' }, 'body.name', 'a', '>= 2 characters'],
    [{ name: 'x'.repeat(100) }, 'body.name', 'x'.repeat(64), '<= 4 characters'],
    [{ name: ['a'] }, 'body.name', undefined, 'string'],
    [{ kind: 'c' }, 'body.kind', 'c', 'a | b'],
    [{ id: 'y' }, 'body.id', 'y', '/^x+$/'],
    [{ password: 'short' }, 'body.password', undefined, '>= 12 characters'],
    [{ more: 1 }, 'body', undefined, 'no other fields'],
  ])('of %j names place, value and expectation, and no secret', (change, place, value, expected) => {
    const input = { ...good, ...change };
    const parsed = schema.safeParse(input);
    expect(parsed.success).toBe(false);
    if (parsed.success) return;
    const refusal = invalidOf('body', parsed.error, input);
    expect(refusal).toEqual({ kind: 'invalid', place, expected, ...(value === undefined ? {} : { value }) });
  });
});
