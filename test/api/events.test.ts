import type { CommandDto, DeviceDto, EventDto, PassPointDto } from '@cardwatch/contracts/api';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, type Answer, bearer, call, type House, openHouse, signIn } from './harness.ts';
import { eventsSeeded, gateId } from './seed.ts';

let house: House;
let headers: Readonly<Record<string, string>>;
beforeAll(async () => {
  house = await openHouse();
  headers = await bearer(house, ['read', 'records:read']);
  await addPerson(house, 'duty', 'duty');
  await addPerson(house, 'finance', 'finance');
});
afterAll(() => house.close());

interface Page {
  readonly items: readonly EventDto[];
  readonly nextCursor: string | null;
}

async function events(query: Readonly<Record<string, string | number>>): Promise<Page> {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]));
  const answer = await call(house, `/api/v1/events?${search}`, { headers });
  expect(answer.status).toBe(200);
  return answer.json as Page;
}

describe('events', () => {
  test.each([
    [{ deviceId: gateId }, eventsSeeded + 2],
    [{ type: 'pass' }, eventsSeeded],
    [{ type: 'pass', result: 'denied' }, eventsSeeded / 5],
    [{ deviceId: gateId, type: 'pass', method: 'card' }, eventsSeeded / 3],
    [{ result: 'denied', method: 'card' }, eventsSeeded / 15],
    [{ type: 'door' }, 1],
    [{ type: 'deviceAlarm', deviceId: gateId }, 1],
    [{ deviceId: 'yb-a-bath-01' }, 0],
  ])('%j: %i, seven at a time, newest first, none twice', async (query, expected) => {
    const items: EventDto[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 100; pages++) {
      const page = await events({ ...query, limit: 7, ...(cursor === undefined ? {} : { cursor }) });
      items.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(items).toHaveLength(expected);
    expect(new Set(items.map(({ id }) => id)).size).toBe(expected);
    expect(items.map(({ observedAt }) => observedAt)).toEqual(
      items.map(({ observedAt }) => observedAt).toSorted((a, b) => b - a),
    );
  });

  test('in a range of time, and a person only as the first digits of a pseudonym', async () => {
    const { at } = house.seeded;
    const { items } = await events({ from: at - 10_000, to: at, type: 'pass' });
    expect(items.map(({ eventNo }) => eventNo)).toEqual([59, 58, 57, 56, 55, 54, 53, 52, 51, 50]);
    expect(items[0]).toMatchObject({ deviceId: gateId, generation: 1, result: 'granted', code: 'hik 5/75', clockQuality: 'ok' });
    for (const item of items) expect(item.personMasked).toMatch(/^[0-9a-f]{6}\*{4}$/);
    const answer = await call(house, '/api/v1/events?type=pass', { headers });
    expect(answer.text).not.toMatch(/[0-9a-f]{32}/);
  });

  test('a cursor of another question, a result that there is not: refused', async () => {
    const { nextCursor } = await events({ type: 'pass', limit: 1 });
    const other = await call(house, `/api/v1/events?type=door&cursor=${nextCursor}`, { headers });
    expect([other.status, (other.json as { code: string }).code]).toEqual([400, 'cursor']);
    expect((await call(house, '/api/v1/events?result=maybe', { headers })).status).toBe(400);
  });

  test('passes by minute', async () => {
    const answer = await call(house, '/api/v1/passes/flow', { headers });
    expect((answer.json as { items: PassPointDto[] }).items).toMatchObject([{ granted: 40, denied: 15, other: 5 }]);
  });
});

describe('operations', () => {
  const device = 'yb-a-bath-01';
  const order = async (who: string, body: Readonly<Record<string, unknown>>, id = device): Promise<Answer> => {
    const { headers: signed } = await signIn(house, who);
    return call(house, `/api/v1/devices/${id}/operations`, { method: 'POST', headers: signed, body });
  };
  const body = (more: Readonly<Record<string, unknown>> = {}) => ({
    name: 'valveClose',
    reason: '漏水',
    idempotencyKey: randomUUID(),
    ...more,
  });

  test('are offered by the device, ordered by duty, audited, told to the agent, and not ordered twice', async () => {
    const shown = (await call(house, `/api/v1/devices/${device}`, { headers })).json as DeviceDto;
    expect([shown.serial, shown.operations]).toEqual(['SN-1', ['valveClose']]);
    const asked = body();
    const first = await order('duty', asked);
    expect(first.status).toBe(200);
    const command = first.json as CommandDto;
    expect(command).toMatchObject({ id: asked.idempotencyKey, action: 'operate', operation: 'valveClose', state: 'pending' });
    expect(command.expiresAt - command.createdAt).toBe(60_000);
    expect(house.notified).toEqual(['yb-a']);
    const again = await order('duty', asked);
    expect([again.status, (again.json as CommandDto).id]).toEqual([200, command.id]);
    expect(house.notified).toEqual(['yb-a']);
    const listed = (await call(house, `/api/v1/devices/${device}/operations`, { headers })).json as { items: CommandDto[] };
    expect(listed.items).toHaveLength(1);
    const trail = await house.desk.role.audit({ limit: 50 });
    const rows = trail.ok ? trail.value.items.filter(({ action }) => action === 'device.operate') : [];
    expect(rows.map(({ actor, object }) => `${actor} ${object}`)).toEqual([`duty ${device}`, `duty ${device}`]);
    expect(rows[0]?.detail).toContain('漏水');
  });

  test('the outcome is shown, also one that comes after the expiry', async () => {
    const asked = body();
    await order('duty', asked);
    house.seeded.db.prepare("UPDATE command SET state = 'done', detail = 'shut' WHERE id = ?").run(asked.idempotencyKey);
    const listed = (await call(house, `/api/v1/devices/${device}/operations`, { headers })).json as { items: CommandDto[] };
    expect(listed.items.find(({ id }) => id === asked.idempotencyKey)).toMatchObject({ state: 'done', detail: 'shut' });
  });

  test.each([
    ['finance may not', 'finance', {}, device, 403],
    ['what the device does not offer', 'duty', { name: 'doorOpen' }, device, 400],
    ['a device that offers nothing', 'duty', {}, 'yb-a-bath-02', 400],
    ['no such device', 'duty', {}, 'nothing', 404],
    ['no reason', 'duty', { reason: '' }, device, 400],
    ['a key that is no UUID', 'duty', { idempotencyKey: '1' }, device, 400],
    ['a name that is no name', 'duty', { name: '../x' }, device, 400],
  ] as const)('%s: refused', async (_, who, more, id, status) => {
    const before = house.notified.length;
    expect((await order(who, body(more), id)).status).toBe(status);
    expect(house.notified).toHaveLength(before);
  });

  test('a key that another order has is refused', async () => {
    const asked = body();
    expect((await order('duty', asked)).status).toBe(200);
    await addPerson(house, 'other', 'duty');
    expect((await order('other', asked)).status).toBe(409);
  });
});
