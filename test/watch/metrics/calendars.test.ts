/** Calendars and contracts over real HTTP: what is wrong is said in the caller's language, what is not known of a year is said before it matters. */
import type { CalendarsDto, IncidentClocksDto, SlaContractsDto, SlaDto } from '@cardwatch/contracts/api';
import { dayMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { officeCalendar } from '../../../packages/collector/src/core/calendar/business.core.ts';
import { dayNumberFromName, startOfDay } from '../../../packages/collector/src/core/calendar/day.core.ts';
import { defaultSlaLimits } from '../../../packages/collector/src/core/sla/limits.core.ts';
import { holidayNotices } from '../../../packages/collector/src/services/calendar/notices.core.ts';
import { noSettings } from '../../../packages/collector/src/store/watch/roles.ts';
import { addPerson, type Answer, call, type House, openHouse, signIn } from '../../api/harness.ts';
import { incidentRow, uuid } from '../store/rows.ts';

const dayOf = (day: string) => startOfDay(dayNumberFromName(day) ?? 0);
const newYearsEve = dayOf('2026-12-31');

let house: House;
let manager: Readonly<Record<string, string>>;
beforeAll(async () => {
  house = await openHouse();
  house.pass(newYearsEve + 18 * hourMs - Date.now());
  await addPerson(house, 'manager', 'manager');
  manager = (await signIn(house, 'manager')).headers;
});
afterAll(() => house.close());

const changing = { basedOn: 0, reason: '新学期', idempotencyKey: uuid(77) };
const post = (path: string, body: object, language = 'zh'): Promise<Answer> =>
  call(house, `/api/v1${path}`, { method: 'POST', body, headers: { ...manager, 'accept-language': language } });
const get = async <T>(path: string): Promise<T> => (await call(house, `/api/v1${path}`, { headers: manager })).json as T;

const exam = { type: 'exam', from: '2027-01-15', to: '2026-12-28', name: '期末' };
const overlapping = {
  ...officeCalendar,
  name: 'own',
  days: {
    '2026-10-10': [
      ['08:00', '12:00'],
      ['11:00', '13:00'],
    ],
  },
};
const late = {
  contractId: 'c',
  name: 'c',
  validFrom: 1_000,
  limits: { ...defaultSlaLimits, 1: { ...defaultSlaLimits[1], respond: { limitMs: 900_000, calendar: 'night' } } },
};

test.each<[string, object, string, string, string]>([
  // path                 body                                              place                                       zh                    en
  [
    '/calendars/teaching',
    { calendar: { periods: [exam], makeUpDays: [] } },
    'body.calendar.periods.0',
    '结束日期早于开始日期',
    'before the first',
  ],
  [
    '/calendars/business',
    { calendar: overlapping },
    'body.calendar.days.2026-10-10',
    '时段重叠：08:00-12:00, 11:00-13:00',
    'overlap',
  ],
  [
    '/calendars/business',
    { calendar: { ...officeCalendar, name: '7x24' } },
    'body.calendar.name',
    '固定表示全天候',
    'around the clock',
  ],
  [
    '/sla/contracts',
    { contract: late },
    'body.contract.limits.1.respond.calendar',
    '没有名为“night”的日历',
    'no calendar "night"',
  ],
])('%s tells what is wrong (%#)', async (path, body, place, zh, en) => {
  const before = house.watch.acts.length;
  for (const [language, words] of [
    ['zh', zh],
    ['en', en],
  ] as const) {
    const { status, json } = await post(path, { ...body, ...changing }, language);
    expect([status, (json as { place?: string }).place]).toEqual([400, place]);
    expect((json as { message: string }).message).toContain(words);
  }
  expect(house.watch.acts).toHaveLength(before);
});

test('what is saved is asked of the watch as it was shown, with its reason', async () => {
  const calendar = { ...officeCalendar, name: 'service' };
  expect((await post('/calendars/business', { calendar, ...changing })).status).toBe(200);
  expect(house.watch.acts.at(-1)).toMatchObject({
    kind: 'saveBusinessCalendar',
    calendar,
    basedOn: 0,
    reason: '新学期',
    by: 'manager',
  });
  const rollback = { to: 0, ...changing };
  expect((await post('/settings/contracts/rollback', rollback)).status).toBe(200);
  expect(house.watch.acts.at(-1)).toMatchObject({ kind: 'rollbackSetting', setting: 'contracts', to: 0 });
  expect((await post('/settings/recipients/rollback', rollback)).status).toBe(400);
});

test('a year without announced holidays is named for every calendar that closes', async () => {
  const now = dayOf('2026-11-23');
  const told = holidayNotices({ ...noSettings, calendars: [{ ...officeCalendar, name: 'service', holidayYears: [2027] }] }, now);
  expect(told.map(({ calendar, year, basis, from }) => `${calendar} ${year} ${basis} ${from}`)).toEqual([
    '5x8 2027 statute 2027-01-01',
    'teaching 2027 statute 2027-01-01',
  ]);
  expect(holidayNotices(noSettings, epochMs(now - 400 * dayMs)).filter(({ year }) => year === 2026)).toEqual([]);
  const shown = await get<CalendarsDto>('/calendars');
  expect(shown.notices.map(({ calendar }) => calendar)).toContain('teaching');
  expect(shown.builtIn.map(({ name }) => name)).toEqual(['7x24', '5x8']);
});

test('limits are the defaults until a contract holds; clocks run by the one of their opening and say into which year', async () => {
  const none = await get<SlaContractsDto>('/sla/contracts');
  expect([none.contracts, none.inForce, none.defaults[1].respond?.limitMs]).toEqual([[], null, 15 * minuteMs]);
  const openedAt = epochMs(newYearsEve + 17 * hourMs);
  const limits = { ...defaultSlaLimits, 3: { ...defaultSlaLimits[3], respond: { limitMs: 60 * minuteMs, calendar: '5x8' } } };
  const contract = { contractId: 'c-2026', name: '一卡通运维', validFrom: openedAt, limits };
  await house.watch.store.saveSetting('contracts', [contract], { author: 'li', reason: '签约', at: 1 });
  const scope = { campus: 'main', areas: ['main/b1/hall'], devices: [], deviceClasses: [], rules: [] };
  const base = {
    assessments: [],
    steps: [],
    scope,
    occurredAt: openedAt,
    state: 'new' as const,
    restoredAt: null,
    closedAt: null,
  };
  const rows = [incidentRow(5, { ...base, openedAt }), incidentRow(6, { ...base, openedAt: epochMs(openedAt - 1) })];
  await house.watch.store.commit({ incidents: rows });
  const [first, second] = await Promise.all(
    rows.map(({ incidentId }) => get<IncidentClocksDto>(`/incidents/${incidentId}/clocks`)),
  );
  const respond = first?.clocks.find(({ clock }) => clock === 'respond');
  expect([first?.contract, respond?.limitMs, respond?.calendar]).toEqual(['c-2026', 60 * minuteMs, '5x8']);
  expect(respond?.notices).toEqual([{ calendar: '5x8', year: 2027, basis: 'statute', from: '2027-01-01' }]);
  expect([second?.contract, second?.clocks[0]?.limitMs]).toEqual([null, 120 * minuteMs]);
  const whole = await get<{ items: IncidentClocksDto[] }>('/incident-clocks');
  const listed = rows.map((row) => whole.items.find(({ incidentId }) => incidentId === row.incidentId));
  const lasting = (one: IncidentClocksDto | undefined) => [one?.contract, one?.clocks.map(({ clock, dueAt }) => [clock, dueAt])];
  expect(listed.map(lasting)).toEqual([first, second].map(lasting));
  for (const [filter, incidents] of [
    ['month=2026-12', 2],
    ['month=2026-12&campus=main', 2],
    ['month=2026-12&campus=other', 0],
    ['month=2026-12&area=main/b1', 2],
    ['month=2026-12&area=main/b', 0],
    ['month=2027-01', 0],
  ] as const) {
    const sla = await get<SlaDto>(`/sla?${filter}`);
    expect(`${filter} ${sla.incidents} ${sla.refs.length}`).toBe(`${filter} ${incidents} ${incidents}`);
    expect(sla.notices.map(({ year }) => year)).toEqual(incidents === 0 ? [] : [2027]);
  }
  expect((await call(house, '/api/v1/sla', { headers: manager })).status).toBe(400);
});
