import { minuteMs } from '@cardwatch/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, call, type House, openHouse, password, setupCode } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const attempt = async (name: string, secret: string): Promise<number> =>
  (await call(house, '/api/v1/session', { method: 'POST', body: { name, password: secret } })).status;

test('the set-up code cannot be guessed at leisure', async () => {
  const code = await setupCode(house);
  const body = { name: 'zhang', displayName: '张工', password };
  const statuses = [];
  for (let i = 0; i < 6; i++)
    statuses.push((await call(house, '/api/v1/setup', { method: 'POST', body: { ...body, code: `GUESS-${i}` } })).status);
  expect(statuses).toEqual([403, 403, 403, 403, 403, 429]);
  expect((await call(house, '/api/v1/setup', { method: 'POST', body: { ...body, code } })).status).toBe(429);
  house.pass(31 * minuteMs);
  expect((await call(house, '/api/v1/setup', { method: 'POST', body: { ...body, code } })).status).toBe(200);
});

describe('an account', () => {
  test('is locked after five wrong passwords, the right one included, and opens after half an hour', async () => {
    await addPerson(house, 'duty', 'duty');
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push(await attempt('duty', `wrong password ${i}`));
    statuses.push(await attempt('duty', password));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const told = await call(house, '/api/v1/session', { method: 'POST', body: { name: 'duty', password } });
    expect(told.headers.get('retry-after')).toMatch(/^(1799|1800)$/);
    expect(await attempt('zhang', password)).toBe(200);
    house.pass(30 * minuteMs + 1_000);
    expect(await attempt('duty', password)).toBe(200);
  });

  test('that was right in time starts counting anew', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 3; i++) expect(await attempt('duty', 'wrong password')).toBe(401);
      expect(await attempt('duty', password)).toBe(200);
      house.pass(31 * minuteMs);
    }
  });

  test('a burst of guesses at once gets five and no more', async () => {
    house.pass(31 * minuteMs);
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, i) => attempt('duty', `guess number ${i}`)));
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(statuses.every((status) => [401, 429, 503].includes(status))).toBe(true);
    house.pass(31 * minuteMs);
  });

  test('that does not exist is refused like one that does', async () => {
    const answers = [];
    for (const name of ['duty', 'ghost'])
      answers.push(await call(house, '/api/v1/session', { method: 'POST', body: { name, password: 'wrong password' } }));
    const [real, ghost] = answers.map(({ json }) => ({ ...(json as object), requestId: '' }));
    expect(real).toEqual(ghost);
  });

  test('the trail has every failure and the lock', async () => {
    const trail = await house.desk.role.audit({ limit: 500 });
    const rows = trail.ok ? trail.value.items.filter((row) => row.action === 'session.attempt' && row.object === 'duty') : [];
    expect(rows.length).toBeGreaterThanOrEqual(14);
    expect(rows.some((row) => row.result === 'locked')).toBe(true);
    expect(JSON.stringify(trail)).not.toContain('wrong password');
  });
});

test('an address that guesses at many names waits longer and longer', async () => {
  house.pass(61 * minuteMs);
  const statuses = [];
  for (let i = 0; i < 12; i++) statuses.push(await attempt(`name-${i}`, 'wrong password'));
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
});
