/** Areas as scope, over real HTTP: receipts, incidents and the live stream tell a person of their places alone. */
import type { LiveEvent } from '@cardwatch/contracts/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandLine } from '../../../packages/collector/src/services/caller.ts';
import { setUserAreas } from '../../../packages/collector/src/services/user/standing.ts';
import { addPerson, type Answer, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { note } from '../../api/seed.ts';
import { alarmRow, incidentRow, noticeRow, uuid } from '../store/rows.ts';

type Headers = Readonly<Record<string, string>>;
let house: House;
let everywhere: Headers;
let local: Headers;

const scope = (campus: string | null, ...areas: readonly string[]): object => ({
  campus,
  areas,
  devices: [],
  deviceClasses: [],
  rules: [],
});

beforeAll(async () => {
  house = await openHouse();
  await addPerson(house, 'manager', 'manager');
  await addPerson(house, 'local', 'manager');
  await setUserAreas(house.serving.services, commandLine, 'local', ['west/b-1', 'yibin', '宜宾校区/竹苑3栋/竹苑1栋浴室']);
  everywhere = (await signIn(house, 'manager')).headers;
  local = (await signIn(house, 'local')).headers;
  const alarms = [
    alarmRow(101, { campus: 'west', area: 'west/b-1/hall' }),
    alarmRow(102, { campus: 'west', area: 'west/b-2/hall' }),
    alarmRow(103, { campus: 'yibin', area: null }),
    alarmRow(104, { campus: null, area: null }),
  ];
  const notices = [
    noticeRow(101),
    noticeRow(102, { state: 'failed' }),
    noticeRow(103, { state: 'unconfirmed' }),
    noticeRow(104),
    noticeRow(105, { alarmIds: [uuid(102), uuid(101)], state: 'failed' }),
  ];
  const incidents = [
    incidentRow(101, { scope: scope('west', 'west/b-1/hall'), alarmIds: [] }),
    incidentRow(102, { scope: scope('west', 'west/b-2/hall'), alarmIds: [uuid(102)] }),
    incidentRow(103, { scope: scope('yibin'), alarmIds: [] }),
    incidentRow(104, { alarmIds: [uuid(101), uuid(102)] }),
    incidentRow(105, { alarmIds: [], owner: 'local' }),
    incidentRow(106, { alarmIds: [] }),
  ];
  await house.watch.store.commit({ alarms, notices, incidents });
});
afterAll(() => house.close());

const get = (path: string, headers: Headers): Promise<Answer> => call(house, `/api/v1${path}`, { headers });
const post = (path: string, body: unknown, headers: Headers): Promise<Answer> =>
  call(house, `/api/v1${path}`, { method: 'POST', body, headers });
/** Numbers of the rows of this test. */
const numbersOf = (answer: Answer, id: 'noticeId' | 'incidentId', base: number): readonly number[] =>
  (answer.json as { items: Record<string, string>[] }).items
    .map((item) => Number.parseInt((item[id] ?? '').slice(-12), 16) - base)
    .filter((n) => n > 100 && n < 200)
    .toSorted((a, b) => a - b);
const receipts = async (path: string, headers: Headers): Promise<readonly number[]> =>
  numbersOf(await get(path, headers), 'noticeId', 1_000_000);
const cases = async (path: string, headers: Headers): Promise<readonly number[]> =>
  numbersOf(await get(path, headers), 'incidentId', 2_000_000);
const codeOf = ({ status, json }: Answer): string => `${status} ${(json as { code?: string }).code ?? ''}`;

describe('receipts', () => {
  test('of an alarm of their places', async () => {
    expect(await receipts('/notices?limit=200', everywhere)).toEqual([101, 102, 103, 104, 105]);
    expect(await receipts('/notices?limit=200', local)).toEqual([101, 103, 105]);
    expect(await receipts('/notices?limit=200&state=unconfirmed', local)).toEqual([103]);
    expect(await receipts(`/notices?limit=200&alarmId=${uuid(102)}`, local)).toEqual([105]);
  });

  test('that failed, and sending them once more', async () => {
    expect(await receipts('/notices/dead?limit=200', everywhere)).toEqual([102, 105]);
    expect(await receipts('/notices/dead?limit=200', local)).toEqual([105]);
    const body = { reason: '再发一次', idempotencyKey: uuid(950) };
    expect(codeOf(await post(`/notices/${noticeRow(102).noticeId}/resend`, body, local))).toBe('404 notFound');
    expect(house.watch.acts).toEqual([]);
    expect((await post(`/notices/${noticeRow(105).noticeId}/resend`, body, local)).status).toBe(200);
  });
});

describe('incidents', () => {
  test('by their scope, their alarms or their owner', async () => {
    expect(await cases('/incidents?limit=200', everywhere)).toEqual([101, 102, 103, 104, 105, 106]);
    expect(await cases('/incidents?limit=200', local)).toEqual([101, 103, 104, 105]);
  });

  test('one by one, with the alarms of their places; another is as if it did not exist', async () => {
    const idOf = (n: number): string => incidentRow(n).incidentId;
    const statuses: string[] = [];
    for (const n of [101, 102, 103, 104, 105, 106]) statuses.push(codeOf(await get(`/incidents/${idOf(n)}`, local)));
    expect(statuses).toEqual(['200 ', '404 notFound', '200 ', '200 ', '200 ', '404 notFound']);
    const alarmsOf = async (headers: Headers): Promise<readonly string[]> =>
      ((await get(`/incidents/${idOf(104)}`, headers)).json as { alarms: { alarmId: string }[] }).alarms.map(
        ({ alarmId }) => alarmId,
      );
    expect((await alarmsOf(everywhere)).toSorted()).toEqual([uuid(101), uuid(102)]);
    expect(await alarmsOf(local)).toEqual([uuid(101)]);
  });

  test('elsewhere are not moved, not merged into, and not opened of alarms elsewhere', async () => {
    const acts = house.watch.acts.length;
    const key = (n: number): object => ({ note: '核对', idempotencyKey: uuid(n) });
    const ofElse = incidentRow(102).incidentId;
    expect(codeOf(await post(`/incidents/${ofElse}/owner`, { owner: 'local', ...key(951) }, local))).toBe('404 notFound');
    const into = { into: ofElse, ...key(952) };
    expect(codeOf(await post(`/incidents/${incidentRow(101).incidentId}/merge`, into, local))).toBe('404 notFound');
    const opened = { title: '网络', alarmIds: [uuid(102)], occurredAt: 1, ...key(953) };
    expect(codeOf(await post('/incidents', opened, local))).toBe('404 notFound');
    expect(house.watch.acts.length).toBe(acts);
  });
});

/** What a stream tells until an agent is told, which comes after devices in a step. */
async function heard(headers: Headers, work: () => void): Promise<readonly LiveEvent[]> {
  const calling = new AbortController();
  const response = await fetch(`${house.base}/api/v1/live`, { headers, signal: calling.signal });
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const read = async (until: (events: readonly LiveEvent[]) => boolean): Promise<readonly LiveEvent[]> => {
    for (;;) {
      const lines = text.split('\n\n').slice(0, -1);
      const events = lines
        .flatMap((frame) => /^data: (.*)$/m.exec(frame)?.[1] ?? [])
        .map((data) => JSON.parse(data) as LiveEvent);
      if (until(events)) return events;
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      text += decoder.decode(value, { stream: true });
    }
  };
  await read((events) => events.some(({ type }) => type === 'overview'));
  work();
  const events = await read((all) => all.some(({ type }) => type === 'agent'));
  calling.abort();
  return events;
}

test('the live stream tells of devices of their places', async () => {
  const devicesOf = async (headers: Headers): Promise<readonly string[]> =>
    ((await get('/devices?limit=200', headers)).json as { items: { deviceId: string }[] }).items.map(({ deviceId }) => deviceId);
  const [all, own] = [await devicesOf(everywhere), await devicesOf(local)];
  const elsewhere = all.filter((deviceId) => !own.includes(deviceId));
  expect([own.length > 0, elsewhere.length > 0]).toEqual([true, true]);
  const stir = (): void => {
    for (const deviceId of all) note(house.seeded, 'device', deviceId, 1);
    note(house.seeded, 'agent', 'yb-a', 1);
    house.serving.wake();
  };
  const told = async (headers: Headers): Promise<readonly string[]> =>
    (await heard(headers, stir)).flatMap((event) => (event.type === 'device' ? [event.device.deviceId] : [])).toSorted();
  expect(await told(everywhere)).toEqual(all.toSorted());
  expect(await told(local)).toEqual(own.toSorted());
});
