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

describe('the first start with a duty account', () => {
  let fresh: House;
  beforeAll(async () => {
    fresh = await openHouse();
  });
  afterAll(() => fresh.close());

  const admin = { name: 'zhang.admin', displayName: '张工（管理）', password };
  const duty = { name: 'zhang', displayName: '张工', password: `${password} of the duty` };
  const setUp = async (body: Readonly<Record<string, unknown>>) => call(fresh, '/api/v1/setup', { method: 'POST', body });

  test('refuses one name or one password for both, and spends no code on it', async () => {
    const printed = await setupCode(fresh);
    const refused = [
      await setUp({ ...admin, code: printed, duty: { ...duty, name: admin.name } }),
      await setUp({ ...admin, code: printed, duty: { ...duty, password } }),
    ];
    expect(refused.map(({ status, json }) => [status, (json as { place: string }).place])).toEqual([
      [400, 'body.duty.name'],
      [400, 'body.duty.password'],
    ]);
    expect(refused.some(({ text }) => text.includes(password))).toBe(false);
    expect((await call(fresh, '/api/v1/setup')).json).toMatchObject({ setupNeeded: true });
  });

  test('makes both in one act and signs in with the one that may handle alarms and may not administer', async () => {
    const answer = await setUp({ ...admin, code: await setupCode(fresh), duty });
    expect(answer.status).toBe(200);
    const me = signedIn(answer);
    expect(me.session).toMatchObject({ name: 'zhang', displayName: '张工', role: 'duty', scopes: dutyScopes });
    expect((await call(fresh, '/api/v1/users', { headers: me.headers })).status).toBe(403);
    const root = await signIn(fresh, admin.name);
    expect(root.session.role).toBe('admin');
    const users = (await call(fresh, '/api/v1/users', { headers: root.headers })).json as {
      items: { name: string; role: string }[];
    };
    expect(users.items.map(({ name, role }) => [name, role])).toEqual([
      ['zhang', 'duty'],
      ['zhang.admin', 'admin'],
    ]);
  });

  test('tells the trail who was made by whom', async () => {
    const trail = await fresh.serving.services.people.audit({ limit: 50 });
    const items = trail.ok ? trail.value.items : [];
    const made = items.filter(({ action }) => action === 'setup.complete' || action === 'user.add');
    expect(made.map(({ actor, action, object }) => `${actor} ${action} ${object}`)).toEqual([
      'zhang.admin user.add zhang',
      '- setup.complete zhang.admin',
    ]);
    expect(made.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([
      { role: 'admin', given: 'duty', with: 'setup.complete' },
      { role: 'admin' },
    ]);
    expect(items.map(({ detail }) => detail).join()).not.toContain(password);
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
