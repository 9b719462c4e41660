/** The canary card number (custody I13): in a reveal's answer and nowhere else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hourMs } from '@cardwatch/kernel';
import { type EndpointName, endpoints } from '@cardwatch/contracts/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, type Answer, bearer, call, type House, openHouse, password, type SignedIn, signIn } from './harness.ts';
import { pathOf, samples } from './samples.ts';
import { canaryCard, siteKeys } from './seed.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ openMetrics: true });
  await addPerson(house, 'finance', 'finance');
});
afterAll(() => house.close());

const reveal = (signed: SignedIn, id: string, purpose = '学生投诉核对'): Promise<Answer> =>
  call(house, `/api/v1/records/${id}/reveal`, { method: 'POST', body: { purpose }, headers: signed.headers });

describe('the canary card number', () => {
  const seen: string[] = [];

  test('is in no answer, even when it is asked for', async () => {
    const headers = await bearer(house, ['read', 'records:read', 'commands', 'users:admin', 'audit:read', 'metrics']);
    for (const name of Object.keys(endpoints) as EndpointName[]) {
      if (name === 'revealRecord') continue;
      const { params, query, body } = samples[name];
      const content = body === undefined ? {} : { body: body(1) };
      const path = pathOf(endpoints[name].path, { params, query });
      seen.push((await call(house, path, { method: endpoints[name].method.toUpperCase(), headers, ...content })).text);
    }
    for (const query of [
      `card=${canaryCard}`,
      `card=${canaryCard}x`,
      `card=${canaryCard} `,
      `q=${canaryCard}`,
      `card=${canaryCard}&limit=0`,
      `cursor=${canaryCard}`,
    ])
      for (const list of ['/records', '/devices']) seen.push((await call(house, `/api/v1${list}?${query}`, { headers })).text);
    seen.push((await call(house, '/metrics')).text);
    expect(seen.length).toBeGreaterThan(30);
    expect(seen.filter((text) => text.includes(canaryCard))).toEqual([]);
    const found = await call(house, `/api/v1/records?card=${canaryCard}&limit=1`, { headers });
    expect(found.json).toMatchObject({ items: [{ cardMasked: '****5678', deviceId: 'yb-a-bath-01' }] });
  });

  test('is in no log, no metric and no file', async () => {
    expect(house.logged.length).toBeGreaterThan(30);
    expect(house.logged.filter((line) => line.includes(canaryCard))).toEqual([]);
    const files = readdirSync(house.folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const { name } of files)
      expect([name, readFileSync(join(house.folder, name)).includes(canaryCard)]).toEqual([name, false]);
  });
});

describe('a reveal', () => {
  test('opens card number and raw bytes, and is in the trail with its purpose', async () => {
    const signed = await signIn(house, 'finance');
    const answer = await reveal(signed, '1');
    expect(answer.json).toEqual({ id: '1', cardNo: canaryCard, rawHex: Buffer.from('yb-a-bath-01/1').toString('hex') });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const trail = await house.desk.role.audit({ limit: 1 });
    expect(trail).toMatchObject({ value: { items: [{ actor: 'finance', action: 'record.reveal', object: '1', result: 'ok' }] } });
    expect(JSON.stringify(trail)).toContain('学生投诉核对');
    expect(JSON.stringify(trail)).not.toContain(canaryCard);
  });

  test.each(['0', '999999', 'x', '1 OR 1=1', '-1', '1.5', '9'.repeat(64)])('of %j finds nothing', async (id) => {
    expect((await reveal(await signIn(house, 'finance'), encodeURIComponent(id))).status).toBe(404);
  });

  test('of a record that was sealed for another device is refused', async () => {
    house.seeded.db.exec("UPDATE record SET device_id = 'yb-a-bath-02', record_no = 777 WHERE id = 2");
    const answer = await reveal(await signIn(house, 'finance'), '2');
    expect([answer.status, answer.json]).toMatchObject([422, { code: 'sealed' }]);
  });

  test('is granted thirty times an hour to a person, also when asked for all at once', async () => {
    house.pass(2 * hourMs);
    const signed = await signIn(house, 'finance');
    const answers = await Promise.all(Array.from({ length: 40 }, () => reveal(signed, '3')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    house.pass(hourMs + 1_000);
    expect((await reveal(await signIn(house, 'finance'), '3')).status).toBe(200);
  });

  test('of a record of an unknown key is refused, not guessed', async () => {
    const line = house.seeded.db.prepare('SELECT CAST(line AS TEXT) AS line FROM record WHERE id = 4').get()?.['line'];
    const foreign = String(line).replaceAll(`"${siteKeys.dataKeyId}.`, '"k9.');
    house.seeded.db.prepare('UPDATE record SET line = CAST(? AS BLOB) WHERE id = 4').run(foreign);
    const answer = await reveal(await signIn(house, 'finance'), '4');
    expect([answer.status, answer.json]).toMatchObject([422, { code: 'sealed' }]);
  });
});

test('passwords, cookies, tokens and codes are in no log and stand nowhere in the clear', async () => {
  const signed = await signIn(house, 'finance');
  const token = (await bearer(house, ['read']))['authorization']?.slice('Bearer '.length) ?? '';
  const secret = signed.headers['cookie']?.split('=')[1] ?? '';
  await call(house, '/api/v1/overview', { headers: { authorization: `Bearer ${token}` } });
  const file =
    readFileSync(join(house.folder, 'people.db')).toString('latin1') +
    readFileSync(join(house.folder, 'people.db-wal')).toString('latin1');
  for (const word of [password, token, secret]) {
    expect(word.length).toBeGreaterThan(12);
    expect(house.logged.filter((line) => line.includes(word))).toEqual([]);
    expect(file.includes(word)).toBe(false);
  }
});
