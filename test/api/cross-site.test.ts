import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, bearer, call, type House, openHouse, password, signIn } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await addPerson(house, 'admin', 'admin');
});
afterAll(() => house.close());

const newUser = (name: string) => ({ name, displayName: name, role: 'duty', password });

describe('a write with a session', () => {
  test.each([
    ['no Origin', { origin: '' }, 'crossSite'],
    ['a foreign Origin', { origin: 'https://evil.example' }, 'crossSite'],
    ['our name at another port', { origin: 'http://127.0.0.1:1' }, 'crossSite'],
    ['our host as a prefix', { origin: 'http://127.0.0.1.evil.example' }, 'crossSite'],
    ['our host as user info', { origin: 'http://127.0.0.1@evil.example' }, 'crossSite'],
    ['Origin null', { origin: 'null' }, 'crossSite'],
    ['no header', { 'x-cardwatch-csrf': '' }, 'crossSite'],
    ['a wrong header', { 'x-cardwatch-csrf': 'A'.repeat(43) }, 'crossSite'],
  ])('is refused with %s', async (_what, change, code) => {
    const { headers } = await signIn(house, 'admin');
    const answer = await call(house, '/api/v1/users', {
      method: 'POST',
      body: newUser('eve'),
      headers: { ...headers, ...change },
    });
    expect([answer.status, (answer.json as { code: string }).code]).toEqual([403, code]);
    expect(await house.desk.role.person('eve')).toBeNull();
  });

  test("is refused with another session's header", async () => {
    const [a, b] = [await signIn(house, 'admin'), await signIn(house, 'admin')];
    const headers = { ...a.headers, 'x-cardwatch-csrf': b.session.csrf };
    expect((await call(house, '/api/v1/users', { method: 'POST', body: newUser('eve'), headers })).status).toBe(403);
  });

  test('is served with both', async () => {
    const { headers } = await signIn(house, 'admin');
    expect((await call(house, '/api/v1/users', { method: 'POST', body: newUser('adam'), headers })).status).toBe(200);
    const again = await call(house, '/api/v1/users', { method: 'POST', body: newUser('adam'), headers });
    expect([again.status, again.json]).toMatchObject([409, { code: 'exists', place: 'name', value: 'adam' }]);
  });

  test('a read needs neither', async () => {
    const { headers } = await signIn(house, 'admin');
    expect((await call(house, '/api/v1/users', { headers: { cookie: headers['cookie'] ?? '', origin: '' } })).status).toBe(200);
  });
});

test('sign-in from another site is refused: nobody is signed in to a stranger’s account unawares', async () => {
  const body = { name: 'admin', password };
  expect(
    (await call(house, '/api/v1/session', { method: 'POST', body, headers: { origin: 'https://evil.example' } })).status,
  ).toBe(403);
});

test('a token needs neither Origin nor header', async () => {
  const headers = await bearer(house, ['users:admin']);
  expect((await call(house, '/api/v1/users', { method: 'POST', body: newUser('cain'), headers })).status).toBe(200);
});

test('behind TLS the cookie is Secure and host-bound', async () => {
  const secure = await openHouse({ secure: true });
  await addPerson(secure, 'admin', 'admin');
  const answer = await call(secure, '/api/v1/session', { method: 'POST', body: { name: 'admin', password } });
  expect(answer.headers.get('set-cookie')).toMatch(
    /^__Host-cardwatch_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/,
  );
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
  await secure.close();
});
