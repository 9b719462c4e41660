import { endpoints } from '@cardwatch/contracts/api';
import { describe, expect, test } from 'vitest';
import { type Client, createClient, urlOf } from './client.ts';
import { routes } from './routes.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function clientAnswering(answer: () => Response): { readonly client: Client; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const client = createClient({
    fetch: (url, init) => {
      sent.push({ url: String(url), init: init ?? {} });
      return Promise.resolve().then(answer);
    },
    language: () => 'en',
    csrf: () => 'token',
    heardServerTime: () => {},
  });
  return { client, sent };
}

test('every verb of the contract has its method and path', () => {
  const wanted = Object.fromEntries(Object.entries(endpoints).map(([name, { method, path }]) => [name, [method, path]]));
  expect(Object.keys(wanted).length).toBeGreaterThan(20);
  expect(routes).toEqual(wanted);
});

test.each([
  ['device', { params: { deviceId: 'a/b ?' } }, '/api/v1/devices/a%2Fb%20%3F'],
  ['devices', { query: { q: '东区 1', state: undefined, area: '', limit: 5 } }, '/api/v1/devices?q=%E4%B8%9C%E5%8C%BA+1&limit=5'],
  ['agents', {}, '/api/v1/agents'],
] as const)('%s goes to its address', (name, input, url) => {
  expect(urlOf(name, input)).toBe(url);
});

describe('a call', () => {
  test('changes nothing without the token of the session', async () => {
    const { client, sent } = clientAnswering(() => Response.json({}));
    await client.call('signOut', {});
    await client.call('overview', {});
    const tokens = sent.map(({ init }) => new Headers(init.headers).get('x-cardwatch-csrf'));
    expect(tokens).toEqual(['token', null]);
    expect(sent.map(({ init }) => init.credentials)).toEqual(['same-origin', 'same-origin']);
  });

  const refusal = { code: 'notFound', message: '没有这台设备', requestId: 'ab12' };
  test.each([
    ['an answer', () => Response.json({ items: [] }), { ok: true, value: { items: [] } }],
    [
      'a refusal',
      () => Response.json(refusal, { status: 404 }),
      { ok: false, error: { kind: 'refused', status: 404, body: refusal } },
    ],
    [
      'a page of a proxy',
      () => new Response('<html>', { status: 502 }),
      { ok: false, error: { kind: 'malformed', status: 502 } },
    ],
    [
      'JSON of somebody else',
      () => Response.json({ oops: 1 }, { status: 500 }),
      { ok: false, error: { kind: 'malformed', status: 500 } },
    ],
    [
      'silence',
      () => {
        throw new TypeError('network');
      },
      { ok: false, error: { kind: 'unreachable' } },
    ],
  ])('tells %s apart', async (_what, answer, expected) => {
    const { client } = clientAnswering(answer);
    expect(await client.call('agents', {})).toEqual(expected);
  });
});
