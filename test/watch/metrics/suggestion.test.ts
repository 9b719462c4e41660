/** A threshold from stored records over real HTTP: the figures behind it, and that nothing is applied by itself. */
import type { RuleSuggestionDto } from '@cardwatch/contracts/api';
import { dayMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPerson, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { deviceIds, gateId, insertRecord } from '../../api/seed.ts';

let house: House;
let headers: Readonly<Record<string, string>>;
const [first = '', second = ''] = deviceIds;

beforeAll(async () => {
  house = await openHouse();
  await addPerson(house, 'expert', 'expert');
  headers = (await signIn(house, 'expert')).headers;
});
afterAll(() => house.close());

const suggestion = async (rule: string): Promise<RuleSuggestionDto> =>
  (await call(house, `/api/v1/rules/${rule}/suggestion`, { headers })).json as RuleSuggestionDto;

test('from what was sold in showers: P99.5, how often it would have fired now and then, each burst of a terminal once', async () => {
  // 1,200 sales of the seed cost 61 to 90 fen; releases give money back and are no sales
  const before = await suggestion('amountHigh');
  expect([before.measured, before.basedOn]).toEqual([true, 0]);
  expect(before.notSuggested).toContainEqual({ param: 'hardFen.canteen', why: 'tooFewValues', values: 0, limit: 1_000 });
  expect(before.notSuggested).toContainEqual({ param: 'hardFen.shower', why: 'tooFewValues', values: 800, limit: 1_000 });
  const noon = house.seeded.at - 3 * dayMs;
  house.seeded.db.exec('BEGIN');
  for (let no = 0; no < 400; no++)
    insertRecord(house.seeded, {
      device: second,
      no: 1_000 + 3 * no,
      card: '6217003800000009',
      observedAt: noon + no * minuteMs,
    });
  house.seeded.db.exec('COMMIT');
  const { measured, thresholds } = await suggestion('amountHigh');
  const shower = thresholds.find(({ param }) => param === 'hardFen.shower');
  expect([measured, thresholds.length]).toEqual([true, 1]);
  // 400 sales a minute apart from 1,060 fen upwards by 3: P99.5 of 1,200 is the seventh from the top
  expect(shower).toMatchObject({ unit: 'fen', current: 2_000, suggested: 2_240, values: 1_200, firesNow: 1, firesSuggested: 1 });
  expect(shower?.params).toMatchObject({ hardFen: { shower: 2_240, canteen: 10_000 } });
  expect((shower?.to ?? 0) - (shower?.from ?? 0)).toBeGreaterThan(55 * dayMs);
});

test('values that lie more than half an hour apart are alarms of their own', async () => {
  const noon = house.seeded.at - 5 * dayMs;
  for (const [no, minutes] of [0, 30, 61, 200].entries())
    insertRecord(house.seeded, {
      device: first,
      no: 30_000 + 3 * no,
      card: '6217003800000009',
      observedAt: noon + minutes * minuteMs,
    });
  const { thresholds } = await suggestion('amountHigh');
  expect(thresholds.find(({ param }) => param === 'hardFen.shower')).toMatchObject({ firesNow: 4, values: 1_204 });
});

test('cards by the day: fires at its count itself', async () => {
  const { thresholds, notSuggested } = await suggestion('frequencyCard');
  expect(thresholds).toEqual([]);
  expect(notSuggested.map(({ param, why, values }) => `${param} ${why} ${values}`)).toEqual([
    'dayCount tooFewValues 0',
    'daySumFen tooFewValues 0',
  ]);
});

test('refusals of a gate, in windows that have passes enough', async () => {
  const minute = Math.floor((house.seeded.at - 30 * dayMs) / (24 * hourMs)) * 24 * hourMs;
  const insert = house.seeded.db.prepare(
    'INSERT INTO pass_flow (minute, device_id, granted, denied, other) VALUES (?, ?, ?, ?, 0)',
  );
  // the seed has one window of its own, with 15 of 55 refused
  house.seeded.db.exec('BEGIN');
  for (let no = 0; no < 1_100; no++) insert.run(minute + no * 30 * minuteMs, gateId, 100, no % 100 === 0 ? 100 : no % 4);
  for (let no = 0; no < 50; no++) insert.run(minute - (no + 1) * 30 * minuteMs, gateId, 0, 20);
  house.seeded.db.exec('COMMIT');
  const { thresholds } = await suggestion('denyRatio');
  expect(thresholds).toMatchObject([
    { param: 'deniedPct', unit: '%', current: 15, values: 1_101, firesNow: 12, firesSuggested: 0 },
  ]);
  expect(thresholds[0]?.suggested).toBeCloseTo(43.1, 1);
});

test('a rule whose figures are not kept says so, one that there is not is not found, and nothing was applied', async () => {
  expect(await suggestion('leak')).toEqual({ rule: 'leak', basedOn: 0, measured: false, thresholds: [], notSuggested: [] });
  expect((await call(house, '/api/v1/rules/probableUpstream/suggestion', { headers })).status).toBe(404);
  expect(house.watch.acts).toEqual([]);
  expect(await house.watch.store.ruleVersions('amountHigh')).toEqual([]);
});
