import { hourMs } from '@cardwatch/kernel';
import { type Endpoint, type EndpointName, endpoints, ErrorBody, Role, roleScopes, Scope } from '@cardwatch/contracts/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, type Answer, bearer, call, type House, openHouse, signIn } from './harness.ts';
import { pathOf, samples, sampleWallLink } from './samples.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  for (const role of Role.options) await addPerson(house, role, role);
  await addPerson(house, 'spare', 'duty');
});
afterAll(() => house.close());

const names = Object.keys(endpoints) as EndpointName[];
const of = (name: EndpointName): Endpoint => endpoints[name];
/** These answer by what is in the store, or by the link in the question, not by who asks. */
const decidedElsewhere: ReadonlySet<EndpointName> = new Set(['setup', 'redeemReset', 'acknowledgeByLink', 'openWall']);

/** After these a session of before may be over. */
const endsSessions: ReadonlySet<EndpointName> = new Set(['signIn', 'signOut', 'changePassword']);

let made = 0;
async function ask(name: EndpointName, headers: Readonly<Record<string, string>>): Promise<Answer> {
  if (name === 'revokeToken') await laySpareToken();
  const { method, path } = of(name);
  const { params, query, body, upload } = samples[name];
  made += 1;
  if (name === 'revokeWallLink') await hangWallLink();
  const content = upload !== undefined ? { body: upload } : body === undefined ? {} : { body: body(made) };
  const type = upload === undefined ? {} : { 'content-type': of(name).upload?.types[0] ?? '' };
  return call(house, pathOf(path, { params, query }), {
    method: method.toUpperCase(),
    headers: { ...type, ...headers },
    ...content,
  });
}

/** The token that the sample revokes, there again for whoever comes next. */
async function laySpareToken(): Promise<void> {
  const { role } = house.desk;
  const idHash = '0123456789abcdef'.padEnd(64, '0');
  const audit = { at: 1, actor: 'cli', ip: 'local', action: 'token.add', object: 'spare', result: 'ok', detail: '{}' };
  await role.removeToken(idHash, audit);
  const row = { idHash, label: 'spare', scopes: ['read'] as const, createdBy: 'cli', createdAt: 1, expiresAt: 4_000_000_000_000 };
  await role.addToken(row, audit);
}

/** One that `revokeWallLink` can take back, whenever it is asked. */
async function hangWallLink(): Promise<void> {
  const { role } = house.desk;
  const idHash = sampleWallLink.padEnd(64, '0');
  if ((await role.wallLink(idHash)) !== null) return;
  const link = { idHash, label: '大屏', areas: null, createdBy: 'admin', createdAt: 0, expiresAt: Number.MAX_SAFE_INTEGER };
  const entry = { at: 0, actor: 'cli', ip: 'local', action: 'wall.link.add', object: '大屏', result: 'ok', detail: '{}' };
  await role.addWallLink(link, entry);
}

let visited = 0;
function expectServed(name: EndpointName, answer: Answer): void {
  visited += 1;
  expect(`${name} ${answer.status} ${answer.status === 200 ? '' : answer.text}`).toBe(`${name} 200 `);
  const { download, response } = of(name);
  if (download !== undefined) {
    const [type] = (answer.headers.get('content-type') ?? '').split(';');
    expect([name, download.includes(type ?? '')]).toEqual([name, true]);
    return;
  }
  const parsed = response.safeParse(answer.json);
  expect(`${name} ${parsed.success ? '' : parsed.error.message}`).toBe(`${name} `);
}

function expectRefused(name: EndpointName, answer: Answer, status: number): void {
  visited += 1;
  expect(`${name} ${answer.status}`).toBe(`${name} ${status}`);
  const body = ErrorBody.parse(answer.json);
  expect(body.code).toBe(status === 401 ? 'signInNeeded' : 'forbidden');
  expect(answer.headers.get('x-request-id')).toBe(body.requestId);
}

const mayAs = (scopes: readonly Scope[], scope: Endpoint['scope'], hasSession: boolean): boolean =>
  scope === null || (scope === 'session' ? hasSession : scopes.includes(scope));

describe('who may what', () => {
  test.each(Role.options)('%s: what the role grants is served, the rest is refused and audited', async (role) => {
    let refused = 0;
    let headers: Readonly<Record<string, string>> | undefined;
    for (const name of names.filter((one) => !decidedElsewhere.has(one))) {
      headers ??= (await signIn(house, role)).headers;
      const answer = await ask(name, headers);
      if (endsSessions.has(name)) headers = undefined;
      if (mayAs(roleScopes[role], of(name).scope, true)) expectServed(name, answer);
      else {
        expectRefused(name, answer, 403);
        refused += 1;
      }
    }
    const trail = await house.desk.role.audit({ limit: 500 });
    const rows = trail.ok ? trail.value.items.filter((row) => row.actor === role && row.action === 'access.refused') : [];
    expect(rows).toHaveLength(refused);
    expect(refused).toBeGreaterThan(0);
  });

  test('nobody: only what has no scope', async () => {
    for (const name of names.filter((one) => !decidedElsewhere.has(one))) {
      const answer = await ask(name, {});
      if (of(name).scope === null) expectServed(name, answer);
      else expectRefused(name, answer, 401);
    }
  });

  test.each(Scope.options)('a token of scope %s: that scope alone', async (scope) => {
    const headers = await bearer(house, [scope]);
    for (const name of names.filter((one) => of(one).scope !== null)) {
      const answer = await ask(name, headers);
      if (mayAs([scope], of(name).scope, false)) expectServed(name, answer);
      else expectRefused(name, answer, 403);
    }
  });

  test('acknowledgeByLink: no role makes up for a link that does not hold', async () => {
    const { headers } = await signIn(house, 'admin');
    for (const asking of [headers, {}]) {
      const answer = await ask('acknowledgeByLink', asking);
      expect([answer.status, ErrorBody.parse(answer.json).code]).toEqual([403, 'link']);
    }
  });

  test.each([
    'Bearer nothing',
    'Bearer',
    'Basic YTpi',
    `Bearer cw_${'A'.repeat(43)}`,
    `bearer cw_${'A'.repeat(43)}`,
    'Bearer cw_ x',
    `Token cw_${'A'.repeat(43)}`,
  ])('%j is nobody, even beside a good cookie', async (authorization) => {
    const { headers } = await signIn(house, 'admin');
    expectRefused('users', await ask('users', { ...headers, authorization }), 401);
  });

  test('a token that has run out is nobody', async () => {
    const headers = await bearer(house, ['read']);
    expectServed('overview', await ask('overview', headers));
    house.pass(hourMs + 1_000);
    expectRefused('overview', await ask('overview', headers), 401);
  });

  test('every endpoint was asked by every role, by nobody and by every scope', () => {
    const withScope = names.filter((name) => of(name).scope !== null).length;
    const others = names.length - decidedElsewhere.size;
    expect(withScope).toBeGreaterThan(15);
    expect(visited).toBe(others * (Role.options.length + 1) + withScope * Scope.options.length + 9);
  });
});
