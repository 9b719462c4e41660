/** Accounts after they were made: disabled, enabled, unlocked, another password. What ends, ends at once. */
import { type PersonDto, type ResetCodeDto } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPerson, type Answer, call, type House, openHouse, password, signedIn, signIn } from './harness.ts';

let house: House;
let admin: Readonly<Record<string, string>>;
beforeEach(async () => {
  house = await openHouse();
  await addPerson(house, 'boss', 'admin');
  ({ headers: admin } = await signIn(house, 'boss'));
});
afterEach(() => house.close());

const other = 'another horse battery';
const post = (path: string, headers: Readonly<Record<string, string>>, body?: unknown): Promise<Answer> =>
  call(house, `/api/v1${path}`, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
const act = (name: string, verb: string, headers = admin): Promise<Answer> => post(`/users/${name}/${verb}`, headers);
const code = (answer: Answer): string => (answer.json as { code: string }).code;
const alive = async (headers: Readonly<Record<string, string>>): Promise<boolean> =>
  (await call(house, '/api/v1/session', { headers })).status === 200;
const status = async (name: string, secret: string): Promise<number> =>
  (await post('/session', {}, { name, password: secret })).status;

async function audited(action: string, object: string): Promise<number> {
  const trail = await house.desk.role.audit({ limit: 500 });
  return trail.ok ? trail.value.items.filter((row) => row.action === action && row.object === object).length : -1;
}

describe('disabling', () => {
  test('ends every session and stream at once, keeps out, and is taken back', async () => {
    await addPerson(house, 'duty1', 'duty');
    const [one, two] = [await signIn(house, 'duty1'), await signIn(house, 'duty1')];
    const stream = await fetch(`${house.base}/api/v1/live`, { headers: one.headers });
    const ended = (async () => {
      for await (const _ of stream.body ?? []);
      return 'ended';
    })();
    const disabled = await act('duty1', 'disable');
    expect([disabled.status, (disabled.json as PersonDto).disabled]).toEqual([200, true]);
    expect([await alive(one.headers), await alive(two.headers), await ended]).toEqual([false, false, 'ended']);
    expect(await status('duty1', password)).toBe(401);
    expect(((await act('duty1', 'enable')).json as PersonDto).disabled).toBe(false);
    expect([await alive(one.headers), await status('duty1', password)]).toEqual([false, 200]);
    expect([await audited('user.disable', 'duty1'), await audited('user.enable', 'duty1')]).toEqual([1, 1]);
  });

  test('of the last administrator is refused, of one of two is not', async () => {
    for (const verb of ['disable', 'reset-password']) {
      const answer = await act('boss', verb);
      expect([verb, answer.status, code(answer)]).toEqual([verb, 409, 'lastAdmin']);
    }
    await addPerson(house, 'boss2', 'admin');
    expect((await act('boss2', 'reset-password')).status).toBe(200);
    // who waits for a code lets nobody in
    expect((await act('boss', 'disable')).status).toBe(409);
    expect((await act('boss2', 'disable')).status).toBe(200);
    expect(await audited('user.disable', 'boss')).toBe(0);
  });

  test.each(['disable', 'enable', 'unlock', 'reset-password'])('%s of nobody is told', async (verb) => {
    const answer = await act('ghost', verb);
    expect([answer.status, code(answer)]).toEqual([404, 'notFound']);
  });
});

describe('one’s own password', () => {
  test('is changed with the old one alone; every other session ends, this one goes on anew', async () => {
    await addPerson(house, 'li', 'finance');
    const [here, there] = [await signIn(house, 'li'), await signIn(house, 'li')];
    const wrong = await post('/session/password', here.headers, { current: 'not the password', password: other });
    expect([wrong.status, code(wrong), await alive(here.headers)]).toEqual([403, 'wrongPassword', true]);
    const right = await post('/session/password', here.headers, { current: password, password: other });
    expect(right.status).toBe(200);
    expect([await alive(here.headers), await alive(there.headers), await alive(signedIn(right).headers)]).toEqual([
      false,
      false,
      true,
    ]);
    expect([await status('li', password), await status('li', other)]).toEqual([401, 200]);
    expect(await audited('password.change', 'li')).toBe(1);
  });

  test('is not guessed over an open session: the fifth wrong one locks', async () => {
    await addPerson(house, 'wu', 'duty');
    const { headers } = await signIn(house, 'wu');
    const statuses = [];
    for (let i = 0; i < 6; i++)
      statuses.push((await post('/session/password', headers, { current: `guess number ${i}`, password: other })).status);
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429]);
  });

  test('is not taken too short, and is never repeated', async () => {
    await addPerson(house, 'li', 'finance');
    const { headers } = await signIn(house, 'li');
    const answer = await post('/session/password', headers, { current: 'x'.repeat(300), password: 'short' });
    expect([answer.status, answer.text.includes('xxx'), answer.text.includes('short"')]).toEqual([400, false, false]);
  });
});

