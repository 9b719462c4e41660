import { hourMs } from '@cardwatch/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, call, type House, openHouse } from './harness.ts';
import { deviceIds, devicesEach, insertRecord, recordsEach } from './seed.ts';

let house: House;
let headers: Readonly<Record<string, string>>;
beforeAll(async () => {
  house = await openHouse();
  headers = await bearer(house, ['read', 'records:read', 'audit:read']);
});
afterAll(() => house.close());

interface PageOf {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor: string | null;
}

async function page(path: string, query: Readonly<Record<string, string | number>>): Promise<PageOf> {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]));
  const answer = await call(house, `/api/v1${path}?${search}`, { headers });
  expect(answer.status).toBe(200);
  return answer.json as PageOf;
}

/** Every item, `limit` at a time; `between` runs after each page. */
async function walk(
  path: string,
  query: Readonly<Record<string, string | number>>,
  between: () => void = () => {},
): Promise<PageOf['items']> {
  const items = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 1_000; pages++) {
    const one: PageOf = await page(path, cursor === undefined ? query : { ...query, cursor });
    items.push(...one.items);
    if (one.nextCursor === null) return items;
    cursor = one.nextCursor;
    between();
  }
  throw new Error('pages without end');
}

const all = devicesEach * 2;

describe('every list', () => {
  test.each([
    ['/devices', {}, 7, all],
    ['/devices', { state: 'offline' }, 3, all / 5],
    ['/devices', { agentId: 'yb-b' }, 1, devicesEach],
    ['/devices', { campus: '宜宾校区', area: '竹苑2栋浴室' }, 4, all / 4],
    ['/devices', { building: '竹苑3栋', area: '竹苑2栋浴室' }, 4, all / 4],
    ['/devices', { building: '竹苑4栋', area: '竹苑2栋浴室' }, 4, 0],
    ['/devices', { q: '水控 1' }, 3, 11],
    ['/devices', { q: 'YB-A-BATH-0' }, 4, 9],
    ['/records', {}, 100, all * recordsEach],
    ['/records', { deviceId: 'yb-a-bath-03' }, 7, recordsEach],
    ['/records', { kind: 'waterRelease' }, 33, (all * recordsEach) / 3],
    ['/records', { card: '6217003812345678' }, 4, recordsEach],
    ['/records', { card: '6217003812345678', deviceId: 'yb-a-bath-01', kind: 'waterHold' }, 4, recordsEach / 3],
    ['/records', { card: '6217003812345678', deviceId: 'yb-a-bath-02' }, 4, 0],
    ['/records', { place: '宜宾校区/竹苑3栋/竹苑2栋浴室' }, 33, (all / 4) * recordsEach],
    ['/records', { place: '宜宾校区', kind: 'waterRelease' }, 33, (all * recordsEach) / 3],
    ['/gaps', {}, 1, 3],
    ['/gaps', { state: 'open' }, 1, 2],
    ['/gaps', { deviceId: 'yb-a-bath-02' }, 1, 1],
    ['/gaps', { agentId: 'yb-b' }, 1, 0],
    ['/dead-letters', {}, 2, 5],
    ['/dead-letters', { state: 'open', stream: 'money' }, 3, 4],
    ['/dead-letters', { stream: 'event' }, 3, 0],
    ['/devices/yb-a-bath-01/readings', {}, 2, 3],
    ['/devices/yb-a-bath-01/readings', { point: 'flow' }, 11, 120],
    ['/devices/yb-a-bath-02/readings', { point: 'flow' }, 11, 0],
  ] as const)('%s %j in pages of %i gives its %i rows once, as one page would', async (path, query, limit, count) => {
    const walked = await walk(path, { ...query, limit });
    const keys = walked.map((item) => JSON.stringify(item));
    expect(new Set(keys).size).toBe(count);
    expect(keys).toHaveLength(count);
    const { items } = await page(path, { ...query, limit: 500 });
    expect(keys.slice(0, 500)).toEqual(items.slice(0, 500).map((item) => JSON.stringify(item)));
  });

  test('the audit trail too, and without a row of its own', async () => {
    const walked = await walk('/audit', { limit: 1 });
    expect(walked.map((row) => row['n'])).toEqual([1]);
    const of = (object: string): Promise<PageOf['items']> => walk('/audit', { object, limit: 1 });
    expect([await of(String(walked[0]?.['object'])), await of('yb-a-bath-01')]).toEqual([walked, []]);
  });
});

