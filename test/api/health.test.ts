/** What the health page says of the watch: whether it looks, and whether it is behind. */
import { HealthDto } from '@cardwatch/contracts/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPerson, bearer, call, type House, openHouse, signIn } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await addPerson(house, 'zhang', 'duty');
});
afterAll(() => house.close());

async function health(of: House = house): Promise<HealthDto> {
  const { headers } = await signIn(of, 'zhang');
  const { json } = await call(of, '/api/v1/health', { headers });
  return HealthDto.parse(json);
}

test.each([
  [{ lookedAt: null, sinceMs: 5, lagMs: 0 }, 'starting', []],
  [{ lookedAt: 9, sinceMs: 900, lagMs: 12 }, 'looking', []],
  [{ lookedAt: 9, sinceMs: 900, lagMs: 45_000 }, 'behind', ['watchBehind']],
  [{ lookedAt: 9, sinceMs: 60_000, lagMs: 0 }, 'still', ['watchStill']],
] as const)('a pulse of %o', async (pulse, state, causes) => {
  house.watch.beats(pulse);
  const told = await health();
  expect(told.watch).toEqual({ state, lookedAt: pulse.lookedAt, lagMs: pulse.lagMs });
  expect(told.causes.filter((cause) => cause.startsWith('watch'))).toEqual(causes);
  if (causes.length > 0) expect(told.status).toBe('degraded');
});

test('a process without a watch says so', async () => {
  const alone = await openHouse({ noWatch: true });
  await addPerson(alone, 'zhang', 'duty');
  expect((await health(alone)).watch).toBeNull();
  await alone.close();
});

test('whom the HTTP side refused is counted by reason, in health and metrics', async () => {
  const alone = await openHouse();
  await addPerson(alone, 'zhang', 'duty');
  const body = { name: 'zhang', password: 'wrong password' };
  for (let i = 0; i < 6; i++) await call(alone, '/api/v1/session', { method: 'POST', body });
  await call(alone, '/api/v1/session', { method: 'POST', body, headers: { origin: 'https://evil.example' } });
  await call(alone, `/api/v1/devices?q=${'x'.repeat(5_000)}`);
  const refused = { badCredentials: 5, locked: 1, crossSite: 1, requestTooLarge: 1 };
  const { json } = await call(alone, '/api/v1/health', { headers: await bearer(alone, ['read']) });
  expect(HealthDto.parse(json).http).toEqual({ refusedTotal: 8, refused });
  const { text } = await call(alone, '/metrics', { headers: await bearer(alone, ['metrics']) });
  for (const [reason, count] of Object.entries(refused))
    expect(text).toContain(`cardwatch_http_refusals_total{reason="${reason}"} ${count}\n`);
  await alone.close();
});
