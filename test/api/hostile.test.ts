/** Hostile input at every parameter of every endpoint: refused or answered, never a server error, never a change. */
import { connect } from 'node:net';
import { type Endpoint, type EndpointName, endpoints, ErrorBody, Scope } from '@cardwatch/contracts/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, call, type House, openHouse } from './harness.ts';
import { pathOf, samples } from './samples.ts';

let house: House;
let headers: Readonly<Record<string, string>>;
beforeAll(async () => {
  house = await openHouse();
  headers = await bearer(house, Scope.options);
});
afterAll(() => house.close());

const corpus: readonly string[] = [
  "' OR '1'='1",
  "'; DROP TABLE record; --",
  '" OR ""="',
  '1 UNION SELECT password FROM person',
  '1) OR (SELECT count(*) FROM person)>0 --',
  '%',
  '_',
  '*',
  '\\',
  '\0',
  '%00',
  '../../../etc/passwd',
  '..%2f..%2fpeople.db',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '${7*7}',
  '__proto__',
  'constructor',
  '-1',
  '0',
  '1e308',
  'NaN',
  'Infinity',
  '0x10',
  '9223372036854775808',
  '99999999999999999999999999999999',
  '1.5',
  'true',
  'null',
  'undefined',
  '[]',
  '{"$gt":""}',
  'a'.repeat(300),
  '\u202Eevil',
  '\uD800',
  '一'.repeat(100),
  '\r\nSet-Cookie: a=b',
  ' ',
];

const names = Object.keys(endpoints) as EndpointName[];

const fingerprint = (): unknown =>
  ['record', 'device', 'agent', 'gap', 'dead_letter', 'flow'].map(
    (table) => house.seeded.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'],
  );

describe('hostile text', () => {
  test('in every query parameter', async () => {
    const before = fingerprint();
    let asked = 0;
    const statuses = new Set<number>();
    for (const name of names) {
      const { method, path, query: schema }: Endpoint = endpoints[name];
      const query = Object.keys(schema?.shape ?? {});
      for (const parameter of [...query, 'unknown'].filter(() => method === 'get')) {
        for (const text of corpus) {
          const search = `${encodeURIComponent(parameter)}=${encodeURIComponent(text.toWellFormed())}`;
          const answer = await call(house, `${pathOf(path, { params: samples[name].params })}?${search}`, { headers });
          asked += 1;
          statuses.add(answer.status);
          if (answer.status !== 200) ErrorBody.parse(answer.json);
          expect([name, parameter, text, answer.headers.get('set-cookie')]).toEqual([name, parameter, text, null]);
        }
      }
    }
    expect(asked).toBeGreaterThan(1_000);
    expect([...statuses].filter((status) => ![200, 400, 403, 404].includes(status))).toEqual([]);
    expect(fingerprint()).toEqual(before);
  });

  test('in every path parameter', async () => {
    let asked = 0;
    for (const name of names.filter((one) => endpoints[one].path.includes(':'))) {
      const { method, path } = endpoints[name];
      const { body } = samples[name];
      for (const text of corpus.map((one) => one.toWellFormed())) {
        const filled = path.replace(/:[A-Za-z]+/, () => encodeURIComponent(text));
        const content = body === undefined ? {} : { body: body(1) };
        const answer = await call(house, `/api/v1${filled}`, { method: method.toUpperCase(), headers, ...content });
        asked += 1;
        expect([name, text, [400, 404].includes(answer.status) || `${answer.status} ${answer.text}`]).toEqual([name, text, true]);
      }
    }
    expect(asked).toBeGreaterThanOrEqual(6 * corpus.length);
  });

  test('in every field of every body', async () => {
    let asked = 0;
    for (const name of names) {
      const { method, path } = endpoints[name];
      const { params, body } = samples[name];
      if (body === undefined) continue;
      const good = body(1) as Readonly<Record<string, unknown>>;
      for (const field of [...Object.keys(good), 'unknown', '__proto__']) {
        for (const value of [
          1,
          -1,
          null,
          true,
          [],
          {},
          ['x'],
          { toString: 'x' },
          { length: [[{ toString: '' }]] },
          '\0',
          "'; DROP TABLE person; --",
          'x'.repeat(5_000),
        ]) {
          const text = JSON.stringify({ ...good, password: 'no', [field]: value }).replace('"unknown"', `"${field}"`);
          const answer = await call(house, pathOf(path, { params }), { method: method.toUpperCase(), headers, body: text });
          asked += 1;
          expect([name, field, answer.status < 500]).toEqual([name, field, true]);
        }
      }
    }
    expect(asked).toBeGreaterThan(150);
    // the one call whose hostile text is a good password
    expect((await house.desk.role.persons()).map((person) => person.name)).toEqual(['made-1']);
  });
});