describe('records', () => {
  test('are newest first by device time, of one device by its own numbers', async () => {
    const byTime = (await walk('/records', { limit: 500 })).map((item) => Number(item['observedAt']));
    expect(byTime).toEqual(byTime.toSorted((a, b) => b - a));
    const byNumber = (await walk('/records', { deviceId: deviceIds[5] ?? '', limit: 500 })).map((item) => item['recordNo']);
    expect(byNumber).toEqual(Array.from({ length: recordsEach }, (_, i) => recordsEach - i));
  });

  test('keep their pages while others arrive: nothing twice, nothing of the old left out', async () => {
    const before = (await walk('/records', { limit: 500 })).map((item) => item['id']);
    let no = 1_000;
    const walked = await walk('/records', { limit: 50 }, () => {
      no += 1;
      insertRecord(house.seeded, { device: 'yb-a-bath-09', no, card: '6217003800000000', observedAt: house.seeded.at + no });
      insertRecord(house.seeded, {
        device: 'yb-a-bath-10',
        no,
        card: '6217003800000000',
        observedAt: house.seeded.at - hourMs + no,
      });
    });
    const ids = walked.map((item) => item['id']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(before.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('of a card are found whether they are filed or not', async () => {
    const db = house.seeded.db;
    db.exec(
      `INSERT INTO record_card (bucket, observed_at, id, card_ref) SELECT substr(card_ref, 1, 2), observed_at, id, card_ref FROM record WHERE id <= 20`,
    );
    db.exec('UPDATE record_card_upto SET id = 20');
    expect(await walk('/records', { card: '6217003812345678', limit: 4 })).toHaveLength(recordsEach);
  });

  test('between two times: the first included, the second not', async () => {
    const [one] = (await page('/records', { deviceId: 'yb-a-bath-04', limit: 1 })).items;
    const at = Number(one?.['observedAt']);
    const within = async (from: number, to: number): Promise<number> =>
      (await walk('/records', { deviceId: 'yb-a-bath-04', from, to, limit: 5 })).length;
    expect([await within(at, at + 1), await within(at - 1, at), await within(at - 60_000, at + 1)]).toEqual([1, 0, 2]);
  });
});

describe('a cursor', () => {
  test.each([
    ['of another list', '/gaps', {}],
    ['with another filter', '/devices', { state: 'online' }],
    ['of another order', '/records', { deviceId: 'yb-a-bath-01' }],
  ])('%s is refused', async (_what, path, query) => {
    const { nextCursor } = await page('/devices', { limit: 1 });
    const search = new URLSearchParams({ ...query, cursor: nextCursor ?? '' });
    const answer = await call(house, `/api/v1${path}?${search}`, { headers });
    expect([answer.status, answer.json]).toMatchObject([400, { code: 'cursor' }]);
  });
});

describe('flow', () => {
  const get = async (query: string): Promise<{ status: number; json: unknown }> =>
    call(house, `/api/v1/flow${query}`, { headers });

  test('sums the campus by minute, to the fen', async () => {
    const { from, to } = { from: house.seeded.at - 2 * hourMs, to: house.seeded.at + hourMs };
    const answer = await get(`?from=${from}&to=${to}&deviceId=yb-a-bath-06`);
    const { items } = answer.json as { items: readonly { records: number; turnoverFen: number }[] };
    const expected = Array.from({ length: recordsEach }, (_, i) => (60 + i + 1) * ((i + 1) % 3 === 2 ? -1 : 1));
    expect(items.map((point) => point.turnoverFen)).toEqual(expected);
    const whole = (await get(`?from=${from}&to=${to}`)).json as { items: readonly { records: number }[] };
    expect(whole.items.reduce((sum, point) => sum + point.records, 0)).toBeGreaterThanOrEqual(all * recordsEach);
  });

  test.each([
    ['?from=2&to=1', 'query.to'],
    ['?from=0', 'query.from'],
    ['?from=yesterday', 'query.from'],
    ['?from=1&from=2', 'query.from'],
    ['?day=1', 'query'],
  ])('refuses %s and names the place', async (query, place) => {
    expect(await get(query)).toMatchObject({ status: 400, json: { code: 'invalid', place } });
  });
});
