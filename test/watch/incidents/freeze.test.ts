/** 封网 over real HTTP: in the areas of an important event a device is left alone, unless two others approve or a level-1 incident needs it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addPerson, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { samples } from '../../api/samples.ts';
import { incidentRow, uuid } from '../store/rows.ts';

const deviceId = String(samples.operateDevice.params?.deviceId);
let house: House;
const signed = new Map<string, Readonly<Record<string, string>>>();
const people = [
  ['zhao', 'engineer'],
  ['qian', 'expert'],
  ['sun', 'manager'],
  ['li', 'expert'],
] as const;
beforeAll(async () => {
  house = await openHouse();
  for (const [name, role] of people) await addPerson(house, name, role);
});
afterAll(() => house.close());

/** Longer than an approval holds: everybody signs in again. */
async function later(): Promise<void> {
  house.pass(16 * 60_000);
  for (const [name] of people) signed.set(name, (await signIn(house, name)).headers);
}
beforeEach(later);

const post = (who: string, path: string, body: object) =>
  call(house, `/api/v1${path}`, {
    method: 'POST',
    headers: signed.get(who) ?? {},
    body: { idempotencyKey: randomUUID(), ...body },
  });
const operate = async (who: string, more: object = {}): Promise<string> => {
  const { name } = samples.operateDevice.body?.(1) ?? { name: '' };
  const { status, json } = await post(who, `/devices/${deviceId}/operations`, { name, reason: '换阀', ...more });
  return status === 200 ? 'ok' : `${status} ${(json as { message: string }).message}`;
};
const approve = async (who: string): Promise<number> =>
  ((await post(who, `/devices/${deviceId}/approvals`, { reason: '同意' })).json as { approvals: number }).approvals;

async function event(areas: readonly string[], freeze = true): Promise<void> {
  const now = house.serving.services.clock.now();
  const row = { eventId: uuid(88), name: '考研', areas: [...areas], from: now - 1, to: now + 3_600_000, freeze, vip: false };
  await house.watch.store.saveSetting('importantEvents', [row], { author: 'sun', reason: '考试', at: now });
}
const device = async () => {
  const found = await house.serving.services.read.device(deviceId);
  if (found === null) throw new Error('no such device');
  return found;
};

test('outside of a freeze nobody is asked', async () => {
  await event([], false);
  expect(await operate('zhao')).toBe('ok');
  await event(['elsewhere']);
  expect(await operate('zhao')).toBe('ok');
});

test('in a freeze two others are needed, once for one operation, and not after a quarter of an hour', async () => {
  await event([(await device()).place.campus]);
  expect(await operate('qian')).toContain('还差 2 人');
  expect([await approve('qian'), await approve('qian')]).toEqual([1, 1]);
  expect(await operate('qian')).toContain('还差 2 人');
  expect(await approve('sun')).toBe(2);
  expect(await operate('qian')).toContain('还差 1 人');
  const idempotencyKey = randomUUID();
  expect(await operate('zhao', { idempotencyKey })).toBe('ok');
  expect(await operate('zhao', { idempotencyKey })).toBe('ok');
  expect(await operate('zhao')).toContain('还差 2 人');
  expect([await approve('qian'), await approve('li')]).toEqual([1, 2]);
  await later();
  expect(await operate('zhao')).toContain('还差 2 人');
});

test('to take a device out of service is a change as well, to put it back is none', async () => {
  const maintain = async (maintenance: boolean, more: object = {}): Promise<string> => {
    const headers = signed.get('zhao') ?? {};
    const body = { maintenance, reason: '换阀', ...more };
    const { status, json } = await call(house, `/api/v1/devices/${deviceId}/maintenance`, { method: 'POST', headers, body });
    return status === 200 ? 'ok' : `${status} ${(json as { message: string }).message}`;
  };
  await event([(await device()).place.campus]);
  expect(await maintain(true)).toContain('还差 2 人');
  expect([await approve('qian'), await approve('li')]).toEqual([1, 2]);
  expect([await maintain(true), await maintain(true), await maintain(false)]).toEqual(['ok', 'ok', 'ok']);
  // the approvals were for one change
  expect(await maintain(true)).toContain('还差 2 人');
  expect(await operate('zhao')).toContain('还差 2 人');
  await event(['elsewhere']);
  expect([await maintain(true), await maintain(false)]).toEqual(['ok', 'ok']);
});

test('who may not review may not approve', async () => {
  expect((await post('zhao', `/devices/${deviceId}/approvals`, { reason: '同意' })).status).toBe(403);
});

test('a running level-1 incident of the device needs no approval; another one is none', async () => {
  await event([]);
  const now = house.serving.services.clock.now();
  const scope = { campus: 'main', areas: [], devices: [deviceId], deviceClasses: [], rules: [] };
  const factors = {
    severity: 3,
    scope: 3,
    urgency: 3,
    bump: 0,
    score: 27,
    hardRule: null,
    by: 'watch',
    reason: 'score:27',
    at: now,
  };
  const level = (one: 1 | 2) => [{ ...factors, level: one }];
  await house.watch.store.commit({
    incidents: [
      incidentRow(51, { scope, assessments: level(1), state: 'working' }),
      incidentRow(52, { scope, assessments: level(2), state: 'working' }),
      incidentRow(53, { scope, assessments: level(1), state: 'closed' }),
      incidentRow(54, { scope: { ...scope, devices: ['pos-9'] }, assessments: level(1), state: 'working' }),
    ],
  });
  const tried = [];
  for (const n of [52, 53, 54, 51]) tried.push((await operate('zhao', { emergency: `GZ-20261123-00${n}` })).slice(0, 3));
  expect(tried).toEqual(['409', '409', '409', 'ok']);
});