describe('a body', () => {
  const post = (body: string, more: Readonly<Record<string, string>> = {}): ReturnType<typeof call> =>
    call(house, '/api/v1/users', { method: 'POST', body, headers: { ...headers, ...more } });

  test.each([
    ['not JSON', '{', {}, 400, 'invalid'],
    ['empty', '', {}, 400, 'invalid'],
    ['not UTF-8 text', '"\\ud800', {}, 400, 'invalid'],
    ['an array', '[]', {}, 400, 'invalid'],
    ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'mediaType'],
    ['plain text', '{}', { 'content-type': 'text/plain' }, 415, 'mediaType'],
    ['a look-alike type', '{}', { 'content-type': 'application/jsonx' }, 415, 'mediaType'],
    ['at the limit', JSON.stringify({ name: 'x'.repeat(64 * 1024 - 11) }), {}, 400, 'invalid'],
    ['over the limit', JSON.stringify({ name: 'x'.repeat(64 * 1024 - 10) }), {}, 413, 'tooLarge'],
    ['deeply nested', '['.repeat(30_000) + ']'.repeat(30_000), {}, 400, 'invalid'],
  ])('%s is refused', async (_what, body, more, status, code) => {
    const answer = await post(body, more);
    expect([answer.status, (answer.json as { code: string }).code]).toEqual([status, code]);
  });

  test('over the limit in chunks is refused too', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(16 * 1024));
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        sent += 1;
        if (sent > 8) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const response = await fetch(`${house.base}/api/v1/users`, {
      method: 'POST',
      headers: { authorization: headers['authorization'] ?? '', 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit & { duplex: 'half' });
    expect(response.status).toBe(413);
  });
});

describe('the server', () => {
  test('says in the language that was asked for where, what and what is right', async () => {
    const ask = (language: string): ReturnType<typeof call> =>
      call(house, '/api/v1/devices?limit=501', { headers: { ...headers, 'accept-language': language } });
    const [zh, en] = [await ask('zh-CN,zh;q=0.9,en;q=0.8'), await ask('en-GB,en;q=0.9,zh;q=0.1')];
    expect(zh.json).toMatchObject({ code: 'invalid', place: 'query.limit', value: '501', expected: '<= 500' });
    expect([(zh.json as ErrorBody).message, (en.json as ErrorBody).message]).toEqual([
      '“query.limit”的值不合要求。',
      'The value of "query.limit" is not accepted.',
    ]);
  });

  test('sends its security headers with everything', async () => {
    for (const path of ['/', '/api/docs', '/api/v1/setup', '/api/v1/nothing', '/api/v1/users', '/metrics', '/assets/x.js']) {
      const answer = await call(house, path);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect([path, policy.includes("script-src 'self';"), policy.includes("default-src 'none'")]).toEqual([path, true, true]);
      expect([path, answer.headers.get('x-content-type-options'), answer.headers.get('x-frame-options')]).toEqual([
        path,
        'nosniff',
        'DENY',
      ]);
      expect([path, answer.headers.get('x-powered-by'), answer.headers.get('server')]).toEqual([path, null, null]);
    }
  });

  test('refuses an address over its limit', async () => {
    expect((await call(house, `/api/v1/devices?q=${'x'.repeat(5_000)}`, { headers })).status).toBe(413);
  });

  test.each([
    ['a method that is not there', 'PUT /api/v1/users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
    ['an absolute path out of the console', 'GET /../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 503],
    ['repeated slashes', 'GET //api//v1//users HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 503],
    ['encoded slashes', 'GET /api%2Fv1%2Fusers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 503],
    ['no host', 'GET /api/v1/users HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a bad header', 'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n', 400],
    ['headers over the limit', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['nonsense', '\x16\x03\x01\x02\x00\x01\r\n\r\n', 400],
  ])('survives %s', async (_what, bytes, status) => {
    const text = await raw(bytes);
    expect(text.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect(text).not.toContain('displayName');
  });
});

function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(house.serving.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}
