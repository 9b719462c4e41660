/** The people's side of the watch over real HTTP: areas, acts on many, keys, refusals, what the trail keeps. */
import type { AlarmDetailDto, AlarmFacetsDto, BulkDto, IncidentClocksDto } from '@cardwatch/contracts/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUserAreas } from '../../../packages/collector/src/services/user/standing.ts';
import { commandLine } from '../../../packages/collector/src/services/caller.ts';
import { addPerson, type Answer, bearer, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { linkOf } from '../../../packages/collector/src/runner/acts/links.ts';
import { linkKeys } from '../../../packages/collector/src/shell/watch-key.ts';
import { at0, incidentRow, noticeRow, uuid } from '../store/rows.ts';

let house: House;
let everywhere: Readonly<Record<string, string>>;
let local: Readonly<Record<string, string>>;
beforeAll(async () => {
  house = await openHouse();
  await addPerson(house, 'manager', 'manager');
  await addPerson(house, 'local', 'duty');
  await setUserAreas(house.serving.services, commandLine, 'local', ['main/canteen-1', 'yibin']);
  everywhere = (await signIn(house, 'manager')).headers;
  local = (await signIn(house, 'local')).headers;
});
afterAll(() => house.close());

const get = (path: string, headers: Readonly<Record<string, string>>): Promise<Answer> =>
  call(house, `/api/v1${path}`, { headers });
const post = (path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Answer> =>
  call(house, `/api/v1${path}`, { method: 'POST', body, headers });
const idsOf = (answer: Answer): string[] => (answer.json as { items: { alarmId: string }[] }).items.map(({ alarmId }) => alarmId);
const codeOf = (answer: Answer): string => `${answer.status} ${(answer.json as { code: string }).code}`;
const handling = (key: number, over: object = {}): object => ({
  filter: { subject: 'pos-1' },
  expected: 1,
  move: { type: 'start' },
  note: '处理',
  idempotencyKey: uuid(key),
  ...over,
});

describe('areas of a person', () => {
  test('narrow lists, counts, single alarms, acts and devices', async () => {
    expect(idsOf(await get('/alarms', everywhere))).toEqual([4, 3, 2, 1].map(uuid));
    expect(idsOf(await get('/alarms', local))).toEqual([4, 3, 1].map(uuid));
    expect((await get('/alarms/count', local)).json).toEqual({ count: 3 });
    expect(codeOf(await get(`/alarms/${uuid(2)}`, local))).toBe('404 notFound');
    const move = { move: { type: 'start' }, note: '', idempotencyKey: uuid(900) };
    expect(codeOf(await post(`/alarms/${uuid(2)}/handling`, move, local))).toBe('404 notFound');
    expect(house.watch.acts).toEqual([]);
    const devices = (await get('/devices', local)).json as { items: { place: { campus: string } }[] };
    const all = (await get('/devices', everywhere)).json as { items: unknown[] };
    expect(devices.items.every(({ place }) => place.campus === 'yibin')).toBe(true);
    expect(all.items.length).toBeGreaterThan(devices.items.length);
  });

  test('narrow the clocks of incidents, of one as of the list, which has none that is over', async () => {
    const scope = (campus: string) => ({ campus, areas: [], devices: [], deviceClasses: [], rules: [] });
    const [elsewhere, own, over] = [
      incidentRow(71, { scope: scope('main') }),
      incidentRow(72, { scope: scope('yibin') }),
      incidentRow(73, { scope: scope('yibin'), state: 'falseAlarm', closedAt: at0 }),
    ];
    await house.watch.store.commit({ incidents: [elsewhere, own, over] });
    const listed = async (who: typeof everywhere): Promise<readonly string[]> => {
      const { items } = (await get('/incident-clocks?limit=500', who)).json as { items: IncidentClocksDto[] };
      return items
        .map(({ incidentId }) => incidentId)
        .filter((id) => [elsewhere, own, over].some((one) => one.incidentId === id));
    };
    expect(await listed(everywhere)).toEqual([own.incidentId, elsewhere.incidentId]);
    expect(await listed(local)).toEqual([own.incidentId]);
    expect(codeOf(await get(`/incidents/${elsewhere.incidentId}/clocks`, local))).toBe('404 notFound');
    const one = (await get(`/incidents/${own.incidentId}/clocks`, local)).json as IncidentClocksDto;
    expect(one.clocks.length).toBeGreaterThan(0);
  });
});

describe('what a list of alarms shows beside its rows', () => {
  test('is how many each filter would give, within the areas of who asks', async () => {
    const facets = (await get('/alarms/facets?open=true&level=1', everywhere)).json as AlarmFacetsDto;
    expect([facets.level, facets.campus]).toEqual([
      [
        { value: '2', count: 3 },
        { value: '1', count: 1 },
      ],
      [{ value: 'yibin', count: 1 }],
    ]);
    const raised = (await get('/alarms/facets?raised=true', everywhere)).json as AlarmFacetsDto;
    expect(raised.condition).toEqual([
      { value: 'active', count: 3 },
      { value: 'pending', count: 1 },
    ]);
    const own = (await get('/alarms/facets', local)).json as AlarmFacetsDto;
    expect(own.area.some(({ value }) => value === 'main/dorm-3/gate')).toBe(false);
  });

  test('is who was told of them; those elsewhere are left out', async () => {
    const ids = `/alarms/told?ids=${[1, 2, 3].map(uuid).join()}`;
    const told = { alarmId: uuid(1), told: 1, read: 0, failed: 0 };
    expect((await get(ids, everywhere)).json).toEqual({ items: [told, { alarmId: uuid(2), told: 0, read: 0, failed: 1 }] });
    expect((await get(ids, local)).json).toEqual({ items: [told] });
    expect(codeOf(await get('/alarms/told?ids=x', local))).toBe('400 invalid');
  });

  test('are causes alone, what was raised, the gravest first', async () => {
    expect(idsOf(await get('/alarms?root=true&raised=true', everywhere))).toEqual([3, 1].map(uuid));
    expect(idsOf(await get('/alarms?root=false', everywhere))).toEqual([2].map(uuid));
    expect(idsOf(await get('/alarms?order=gravity', everywhere))).toEqual([3, 1, 2, 4].map(uuid));
  });
});

describe('an alarm', () => {
  test('comes with its history, its messages and what explains it', async () => {
    const first = (await get(`/alarms/${uuid(1)}`, everywhere)).json as AlarmDetailDto;
    expect([first.history[0]?.detail, first.notices.length, first.cause]).toEqual([{ level: 2 }, 1, null]);
    expect(first.why.map(({ code, by }) => [code, by])).toEqual([['messageSent', 'li']]);
    const second = (await get(`/alarms/${uuid(2)}`, everywhere)).json as AlarmDetailDto;
    expect(second.cause?.alarmId).toBe(uuid(1));
    expect(second.why.map(({ code, by }) => [code, by])).toEqual([['messageFailed', 'li']]);
    const pending = (await get(`/alarms/${uuid(4)}`, everywhere)).json as AlarmDetailDto;
    expect(pending.why.map(({ code }) => code)).toEqual(['stillPending']);
  });
});

describe('acts', () => {
  test('on many: only as many as were shown, once for a key, with a note', async () => {
    expect(codeOf(await post('/alarms/handling', handling(1, { expected: 2 }), everywhere))).toBe('409 changedMeanwhile');
    expect(codeOf(await post('/alarms/handling', handling(1, { note: '' }), everywhere))).toBe('400 invalid');
    const asked = handling(1, { filter: { subject: 'pos-1', handling: 'new' } });
    const done = await post('/alarms/handling', asked, everywhere);
    const again = await post('/alarms/handling', asked, everywhere);
    expect([done.json as BulkDto, again.status]).toEqual([{ changed: 1, refused: [] }, 200]);
  });

  test('are refused in the words of the reader, and the trail has both', async () => {
    house.watch.failNext({ kind: 'refused', why: 'stillBurning' });
    const body = { move: { type: 'close' }, note: '', idempotencyKey: uuid(2) };
    const answer = await post(`/alarms/${uuid(1)}/handling`, body, { ...everywhere, 'accept-language': 'en' });
    expect([codeOf(answer), (answer.json as { message: string }).message]).toEqual([
      '409 refused',
      'The condition still holds. Closing it needs a note that says why.',
    ]);
    const trail = await house.desk.role.audit({ limit: 2 });
    const rows = trail.ok ? trail.value.items.map(({ actor, action, object, result }) => [actor, action, object, result]) : [];
    expect(rows).toEqual([
      ['manager', 'watch.handleAlarms', uuid(1), 'refused: stillBurning'],
      ['manager', 'watch.handleAlarms', uuid(1), 'ok'],
    ]);
  });

  test('keep an address that was not sent again, and no answer or trail has it', async () => {
    const addresses = [
      { channel: 'sms', address: null },
      { channel: 'mail', address: 'canary.li@example.edu' },
    ];
    const head = { recipientId: 'li', displayName: '李工', kind: 'person', user: null, language: 'zh' };
    const answer = await post('/recipients', { ...head, addresses, reason: '加邮箱', idempotencyKey: uuid(3) }, everywhere);
    expect(answer.text).toContain('138****5678');
    expect(answer.text).not.toContain('canary');
    expect(house.watch.acts.at(-1)).toMatchObject({
      recipient: { addresses: [{ address: '13812345678' }, { channel: 'mail' }] },
    });
    const trail = await house.desk.role.audit({ limit: 500 });
    expect(JSON.stringify(trail)).not.toMatch(/canary|13812345678/);
    const missing = { ...head, recipientId: 'new', addresses, reason: '新人', idempotencyKey: uuid(4) };
    expect(codeOf(await post('/recipients', missing, everywhere))).toBe('400 invalid');
  });

  test('check parameters of rules by the rule, and do not ask the watch when they are wrong', async () => {
    const asked = house.watch.acts.length;
    const body = {
      basedOn: 0,
      enabled: true,
      timing: { raiseAfterMs: 1, clearAfterMs: 1, nOfM: null },
      reason: '试',
      idempotencyKey: uuid(6),
    };
    const answer = await post('/rules/leak/versions', { ...body, params: { noSuchParameter: 1 } }, everywhere);
    expect([codeOf(answer), (answer.json as { place: string }).place]).toEqual(['400 invalid', 'body.params.noSuchParameter']);
    expect(house.watch.acts).toHaveLength(asked);
  });

  test.each([
    ['unknown', '链接不对'],
    ['used', '已用过'],
    ['expired', '已过期'],
  ] as const)('by a link that is %s are refused without a session, and the token is nowhere', async (why, words) => {
    house.watch.failNext({ kind: 'link', why });
    const parts = { keys: linkKeys(house.folder), publicUrl: 'https://watch.example.edu.cn' };
    const link = linkOf(parts, { notice: noticeRow(1), alarmId: uuid(1) }, house.serving.services.clock.now());
    const token = link?.split('/a/')[1] ?? '';
    const answer = await post('/acknowledgements', { token }, {});
    expect([codeOf(answer), answer.text.includes(words)]).toEqual(['403 link', true]);
    const written = JSON.stringify(await house.desk.role.audit({ limit: 500 })) + house.logged.join('');
    expect([token.length > 64, written.includes(token.slice(-43))]).toEqual([true, false]);
  });
});

test('without a watch its verbs say so, the others answer', async () => {
  const bare = await openHouse({ noWatch: true });
  const headers = await bearer(bare, ['read', 'watch:read']);
  const answer = await call(bare, '/api/v1/alarms', { headers });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await call(bare, '/api/v1/overview', { headers })).status).toBe(200);
  await bare.close();
});
