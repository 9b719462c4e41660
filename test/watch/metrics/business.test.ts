/** The money-flow page's question over real HTTP: slots, what is normal beside them, and what a caller may see. */
import { DeviceId } from '@cardwatch/contracts';
import type { BusinessMetricsDto } from '@cardwatch/contracts/api';
import type { MerchantBinding } from '@cardwatch/contracts/watch';
import { dayMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayName, dayNumberOf, startOfDay } from '../../../packages/collector/src/core/calendar/day.core.ts';
import { baselineKind } from '../../../packages/collector/src/core/metrics/baseline-text.core.ts';
import { Baselines } from '../../../packages/collector/src/core/metrics/baselines.core.ts';
import { dayKindOf } from '../../../packages/collector/src/core/metrics/learn-day.core.ts';
import { commandLine } from '../../../packages/collector/src/services/caller.ts';
import { setUserAreas } from '../../../packages/collector/src/services/user/standing.ts';
import { addPerson, type Answer, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { deviceIds, insertRecord, recordsEach } from '../../api/seed.ts';

const campus = '宜宾校区';
const area = `${campus}/竹苑3栋/竹苑1栋浴室`;
const [first = '', second = ''] = deviceIds;
const teaching = { periods: [], makeUpDays: [] };
let house: House;
let manager: Readonly<Record<string, string>>;
let elsewhere: Readonly<Record<string, string>>;
let inOne: Readonly<Record<string, string>>;
/** End of the last slot that has records. */
let to: number;

beforeAll(async () => {
  house = await openHouse();
  for (const name of ['manager', 'elsewhere', 'one']) await addPerson(house, name, 'manager');
  await setUserAreas(house.serving.services, commandLine, 'elsewhere', ['别处']);
  await setUserAreas(house.serving.services, commandLine, 'one', [area]);
  manager = (await signIn(house, 'manager')).headers;
  elsewhere = (await signIn(house, 'elsewhere')).headers;
  inOne = (await signIn(house, 'one')).headers;
  to = Math.ceil((house.seeded.at + 1) / (5 * minuteMs)) * 5 * minuteMs;
  const half = house.seeded.at - 15 * minuteMs;
  const bind = (deviceId: string, merchantId: string, validFrom: number): MerchantBinding => ({
    deviceId: DeviceId.parse(deviceId),
    merchantId,
    merchantName: merchantId,
    validFrom,
    validTo: null,
  });
  const bindings = [bind(first, 'm-1', 0), bind(first, 'm-2', half), bind(second, 'm-2', 0)];
  await house.watch.store.saveSetting('bindings', bindings, { author: 'li', reason: '开学', at: 1 });
});
afterAll(() => house.close());

interface Wish {
  readonly kind: string;
  readonly id: string;
  readonly from?: number;
  readonly to?: number;
  readonly step?: string;
}
const ask = (wish: Wish, headers = manager): Promise<Answer> => {
  const query = new URLSearchParams(
    Object.entries({ from: to - hourMs, to, ...wish }).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return call(house, `/api/v1/metrics/business?${query}`, { headers });
};
const figures = async (wish: Wish, headers = manager): Promise<BusinessMetricsDto> =>
  (await ask(wish, headers)).json as BusinessMetricsDto;
const sum = ({ slots }: BusinessMetricsDto, figure: 'records' | 'late' | 'amountFen'): number =>
  slots.reduce((total, slot) => total + slot[figure], 0);

describe('slots', () => {
  test.each([
    // kind        id                     records
    ['device', first, recordsEach],
    ['area', area, 10 * recordsEach],
    ['area', `${campus}/竹苑3栋`, 40 * recordsEach],
    ['campus', campus, 40 * recordsEach],
  ])('%s %s: every slot stands there, and together they are its records', async (kind, id, records) => {
    for (const step of ['1m', '5m']) {
      const shown = await figures({ kind, id, step });
      expect(shown.slots).toHaveLength(step === '1m' ? 60 : 12);
      expect(shown.slots.map(({ at }) => at)).toEqual(shown.slots.map((_, no) => shown.from + no * shown.stepMs));
      expect(sum(shown, 'records')).toBe(records);
      expect(shown.slots.every(({ expected }) => expected.records === null && expected.amountFen === null)).toBe(true);
    }
  });

  test('a device that the register has elsewhere counts there', async () => {
    const { store } = house.watch;
    const by = { author: 'li', reason: '搬迁', at: 1 };
    const moved = { deviceId: DeviceId.parse(first), area: `${campus}/梅苑/新浴室`, zone: null, cluster: null };
    const before = sum(await figures({ kind: 'area', id: area }), 'records');
    const own = sum(await figures({ kind: 'device', id: first }), 'records');
    await store.saveSetting('places', [moved], by);
    expect(sum(await figures({ kind: 'area', id: area }), 'records')).toBe(before - own);
    expect(sum(await figures({ kind: 'area', id: `${campus}/梅苑` }), 'records')).toBe(own);
    expect(sum(await figures({ kind: 'campus', id: campus }), 'records')).toBe(40 * recordsEach);
    await store.saveSetting('places', [], by);
  });

  test('a merchant has its terminals at its times', async () => {
    const [one, two] = [await figures({ kind: 'merchant', id: 'm-1' }), await figures({ kind: 'merchant', id: 'm-2' })];
    expect(sum(one, 'records') + sum(two, 'records')).toBe(2 * recordsEach);
    expect(sum(two, 'records')).toBeGreaterThan(recordsEach);
    expect(sum(one, 'records')).toBeGreaterThan(0);
  });

  test('a record that comes late shows in the slot of its own time, as late', async () => {
    const before = await figures({ kind: 'device', id: first, from: to - 6 * hourMs });
    const observedAt = to - 5 * hourMs + 90_000;
    insertRecord(house.seeded, { device: first, no: recordsEach + 50, card: '6217003800000001', observedAt });
    const after = await figures({ kind: 'device', id: first, from: to - 6 * hourMs });
    const changed = after.slots.filter((slot, no) => slot.records !== before.slots[no]?.records);
    expect(changed).toMatchObject([{ at: to - 5 * hourMs, records: 1, late: 1, cards: 1 }]);
  });

  test('without a time the business day so far', async () => {
    const { json } = await call(house, `/api/v1/metrics/business?kind=campus&id=${encodeURIComponent(campus)}`, {
      headers: manager,
    });
    const shown = json as BusinessMetricsDto;
    expect(shown.from).toBe(startOfDay(dayNumberOf(epochMs(house.seeded.at))));
    expect(shown.days).toHaveLength(1);
  });
});

test('what is normal stands beside it once it was learned, with the days it was learned from', async () => {
  const kindOf = dayKindOf(teaching);
  const baselines = new Baselines(kindOf);
  const learnedDays = [-21, -14, -7].map((offset) => epochMs(house.seeded.at + offset * dayMs));
  for (const at of learnedDays)
    baselines.learn({
      entity: first,
      campus: null,
      metric: 'records',
      kind: kindOf(at),
      day: dayName(dayNumberOf(at)),
      values: new Float32Array(288).fill(40),
    });
  const row = { kind: baselineKind, key: first, state: baselines.textOf(first) ?? '', dueAt: null };
  await house.watch.store.commit({ machines: [row] });
  const at = epochMs(house.seeded.at);
  const shown = await figures({ kind: 'device', id: first, from: at, to: at + 1 });
  expect(shown.slots).toHaveLength(1);
  expect(shown.slots[0]?.expected).toEqual({
    records: { median: 40, mad: 2, low: 40 - (3.5 * 2) / 0.6745, high: 40 + (3.5 * 2) / 0.6745 },
    amountFen: null,
  });
  expect(shown.days).toEqual([
    { day: dayName(dayNumberOf(at)), ...kindOf(at), learnedFrom: learnedDays.map((day) => dayName(dayNumberOf(day))) },
  ]);
  const other = await figures({ kind: 'device', id: second, from: at, to: at + 1 });
  expect([other.slots[0]?.expected, other.days[0]?.learnedFrom]).toEqual([{ records: null, amountFen: null }, []]);
});

describe('what is refused', () => {
  const most = 2_016 * 5 * minuteMs;
  test.each([
    // wish                                                        status
    [{ kind: 'device', id: first, from: 0, to: most }, 200],
    [{ kind: 'device', id: first, from: 0, to: most + 1 }, 400],
    [{ kind: 'device', id: first, from: 0, to: 2_016 * minuteMs + 1, step: '1m' }, 400],
    [{ kind: 'device', id: first, from: 600_000, to: 300_000 }, 400],
    [{ kind: 'device', id: first, step: '2m' }, 400],
    [{ kind: 'device', id: 'no-such' }, 404],
    [{ kind: 'area', id: '没有/这里' }, 404],
    [{ kind: 'campus', id: area }, 404],
    [{ kind: 'merchant', id: 'm-9' }, 404],
  ])('%o: %d', async (wish, status) => {
    expect((await ask(wish)).status).toBe(status);
  });

  test('what lies in other areas is not there for them', async () => {
    const whole: readonly Wish[] = [
      { kind: 'device', id: first },
      { kind: 'area', id: area },
      { kind: 'campus', id: campus },
      { kind: 'merchant', id: 'm-1' },
    ];
    for (const wish of whole) expect((await ask(wish, elsewhere)).status).toBe(404);
    expect((await ask({ kind: 'area', id: area }, inOne)).status).toBe(200);
    expect((await ask({ kind: 'campus', id: campus }, inOne)).status).toBe(404);
    const mine = await figures({ kind: 'merchant', id: 'm-2' }, inOne);
    expect(sum(mine, 'records')).toBeLessThan(recordsEach);
  });
});

test('without a watch the figures stand alone', async () => {
  const alone = await openHouse({ noWatch: true });
  await addPerson(alone, 'manager', 'manager');
  const { headers } = await signIn(alone, 'manager');
  const answer = await call(alone, `/api/v1/metrics/business?kind=device&id=${first}`, { headers });
  expect(answer.status).toBe(200);
  expect((await call(alone, '/api/v1/metrics/business?kind=merchant&id=m-1', { headers })).status).toBe(404);
  await alone.close();
});
