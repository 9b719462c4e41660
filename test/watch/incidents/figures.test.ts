/** Figures of the contract over real HTTP. */
import type { AvailabilityDto, SlaDto } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setUserAreas } from '../../../packages/collector/src/services/user/standing.ts';
import { commandLine } from '../../../packages/collector/src/services/caller.ts';
import { addPerson, type Answer, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { at0, uuid } from '../store/rows.ts';

let house: House;
let manager: Readonly<Record<string, string>>;
let local: Readonly<Record<string, string>>;
beforeAll(async () => {
  house = await openHouse();
  await addPerson(house, 'manager', 'manager');
  await addPerson(house, 'local', 'duty');
  await setUserAreas(house.serving.services, commandLine, 'local', ['elsewhere']);
  manager = (await signIn(house, 'manager')).headers;
  local = (await signIn(house, 'local')).headers;
});
afterAll(() => house.close());

const get = (path: string, headers = manager): Promise<Answer> => call(house, `/api/v1${path}`, { headers });
const codeOf = ({ status, json }: Answer): string => `${status} ${(json as { code?: string }).code ?? ''}`;
const span = (from: number, to: number): string => `from=${from}&to=${to}`;
const day = 1_440 * minuteMs;

test('figures name their definition and the incidents that they were counted from', async () => {
  const sla = (await get(`/sla?${span(at0 - day, at0 + day)}`)).json as SlaDto;
  expect(sla.incidents).toBeGreaterThan(0);
  expect(sla.onTime.map(({ clock, figure }) => [clock, figure.definition])).toEqual([
    ['respond', 'respondOnTime.v1'],
    ['onSite', 'onSiteOnTime.v1'],
    ['restore', 'restoreOnTime.v1'],
    ['resolve', 'resolveOnTime.v1'],
    ['preliminaryReport', 'preliminaryReportOnTime.v1'],
    ['finalReport', 'finalReportOnTime.v1'],
  ]);
  const [respond] = sla.onTime;
  expect(respond?.figure.counted).toHaveLength(respond?.figure.denominator ?? -1);
  expect(sla.quality.map(({ definition }) => definition)).toEqual(
    expect.arrayContaining(['firstTimeFix.v1', 'repeatRate.v1', 'majorIncidents.v1', 'mtta.v1', 'mttr.v1']),
  );
  const none = (await get(`/sla?${span(at0 - 2 * day, at0 - day)}`)).json as SlaDto;
  expect([none.incidents, none.onTime[0]?.figure.value]).toEqual([0, null]);
});

test.each([
  // path                                                     answer
  [`/sla?${span(at0, at0)}`, '400 invalid'],
  [`/sla?${span(at0, at0 + 401 * day)}`, '422 tooBroad'],
  [`/availability?${span(at0, at0 + day)}`, '400 invalid'],
  [`/availability?${span(at0, at0 + 94 * day)}&deviceId=yb-a-bath-01`, '422 tooBroad'],
  [`/availability?${span(at0, at0 + day)}&deviceId=no-such`, '404 notFound'],
  [`/availability?${span(at0, at0 + day)}&area=no-such`, '404 notFound'],
])('%s: %s', async (path, expected) => {
  expect(codeOf(await get(path))).toBe(expected);
});

test('availability of a device is the same in its area, and hidden from who has other areas', async () => {
  const from = at0 - day;
  const one = (await get(`/availability?${span(from, at0)}&deviceId=yb-a-bath-01`)).json as AvailabilityDto;
  expect(one.devices.map(({ deviceId, unknownMs }) => [deviceId, unknownMs])).toEqual([['yb-a-bath-01', day]]);
  expect([one.raw, one.net, one.contract]).toEqual([null, null, null]);
  const area = (await get(`/availability?${span(from, at0)}&area=${encodeURIComponent('宜宾校区')}`)).json as AvailabilityDto;
  expect(area.devices.length).toBeGreaterThan(1);
  expect(area.devices).toContainEqual(one.devices[0]);
  expect(codeOf(await get(`/availability?${span(from, at0)}&deviceId=yb-a-bath-01`, local))).toBe('404 notFound');
  expect(codeOf(await get(`/availability?${span(from, at0)}&area=${encodeURIComponent('宜宾校区')}`, local))).toBe(
    '404 notFound',
  );
});

test('a fault of its own counts against all three, one upstream against raw and contract, a maintenance window against raw alone', async () => {
  const hour = 60 * minuteMs;
  const from = at0 - 3 * day;
  const became = (hours: number, state: string, cause: string | null = null) => ({
    subjectKind: 'device' as const,
    subjectId: 'yb-a-bath-01',
    at: from + hours * hour,
    state,
    cause,
  });
  await house.watch.store.commit({
    states: [
      became(0, 'online'),
      became(6, 'offline', 'noReply'),
      became(8, 'online'),
      became(10, 'offline', 'unreachableParent'),
      became(11, 'online'),
      became(20, 'offline', 'noReply'),
      became(21, 'online'),
    ],
  });
  const window = { windowId: uuid(77), name: '换阀', weekly: false, until: null, reason: '换阀', createdBy: 'li', endedAt: null };
  const windows = [{ ...window, from: from + 20 * hour, to: from + 21 * hour, subjects: ['宜宾校区'] }];
  await house.watch.store.saveSetting('windows', windows, { author: 'li', reason: '换阀', at: at0 });
  const answer = await get(`/availability?${span(from, from + day)}&deviceId=yb-a-bath-01`);
  const [device] = (answer.json as AvailabilityDto).devices;
  expect(device).toEqual({
    deviceId: 'yb-a-bath-01',
    raw: { value: 20 / 24, upMs: 20 * hour, downMs: 4 * hour },
    net: { value: 20 / 22, upMs: 20 * hour, downMs: 2 * hour },
    contract: { value: 20 / 23, upMs: 20 * hour, downMs: 3 * hour },
    unknownMs: 0,
    failures: 1,
    mtbfMs: 20 * hour,
    mttrMs: 2 * hour,
  });
});
