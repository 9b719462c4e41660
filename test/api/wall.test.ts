import {
  type Endpoint,
  type EndpointName,
  endpoints,
  type NewWallLinkDto,
  type WallDto,
  type WallLinkDto,
} from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, type Answer, call, type House, openHouse, signIn } from './harness.ts';
import { pathOf, samples } from './samples.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await addPerson(house, 'root', 'admin');
  await addPerson(house, 'zhang', 'duty');
});
afterAll(() => house.close());

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  call(house, `/api/v1${path}`, { method: 'POST', body, headers });
const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  call(house, `/api/v1${path}`, { headers });
const code = (answer: Answer): string => (answer.json as { code: string }).code;

async function makeLink(label: string, days = 30): Promise<NewWallLinkDto> {
  const { headers } = await signIn(house, 'root');
  return (await post('/wall/links', { label, days }, headers)).json as NewWallLinkDto;
}

/** The cookie that a token is exchanged for. */
async function screenOf(token: string): Promise<Readonly<Record<string, string>>> {
  const answer = await post('/wall/session', { token });
  expect(answer.status).toBe(200);
  return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
}

describe('a link of the wall', () => {
  test('opens the wall with a cookie that no script reads and that ends with the link', async () => {
    const { link, token } = await makeLink('大厅', 2);
    expect(link).toMatchObject({ label: '大厅', areas: null, createdBy: 'root', screens: 0 });
    const answer = await post('/wall/session', { token });
    expect(answer.headers.get('set-cookie')).toMatch(
      /^cardwatch_wall=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=17(2800|2799)$/,
    );
    const wall = await get('/wall', await screenOf(token));
    expect([wall.status, (wall.json as WallDto).expiresAt]).toEqual([200, link.expiresAt]);
  });

  test('tells no full name, no phone and no card', async () => {
    const { token } = await makeLink('脱敏');
    const { text } = await get('/wall', await screenOf(token));
    for (const secret of ['李工', '王工', '138', 'cardRef', 'owner'])
      expect([secret, text.includes(secret)]).toEqual([secret, false]);
  });

  test('a screen may call its reads and nothing else of the whole table', async () => {
    const { token } = await makeLink('只读');
    const headers = await screenOf(token);
    const served: string[] = [];
    let visited = 0;
    for (const name of Object.keys(endpoints) as EndpointName[]) {
      const { method, path, scope }: Endpoint = endpoints[name];
      if (scope === null) continue;
      visited += 1;
      const { params, query, body, upload } = samples[name];
      const sent = upload ?? body?.(1);
      const answer = await call(house, pathOf(path, { params, query }), {
        method: method.toUpperCase(),
        headers: upload === undefined ? headers : { ...headers, 'content-type': 'text/csv' },
        ...(sent === undefined ? {} : { body: sent }),
      });
      if (answer.status === 200) served.push(name);
      else expect(`${name} ${answer.status} ${code(answer)}`).toBe(`${name} 403 forbidden`);
    }
    expect(served).toEqual(['wall', 'wallDay']);
    expect(visited).toBeGreaterThan(90);
    expect((await get('/live', headers)).status).toBe(403);
    expect((await get('/wall', { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  test('that has run out opens nothing, and its screens are nobody', async () => {
    const { token } = await makeLink('到期', 1);
    const headers = await screenOf(token);
    house.pass(dayMs - 60_000);
    expect((await get('/wall', headers)).status).toBe(200);
    house.pass(61_000);
    expect((await get('/wall', headers)).status).toBe(401);
    const again = await post('/wall/session', { token });
    expect([again.status, code(again)]).toEqual([403, 'link']);
  });

  test('that is taken back opens nothing, its screens are nobody at once, and both acts are in the trail', async () => {
    const { link, token } = await makeLink('撤回');
    const headers = await screenOf(token);
    const admin = (await signIn(house, 'root')).headers;
    const listed = ((await get('/wall/links', admin)).json as { items: WallLinkDto[] }).items;
    expect(listed.find(({ linkId }) => linkId === link.linkId)).toMatchObject({ label: '撤回', screens: 1 });
    const revoked = await post(`/wall/links/${link.linkId}/revoke`, { reason: '屏幕已拆' }, admin);
    expect((revoked.json as { items: WallLinkDto[] }).items.map(({ linkId }) => linkId)).not.toContain(link.linkId);
    expect((await get('/wall', headers)).status).toBe(401);
    expect((await post('/wall/session', { token })).status).toBe(403);
    expect((await post(`/wall/links/${link.linkId}/revoke`, { reason: '再来' }, admin)).status).toBe(404);
    const trail = await house.desk.role.audit({ limit: 50 });
    const acts = trail.ok ? trail.value.items.filter(({ object }) => object === '撤回').map(({ action }) => action) : [];
    expect(acts).toEqual(['wall.link.revoke', 'wall.open', 'wall.link.add']);
  });

  test('a screen that is used lives on, one that is not does not', async () => {
    const { token } = await makeLink('常亮', 60);
    const [used, idle] = [await screenOf(token), await screenOf(token)];
    for (let n = 0; n < 3; n++) {
      house.pass(4 * dayMs);
      expect((await get('/wall', used)).status).toBe(200);
    }
    expect((await get('/wall', idle)).status).toBe(401);
  });

  test('the token is kept nowhere as it is, and a wrong one is refused', async () => {
    const { token } = await makeLink('散列');
    const known = await house.desk.role.wallLinks(0);
    expect(JSON.stringify(known)).not.toContain(token.slice(4));
    expect((await post('/wall/session', { token: `cww_${'A'.repeat(43)}` })).status).toBe(403);
    expect(house.logged.join('')).not.toContain(token);
  });

  test('who may not make one does not', async () => {
    const { headers } = await signIn(house, 'zhang');
    expect((await post('/wall/links', { label: '自制', days: 1 }, headers)).status).toBe(403);
    expect((await get('/wall', headers)).status).toBe(200);
  });

  test('a person who looks at the wall is signed out all the same', async () => {
    const { headers } = await signIn(house, 'zhang');
    for (let n = 0; n < 3; n++) {
      house.pass(6 * 60_000);
      await get('/wall', headers);
    }
    expect((await get('/wall', headers)).status).toBe(401);
  });
});

test('a link is for the areas of who made it', async () => {
  await addPerson(house, 'boss', 'manager');
  const root = (await signIn(house, 'root')).headers;
  await post('/users/boss/areas', { areas: ['main'] }, root);
  const boss = (await signIn(house, 'boss')).headers;
  const { link, token } = (await post('/wall/links', { label: '本部', days: 1 }, boss)).json as NewWallLinkDto;
  expect(link.areas).toEqual(['main']);
  const wall = (await get('/wall', await screenOf(token))).json as WallDto;
  expect(new Set(wall.alarms.map(({ campus }) => campus))).toEqual(new Set(['main']));
  expect(wall.open[0]).toBe(0);
});
