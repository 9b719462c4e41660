import { hourMs, minuteMs } from '@cardwatch/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, call, type House, openHouse, password, setupCode, signedIn, signIn } from './harness.ts';

const dutyScopes = [
  'read',
  'records:read',
  'commands',
  'watch:read',
  'alarms:handle',
  'windows:edit',
  'incidents:handle',
  'wall:read',
];

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const code = (json: unknown): string => (json as { code: string }).code;

describe('the first start', () => {
  const first = { name: 'zhang', displayName: '张工', password };

  test('is told to everybody, and nothing else is', async () => {
    const state = await call(house, '/api/v1/setup');
    expect(state.json).toEqual({ setupNeeded: true, version: '0.1.0' });
    expect((await call(house, '/api/v1/overview')).status).toBe(401);
  });

  test('needs the printed code, of which an earlier one no longer works', async () => {
    const earlier = await setupCode(house);
    const later = await setupCode(house);
    expect(later).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
    const wrong = await call(house, '/api/v1/setup', { method: 'POST', body: { ...first, code: earlier } });
    expect([wrong.status, code(wrong.json)]).toEqual([403, 'setupCode']);
    const right = await call(house, '/api/v1/setup', {
      method: 'POST',
      body: { ...first, code: later.toLowerCase().replaceAll('-', ' ') },
    });
    expect(right.status).toBe(200);
    const me = await call(house, '/api/v1/session', { headers: signedIn(right).headers });
    expect(me.json).toMatchObject({ name: 'zhang', role: 'admin' });
  });

  test('happens once', async () => {
    const again = await call(house, '/api/v1/setup', { method: 'POST', body: { ...first, name: 'li', code: 'X' } });
    expect([again.status, code(again.json)]).toEqual([409, 'setupClosed']);
    expect((await call(house, '/api/v1/setup')).json).toMatchObject({ setupNeeded: false });
  });
});

describe('a session', () => {
  beforeAll(() => addPerson(house, 'wang', 'duty'));

  test('has a cookie that no script reads and no other site sends', async () => {
    const answer = await call(house, '/api/v1/session', { method: 'POST', body: { name: 'wang', password } });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^cardwatch_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    expect(answer.json).toMatchObject({ name: 'wang', role: 'duty', scopes: dutyScopes });
  });

  test('ends when it is idle, and use keeps it alive', async () => {
    const { headers } = await signIn(house, 'wang');
    house.pass(14 * minuteMs);
    expect((await call(house, '/api/v1/overview', { headers })).status).toBe(200);
    house.pass(14 * minuteMs);
    expect((await call(house, '/api/v1/overview', { headers })).status).toBe(200);
    house.pass(15 * minuteMs);
    expect((await call(house, '/api/v1/overview', { headers })).status).toBe(401);
  });

  test('ends after twelve hours however busy', async () => {
    const { headers } = await signIn(house, 'wang');
    for (let spent = 0; spent + 10 * minuteMs < 12 * hourMs; spent += 10 * minuteMs) {
      expect((await call(house, '/api/v1/session', { headers })).status).toBe(200);
      house.pass(10 * minuteMs);
    }
    house.pass(10 * minuteMs);
    expect((await call(house, '/api/v1/session', { headers })).status).toBe(401);
  });

  test('is one of three at most: the fourth ends the oldest', async () => {
    const all = [];
    for (let i = 0; i < 4; i++) all.push(await signIn(house, 'wang'));
    const statuses = [];
    for (const { headers } of all) statuses.push((await call(house, '/api/v1/session', { headers })).status);
    expect(statuses).toEqual([401, 200, 200, 200]);
  });

  test('ends with sign-out', async () => {
    const { headers } = await signIn(house, 'wang');
    const out = await call(house, '/api/v1/session', { method: 'DELETE', headers });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      200,
      'cardwatch_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
    ]);
    expect((await call(house, '/api/v1/session', { headers })).status).toBe(401);
  });
});
