import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { digestHash } from '../shell/digest-hash.ts';
import { authorization, challengesOf, digestLimits, strongest } from './digest.core.ts';

const vector = readFileSync(new URL('../../../../test/golden/vectors/gate/http-401-two-digest.http', import.meta.url), 'latin1');
const wordsOf = (header: string): Record<string, string> =>
  Object.fromEntries([...header.matchAll(/(\w+)="?([^",]*)"?/g)].map(([, name = '', value = '']) => [name, value]));

describe('challenges', () => {
  test('of the vector: two, and SHA-256 is chosen', () => {
    const headers = [...vector.matchAll(/^WWW-Authenticate: (.*)\r$/gm)].map((match) => match[1] ?? '');
    expect(headers).toHaveLength(2);
    expect(challengesOf(headers)).toHaveLength(2);
    expect(strongest(challengesOf(headers))).toMatchObject({
      algorithm: 'SHA-256',
      realm: 'DS-K1T',
      qop: 'auth',
      nonce: '353066323a3832653132',
      stale: false,
    });
  });

  test.each([
    ['two in one header', 'Digest realm="a", nonce="1", Digest realm="b", nonce="2", algorithm=SHA-256', ['1', '2']],
    ['another scheme between', 'Basic realm="x, y", Digest nonce="1", realm="a"', ['1']],
    ['commas and quotes in quotes', 'Digest realm="a, \\"b\\"=c", nonce="1", qop="auth,auth-int"', ['1']],
    ['auth-int alone', 'Digest realm="a", nonce="1", qop="auth-int"', []],
    ['an unknown algorithm', 'Digest realm="a", nonce="1", algorithm=SHA-512-256', []],
    ['no nonce', 'Digest realm="a"', []],
    ['an open quote', 'Digest realm="a, nonce=1', []],
    ['nothing', '', []],
  ])('%s', (_, header, nonces) => {
    expect(challengesOf(header).map(({ nonce }) => nonce)).toEqual(nonces);
  });

  test('words keep their commas and lose their escapes', () => {
    expect(challengesOf('Digest realm="a, \\"b\\"=c", nonce="1", stale=TRUE, opaque=""')[0]).toMatchObject({
      realm: 'a, "b"=c',
      stale: true,
      opaque: '',
    });
  });

  test('a header at the limit is read, one beyond is not', () => {
    const pad = (length: number): string => 'Digest realm="a", nonce="1", x="'.padEnd(length - 1, 'y').concat('"');
    expect(challengesOf(pad(digestLimits.headerChars))).toHaveLength(1);
    expect(challengesOf(pad(digestLimits.headerChars + 1))).toHaveLength(0);
  });
});

describe('RFC 7616 section 3.9.1', () => {
  const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
  const clientNonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  const header = (algorithm: string): string =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${nonce}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;

  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('%s', (algorithm, response) => {
    const challenge = strongest(challengesOf(header(algorithm)));
    if (challenge === undefined) throw new Error('a challenge');
    const use = { challenge, method: 'GET', uri: '/dir/index.html', count: 1, clientNonce };
    const said = authorization({ user: 'Mufasa', password: 'Circle of Life' }, use, digestHash);
    expect(wordsOf(said)).toMatchObject({ response, nc: '00000001', qop: 'auth', username: 'Mufasa' });
  });

  test('the count is hexadecimal of eight digits', () => {
    const [challenge] = challengesOf(header('MD5'));
    if (challenge === undefined) throw new Error('a challenge');
    const use = { challenge, method: 'GET', uri: '/', count: 26, clientNonce };
    expect(authorization({ user: 'a', password: 'b' }, use, digestHash)).toContain('nc=0000001a');
  });

  test('RFC 2069 form, from RFC 2617 errata: no qop, no count, no client nonce', () => {
    const [challenge] = challengesOf('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"');
    if (challenge === undefined) throw new Error('a challenge');
    const use = { challenge, method: 'GET', uri: '/dir/index.html', count: 1, clientNonce };
    const said = authorization({ user: 'Mufasa', password: 'CircleOfLife' }, use, digestHash);
    expect(wordsOf(said)).toMatchObject({ response: '1949323746fe6a43ef61f9606e7febea' });
    expect(said).not.toContain('nc=');
  });
});
