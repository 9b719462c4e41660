/** What the health page says of the watch: whether it looks, and whether it is behind. */
import { HealthDto } from '@cardwatch/contracts/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPerson, call, type House, openHouse, signIn } from './harness.ts';

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
