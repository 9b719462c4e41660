/** Where the register puts a device: lists, filters, scope of callers, the overview and the live stream go by it, as alarms and figures do. */
import type { DeviceDto, LiveEvent, OverviewDto } from '@cardwatch/contracts/api';
import { DevicePlace } from '@cardwatch/contracts/watch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../../packages/collector/src/services/caller.ts';
import { setUserAreas } from '../../../packages/collector/src/services/user/standing.ts';
import { addPerson, type Answer, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { note } from '../../api/seed.ts';

type Headers = Readonly<Record<string, string>>;
let house: House;
let everywhere: Headers;
/** For `west/b-1`, where the register puts what its agent declares elsewhere. */
let west: Headers;
const moved = 'yb-a-bath-01';
const declared = { campus: '宜宾校区', building: '竹苑3栋' };

beforeAll(async () => {
  house = await openHouse();
  for (const name of ['manager', 'west']) await addPerson(house, name, 'manager');
  await setUserAreas(house.serving.services, commandLine, 'west', ['west/b-1']);
  everywhere = (await signIn(house, 'manager')).headers;
  west = (await signIn(house, 'west')).headers;
});
afterAll(() => house.close());

const get = (path: string, headers: Headers = everywhere): Promise<Answer> => call(house, `/api/v1${path}`, { headers });
const device = async (headers: Headers = everywhere): Promise<DeviceDto> =>
  (await get(`/devices/${moved}`, headers)).json as DeviceDto;
const ids = async (query: string, headers: Headers = everywhere): Promise<readonly string[]> =>
  ((await get(`/devices?limit=500&${query}`, headers)).json as { items: DeviceDto[] }).items.map(({ deviceId }) => deviceId);
const overview = async (): Promise<OverviewDto> => (await get('/overview')).json as OverviewDto;
const place = (area: string | null): Promise<void> => {
  const places = area === null ? [] : [DevicePlace.parse({ deviceId: moved, area, zone: null, cluster: null })];
  return house.watch.store.saveSetting('places', places, { author: 'test', reason: 'test', at: 1 });
};

/** What a stream of this caller is told of the device. */
async function heard(headers: Headers): Promise<readonly string[]> {
  const after = await house.desk.role.outboxSpan();
  const stop = new AbortController();
  const response = await fetch(`${house.base}/api/v1/live`, {
    headers: { ...headers, 'last-event-id': String(after.last) },
    signal: stop.signal,
  });
  note(house.seeded, 'device', moved, 1);
  note(house.seeded, 'agent', 'yb-a', 1);
  house.serving.wake();
  const events: LiveEvent[] = [];
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    events.splice(
      0,
      events.length,
      ...[...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as LiveEvent),
    );
    if (events.some(({ type }) => type === 'agent')) break;
  }
  stop.abort();
  return events.flatMap((event) => (event.type === 'device' ? [`${event.device.deviceId} ${event.device.place.campus}`] : []));
}

test('as its agent declares it, while the register says nothing', async () => {
  const { place: stands } = await device();
  expect(stands).toMatchObject(declared);
  expect(await ids('campus=west')).toEqual([]);
  expect(await ids(`campus=${declared.campus}`)).toContain(moved);
  expect((await get(`/devices/${moved}`, west)).status).toBe(404);
  expect(await heard(west)).toEqual([]);
});

test('by the register as soon as it says so, and back', async () => {
  const before = await overview();
  const inAll = (await ids('')).length;
  await place('west/b-1/hall');
  // the kind of the area and what the register does not speak of stay as they are declared
  const { areaType } = (await device()).place;
  expect((await device()).place).toEqual({ campus: 'west', building: 'b-1', area: 'hall', areaType });
  expect(areaType).toBeDefined();
  expect([await ids('campus=west'), await ids('area=hall'), await ids('', west)]).toEqual([[moved], [moved], [moved]]);
  expect(await ids(`campus=${declared.campus}`)).not.toContain(moved);
  expect((await ids('')).length).toBe(inAll);
  expect((await device(west)).deviceId).toBe(moved);
  for (const part of ['readings', 'operations']) expect((await get(`/devices/${moved}/${part}`, west)).status).toBe(200);
  expect((await get('/devices/yb-a-bath-02/readings', west)).status).toBe(404);
  const { areas, devices } = await overview();
  expect(areas.find(({ campus }) => campus === 'west')).toMatchObject({ area: 'hall', devices: 1 });
  expect(devices).toEqual(before.devices);
  expect(areas.reduce((sum, area) => sum + area.devices, 0)).toBe(before.devices.total);
  expect(await heard(west)).toEqual([`${moved} west`]);

  await place('west');
  expect((await device()).place).toEqual({ campus: 'west', areaType });
  expect(await ids('', west)).toEqual([]);
  await place(null);
  expect((await device()).place).toMatchObject(declared);
  expect((await overview()).areas).toEqual(before.areas);
});

test('of what was made ahead the register knows nothing', async () => {
  await house.watch.store.saveSetting(
    'places',
    [DevicePlace.parse({ deviceId: 'not-there-yet', area: 'west/b-9', zone: 'Z', cluster: null })],
    { author: 'test', reason: 'test', at: 2 },
  );
  expect(await ids('campus=west')).toEqual([]);
  expect((await device()).place).toMatchObject(declared);
});