test('unlocking opens an account that was locked, and its list says so', async () => {
  await addPerson(house, 'zhao', 'duty');
  for (let i = 0; i < 5; i++) await status('zhao', `wrong password ${i}`);
  const locked = async (): Promise<boolean> => {
    const { items } = (await call(house, '/api/v1/users', { headers: admin })).json as { items: PersonDto[] };
    return items.find(({ name }) => name === 'zhao')?.lockedUntil !== null;
  };
  expect([await status('zhao', password), await locked()]).toEqual([429, true]);
  expect(((await act('zhao', 'unlock')).json as PersonDto).lockedUntil).toBeNull();
  expect([await status('zhao', password), await locked(), await audited('user.unlock', 'zhao')]).toEqual([200, false, 1]);
});

describe('a reset', () => {
  const redeem = (name: string, given: string, secret = other): Promise<Answer> =>
    post('/session/reset', {}, { name, code: given, password: secret });
  const reset = async (name: string): Promise<ResetCodeDto> => (await act(name, 'reset-password')).json as ResetCodeDto;

  test('ends sessions and password at once; its code works once and signs in', async () => {
    await addPerson(house, 'sun', 'auditor');
    const { headers } = await signIn(house, 'sun');
    const earlier = await reset('sun');
    const { code: given } = await reset('sun');
    expect(given).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
    expect([await alive(headers), await status('sun', password), await status('sun', '')]).toEqual([false, 401, 401]);
    expect((await redeem('sun', earlier.code)).status).toBe(403);
    const done = await redeem('sun', given.toLowerCase());
    expect([done.status, await alive(signedIn(done).headers)]).toEqual([200, true]);
    expect([(await redeem('sun', given)).status, await status('sun', other)]).toEqual([403, 200]);
    expect([await audited('password.reset', 'sun'), await audited('password.redeem', 'sun')]).toEqual([2, 1]);
    const trail = JSON.stringify(await house.desk.role.audit({ limit: 500 }));
    expect([trail.includes(given), house.logged.join().includes(given)]).toEqual([false, false]);
  });

  test('is not of another account, not after a day, not while disabled, and not guessed at leisure', async () => {
    for (const name of ['qian', 'zhou']) await addPerson(house, name, 'duty');
    const { code: given, expiresAt } = await reset('qian');
    expect(expiresAt - house.serving.services.clock.now()).toBeGreaterThan(dayMs - 60_000);
    expect((await redeem('zhou', given)).status).toBe(403);
    expect((await redeem('ghost', given)).status).toBe(403);
    await act('qian', 'disable');
    expect((await redeem('qian', given)).status).toBe(403);
    await act('qian', 'enable');
    // disabling spent the code
    expect((await redeem('qian', given)).status).toBe(403);
    const { code: again } = await reset('qian');
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await redeem('qian', `GUESS-${i}`)).status);
    expect(statuses).toEqual([403, 403, 403, 429]);
    await act('qian', 'unlock');
    house.pass(dayMs + 1);
    expect((await redeem('qian', again)).status).toBe(403);
  });
});
