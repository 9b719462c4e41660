/** The one way out: where it goes, where not, and when it stops. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  isPublicAddress,
  OutboundFailure,
  outboundFetch,
  type OutboundOptions,
} from '../../../packages/collector/src/shell/outbound-fetch.ts';
import { hasOpenssl, makeCertificates } from '../servers/certificates.ts';
import { act } from '../servers/faults.ts';
import { answerJson, type Listening, listen } from '../servers/http.ts';

async function outcome(url: string, options: Partial<OutboundOptions> = {}, init: RequestInit = {}): Promise<string> {
  try {
    const response = await outboundFetch({ allowHosts: [], ...options })(url, init);
    return `${response.status} ${await response.text()}`;
  } catch (error) {
    if (!(error instanceof OutboundFailure)) throw error;
    expect(error.message).not.toMatch(/\/\/|127\.0/);
    return error.code === null ? error.kind : `${error.kind} ${error.code}`;
  }
}

describe('addresses', () => {
  test.each([
    ['8.8.8.8', true],
    ['223.5.5.5', true],
    ['172.15.255.255', true],
    ['172.32.0.1', true],
    ['100.63.255.255', true],
    ['100.128.0.1', true],
    ['2400:3200::1', true],
    ['2606:4700::1111', true],
    ['0.0.0.0', false],
    ['10.1.2.3', false],
    ['100.64.0.1', false],
    ['127.0.0.1', false],
    ['127.255.255.254', false],
    ['169.254.169.254', false],
    ['172.16.0.1', false],
    ['172.31.255.255', false],
    ['192.168.1.1', false],
    ['198.18.0.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::', false],
    ['::1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::a00:1', false],
    ['fc00::1', false],
    ['fd12:3456::1', false],
    ['fe80::1', false],
    ['ff02::1', false],
    ['2001::1', false],
    ['2002:a00:1::', false],
    ['2001:db8::1', false],
    ['not an address', false],
  ])('%s: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });
});

describe('where it does not go', () => {
  const to = (...addresses: readonly string[]): Partial<OutboundOptions> => ({
    lookup: () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))),
  });

  test.each([
    ['https://inside.example/', to('10.0.0.8'), 'forbiddenAddress'],
    ['https://both.example/', to('8.8.8.8', '127.0.0.1'), 'forbiddenAddress'],
    ['https://six.example/', to('::1'), 'forbiddenAddress'],
    ['https://mapped.example/', to('::ffff:169.254.169.254'), 'forbiddenAddress'],
    ['https://127.0.0.1/', {}, 'forbiddenAddress'],
    ['https://2130706433/', {}, 'forbiddenAddress'],
    ['https://0x7f.1/', {}, 'forbiddenAddress'],
    ['https://[::1]/', {}, 'forbiddenAddress'],
    ['https://[::ffff:127.0.0.1]/', {}, 'forbiddenAddress'],
    ['https://empty.example/', to(), 'unresolved'],
    ['http://plain.example/', to('8.8.8.8'), 'plainHttp'],
    ['https://user:pass@named.example/', to('8.8.8.8'), 'badUrl'],
    ['ftp://files.example/', to('8.8.8.8'), 'badUrl'],
    ['file:///etc/passwd', {}, 'badUrl'],
    ['nothing', {}, 'badUrl'],
  ] as const)('%s: %s', async (url, options, expected) => {
    expect(await outcome(url, options)).toBe(expected);
  });

  test('a name that is not known, a name server that fails, one that never answers', async () => {
    const failing = (code: string): Partial<OutboundOptions> => ({
      lookup: () => Promise.reject(Object.assign(new Error(code), { code })),
    });
    expect(await outcome('https://gone.example/', failing('ENOTFOUND'))).toBe('unresolved ENOTFOUND');
    expect(await outcome('https://gone.example/', failing('EAI_AGAIN'))).toBe('unresolved EAI_AGAIN');
    const silent: Partial<OutboundOptions> = { lookup: () => new Promise(() => undefined), deadlineMs: 50 };
    expect(await outcome('https://gone.example/', silent)).toBe('deadline');
  });
});

describe('where it goes', () => {
  let server: Listening;
  let asked = 0;

  beforeAll(async () => {
    server = await listen((heard, response) => {
      asked++;
      if (heard.url.pathname === '/away') response.writeHead(307, { location: '/' }).end();
      else
        answerJson(response, {
          host: heard.url.hostname,
          method: heard.method,
          body: heard.body,
          encoding: heard.headers['accept-encoding'],
        });
    });
  });
  afterAll(() => server.close());

  test('to a private address whose name is allowed, with method and body', async () => {
    const options = {
      allowHosts: ['Robot.Campus.example'],
      lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    };
    expect(await outcome(`http://robot.campus.example:${server.port}/x`, options, { method: 'POST', body: '一' })).toBe(
      '200 {"host":"robot.campus.example","method":"POST","body":"一","encoding":"identity"}',
    );
  });

  test.each([
    ['the first answer is judged and used', ['127.0.0.1', '192.0.2.1'], ['rebinding.example'], '200', 1],
    ['a good second answer helps nobody', ['10.0.0.1', '127.0.0.1'], ['127.0.0.1'], 'forbiddenAddress', 0],
  ] as const)('the name is asked for once: %s', async (_what, answers, allowHosts, expected, arrived) => {
    let lookups = 0;
    const lookup = () => Promise.resolve([{ address: answers[lookups++] ?? '192.0.2.9', family: 4 }]);
    const before = asked;
    const scheme = arrived === 1 ? 'http' : 'https';
    const told = await outcome(`${scheme}://rebinding.example:${server.port}/`, { allowHosts, lookup });
    expect(told.split(' ')[0]).toBe(expected);
    expect([lookups, asked - before]).toEqual([1, arrived]);
  });

  test('not after a redirect', async () => {
    const before = asked;
    expect(await outcome(`${server.origin}/away`, { allowHosts: ['127.0.0.1'] })).toBe('redirected 307');
    expect(asked - before).toBe(1);
  });

  test('an allowed name does not open its neighbour', async () => {
    expect(await outcome(`https://localhost:${server.port}/`, { allowHosts: ['127.0.0.1'] })).toBe('forbiddenAddress');
  });

  test('not with a body that is no text or too long', async () => {
    const options = { allowHosts: ['127.0.0.1'], responseBytes: 1024 * 1024 };
    expect(await outcome(server.origin, options, { method: 'POST', body: new Uint8Array(1) })).toBe('badUrl BODY');
    expect(await outcome(server.origin, options, { method: 'POST', body: 'a'.repeat(256 * 1024) })).toMatch(/^200 /);
    expect(await outcome(server.origin, options, { method: 'POST', body: 'a'.repeat(256 * 1024 + 1) })).toBe('badUrl BODY');
  });
});

describe('an answer', () => {
  let server: Server;
  let answer = '';

  beforeAll(async () => {
    server = createServer((_request, response) => response.end(answer));
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('that never ends is left at the deadline', async () => {
    const slow = await listen((_heard, response) => act({ kind: 'drip', everyMs: 10 }, response));
    expect(await outcome(slow.origin, { allowHosts: ['127.0.0.1'], deadlineMs: 100 })).toBe('deadline');
    await slow.close();
  });

  test.each([
    [64 * 1024, '200'],
    [64 * 1024 + 1, 'responseTooLarge'],
    [10 * 1024 * 1024, 'responseTooLarge'],
  ])('of %i bytes: %s', async (bytes, expected) => {
    answer = 'a'.repeat(bytes);
    const { port } = server.address() as AddressInfo;
    expect((await outcome(`http://127.0.0.1:${port}/`, { allowHosts: ['127.0.0.1'] })).split(' ')[0]).toBe(expected);
  });
});

describe.skipIf(!hasOpenssl)('TLS (needs openssl to make a certificate)', () => {
  let server: Listening;
  let ca = '';

  beforeAll(async () => {
    const made = makeCertificates();
    if (made === null) throw new Error('openssl made no certificate');
    ca = made.ca;
    server = await listen((_heard, response) => answerJson(response, {}), { tls: made });
  });
  afterAll(() => server.close());

  const local = { lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) };

  test('a certificate of a known authority for this name', async () => {
    expect(await outcome(`https://localhost:${server.port}/`, { ...local, ca, allowHosts: ['localhost'] })).toBe('200 {}');
  });

  test('of an unknown authority, or for another name, is not trusted', async () => {
    expect(await outcome(`https://localhost:${server.port}/`, { ...local, allowHosts: ['localhost'] })).toMatch(/^untrusted /);
    const other = { ...local, ca, allowHosts: ['other.example'] };
    expect(await outcome(`https://other.example:${server.port}/`, other)).toBe('untrusted ERR_TLS_CERT_ALTNAME_INVALID');
  });
});
