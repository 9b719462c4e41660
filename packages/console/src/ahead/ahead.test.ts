import { err } from '@cardwatch/kernel';
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, test } from 'vitest';
import { urlOf } from '../api/client.ts';
import type { Client } from '../api/client.ts';
import { queriesOf } from '../api/queries.ts';
import { filterOf } from '../screens/alarms/alarm-filter.core.ts';
import { aheadLimits, aheadOf, firstQuestions } from './ahead.ts';

const session = '/api/v1/session';

const person = (...scopes: readonly string[]) => Response.json({ scopes });
const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function open(pathname: string, answer: (url: string) => Response = () => person('read'), search = '') {
  const sent: string[] = [];
  let now = 0;
  const send = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    sent.push(`${init?.method ?? 'GET'} ${String(input)}`);
    return Promise.resolve(answer(String(input)));
  };
  const ask = aheadOf({ fetch: send, mono: () => now, address: { pathname, search } });
  await turns();
  return { ask, sent, setNow: (ms: number) => void (now = ms) };
}

test('what is asked ahead is what the screens ask first, to the letter', async () => {
  const asked: string[] = [];
  const client: Client = {
    call: async () => err({ kind: 'unreachable' }),
    fetch: async (name, input) => {
      asked.push(urlOf(name, input));
      throw new Error('asked');
    },
  };
  const queries = queriesOf(client, () => 0);
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const first = {
    '/': () => cache.fetchQuery(queries.overview()),
    '/alarms': () => cache.fetchInfiniteQuery(queries.alarms(filterOf({}, 'somebody'), 'gravity')),
    '/devices': () => cache.fetchInfiniteQuery(queries.devices({})),
  };
  expect(Object.keys(firstQuestions)).toEqual(Object.keys(first));
  for (const [path, ask] of Object.entries(first)) {
    asked.length = 0;
    await expect(ask()).rejects.toThrow('asked');
    expect(asked).toEqual([firstQuestions[path]?.url]);
  }
  await expect(cache.fetchQuery(queries.session())).rejects.toThrow('asked');
  expect(asked.at(-1)).toBe(session);
});

const reader = ['read'];
const watcher = ['read', 'watch:read'];
const devices = '/api/v1/devices?limit=100';

test.each<[string, string, readonly string[], readonly string[]]>([
  ['/devices', '', reader, [session, devices]],
  ['/devices', '?state=offline', reader, [session]],
  ['/alarms', '', watcher, [session, firstQuestions['/alarms']?.url ?? '']],
  ['/alarms', '', reader, [session]],
  ['/records', '', watcher, [session]],
  ['/constructor', '', watcher, [session]],
  ['/sign-in', '', watcher, []],
  ['/wall', '', watcher, []],
])('%s%s asks ahead for who has %j', async (pathname, search, scopes, wanted) => {
  const { sent } = await open(pathname, () => person(...scopes), search);
  expect(sent).toEqual(wanted.map((url) => `GET ${url}`));
});

describe('an answer', () => {
  test('is given to the first who asks, and asked for anew by the second', async () => {
    const { ask, sent } = await open('/devices');
    for (const count of [2, 3]) {
      expect(await (await ask(session)).json()).toEqual({ scopes: ['read'] });
      expect(sent.length).toBe(count);
    }
    expect((await ask(devices)).status).toBe(200);
    expect(sent.length).toBe(3);
  });

  test.each([
    ['another question', '/api/v1/agents', {}],
    ['the same address by another method', session, { method: 'DELETE' }],
  ])('is not given to %s', async (_what, url, init) => {
    const { ask, sent } = await open('/devices');
    await ask(url, init);
    expect(sent.length).toBe(3);
  });

  test.each([
    [aheadLimits.keptMs - 1, 2],
    [aheadLimits.keptMs, 3],
  ])('after %i ms: %i were sent', async (ms, count) => {
    const { ask, sent, setNow } = await open('/devices');
    setNow(ms);
    await ask(session);
    expect(sent.length).toBe(count);
  });

  test('that says who is signed out is taken, and nothing that was asked before the next sign-in', async () => {
    let isIn = false;
    const { ask, sent } = await open('/devices', () => Response.json({}, { status: isIn ? 200 : 401 }));
    expect((await ask(session)).status).toBe(401);
    isIn = true;
    expect((await ask(devices)).status).toBe(200);
    expect(sent.length).toBe(2);
  });

  test.each([
    ['is none', () => Response.json({}, { status: 503 })],
    ['says nothing of rights', () => Response.json({})],
    ['is not even JSON', () => new Response('<html>')],
  ])('that %s: the list is asked for when it is wanted', async (_what, answer) => {
    let isWell = false;
    const { ask, sent } = await open('/devices', () => (isWell ? person('read') : answer()));
    isWell = true;
    await ask(devices);
    expect(sent).toEqual([session, devices].map((url) => `GET ${url}`));
  });
});
