/** Nights: what a real custody file says of six weeks becomes what is expected of today, through restarts, events and changes of the calendar. */
import type { ImportantEvent } from '@cardwatch/contracts/watch';
import { DeviceId } from '@cardwatch/contracts';
import { epochMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { learningLimits } from '../../../packages/collector/src/runner/learning.ts';
import { noSettings } from '../../../packages/collector/src/store/watch/roles.ts';
import { alarmRow, uuid } from '../store/rows.ts';
import { area, type Campus, clockOf, devices, looks, openCampus, within } from './campus.ts';

let campus: Campus;
beforeEach(async () => {
  campus = await openCampus();
});
afterEach(() => campus.close());

const [bath] = devices;
/** Four Mondays of sixty records between 18 and 19 h, each followed by a Tuesday of six. The day before them begins the flow. */
async function fourWeeks(): Promise<void> {
  await campus.sell(bath, [clockOf(-29, 12)]);
  for (const week of [-28, -21, -14, -7]) {
    await campus.sell(bath, within(week, 18, 60));
    await campus.sell(bath, within(week + 1, 18, 6));
  }
}
const evening = [clockOf(0, 18), clockOf(0, 19)] as const;

describe('a night', () => {
  test('after two in the morning all days that were missed are learned, oldest first, and then no more', async () => {
    await fourWeeks();
    const learning = campus.learning();
    expect(learning.expected(bath, 'records', ...evening)).toBeNull();
    const rows = await looks(learning, clockOf(0, 2));
    expect(rows.filter(({ kind }) => kind === 'lesson').map(({ state }) => state)).toHaveLength(28);
    expect(rows.at(-1)).toEqual({ kind: 'lesson', key: '', state: '2026-11-22', dueAt: null });
    expect(new Set(rows.map(({ key }) => key))).toEqual(new Set([bath, area, 'campus:东区', '']));
    expect(learning.expected(bath, 'records', ...evening)).toMatchObject({
      median: 60,
      days: expect.objectContaining({ length: 4 }) as unknown,
    });
    expect(learning.expected(bath, 'amountFen', ...evening)?.median).toBe(30_000);
    expect(learning.expected('campus:东区', 'records', ...evening)?.median).toBe(60);
    expect(learning.expected(bath, 'records', clockOf(1, 18), clockOf(1, 19))?.median).toBe(6);
    expect(learning.expected(bath, 'records', clockOf(2, 18), clockOf(2, 19))?.median).toBe(0);
    expect(await looks(learning, clockOf(0, 23))).toEqual([]);
  });

  test('before two in the morning yesterday is not over', async () => {
    await fourWeeks();
    const rows = await looks(campus.learning(), epochMs(clockOf(0, 2) - 1));
    expect(rows.at(-1)?.state).toBe('2026-11-21');
  });

  test('the next night learns its day, and the one before again for what came late', async () => {
    await fourWeeks();
    const learning = campus.learning();
    await looks(learning, clockOf(0, 2));
    await campus.sell(bath, [clockOf(-1, 12), clockOf(0, 12)]);
    const rows = await looks(learning, clockOf(1, 2));
    expect(rows.filter(({ kind }) => kind === 'lesson').map(({ state }) => state)).toEqual(['2026-11-22', '2026-11-23']);
    expect(rows.find(({ key }) => key === bath)?.state).toContain('2026-11-22');
  });

  test('a slice of some milliseconds: the looks of a long lesson stay short', async () => {
    await fourWeeks();
    let monoMs = 0;
    const learning = campus.learning({ mono: () => (monoMs += learningLimits.lookMs) });
    let count = 0;
    for (; count < 10_000; count++) {
      const { machines } = await learning.look(clockOf(0, 2));
      expect(machines.length).toBeLessThanOrEqual(1);
      if (machines[0]?.state === '2026-11-22') break;
    }
    expect(count).toBeGreaterThan(28 * 48);
    expect(count).toBeLessThan(10_000);
  });
});

describe('a restart', () => {
  test('takes up what was learned from the rows of the store, and expects the same', async () => {
    await fourWeeks();
    const before = campus.learning();
    await campus.watch.commit({ machines: await looks(before, clockOf(0, 2)) });
    const after = campus.learning();
    after.restore((await campus.watch.load()).machines);
    for (const id of [bath, area, 'campus:东区'])
      expect(after.expected(id, 'amountFen', ...evening)).toEqual(before.expected(id, 'amountFen', ...evening));
    expect(after.expected(bath, 'records', ...evening)?.median).toBe(60);
    expect(await looks(after, clockOf(0, 3))).toEqual([]);
  });

  test('in the midst of a lesson it is taken again from its beginning', async () => {
    await fourWeeks();
    const cut = (await looks(campus.learning(), clockOf(0, 2))).slice(0, -2);
    await campus.watch.commit({ machines: cut });
    const after = campus.learning();
    after.restore((await campus.watch.load()).machines);
    const rows = await looks(after, clockOf(0, 3));
    expect(rows.at(-1)?.state).toBe('2026-11-22');
    expect(after.expected(bath, 'records', ...evening)?.median).toBe(60);
  });

  test('a row that cannot be read is as if it had not been', () => {
    const learning = campus.learning();
    learning.restore([
      { kind: 'baseline', key: bath, state: '{"v":1,"days":[["records",[["teaching/1",[["2026-11-16",1]]]]]]}', dueAt: null },
      { kind: 'baseline', key: area, state: 'x', dueAt: null },
    ]);
    expect(learning.expected(bath, 'records', ...evening)).toBeNull();
  });
});

describe('times that were not normal', () => {
  const learned = async (settings = noSettings) => {
    await fourWeeks();
    const learning = campus.learning({ settings });
    await looks(learning, clockOf(0, 2));
    return learning.expected(bath, 'records', ...evening)?.days.length;
  };
  const event: ImportantEvent = {
    eventId: uuid(1),
    name: 'exam',
    from: clockOf(-7, 18),
    to: clockOf(-7, 19),
    areas: ['东区'],
    vip: false,
    freeze: true,
  };

  test('an important event in the place is not learned from', async () => {
    expect(await learned({ ...noSettings, importantEvents: [event] })).toBe(3);
  });
  test('one elsewhere is', async () => {
    expect(await learned({ ...noSettings, importantEvents: [{ ...event, areas: ['西区'] }] })).toBe(4);
  });

  test.each([
    // an alarm of the device over a Monday evening, days that are learned from
    ['that people took on', { handling: 'acknowledged' }, 3],
    ['that nobody looked at', { handling: 'new' }, 4],
    ['that belongs to an incident', { handling: 'new', incidentId: uuid(7) }, 3],
    ['that was never raised', { handling: 'acknowledged', raisedAt: null }, 4],
    ['of another device', { handling: 'closed', subject: { kind: 'device', id: devices[1] }, devices: [devices[1]] }, 4],
    ['of its place', { handling: 'closed', subject: { kind: 'area', id: area }, devices: [] }, 3],
  ])('an alarm %s', async (_what, change, days) => {
    const span = { foundAt: clockOf(-14, 17), raisedAt: clockOf(-14, 17), clearedAt: clockOf(-14, 20) };
    const subject = { subject: { kind: 'device', id: bath }, devices: [bath] };
    await campus.watch.commit({ alarms: [alarmRow(1, { ...span, ...subject, condition: 'cleared', ...change })] });
    expect(await learned()).toBe(days);
  });
});

describe('settings', () => {
  test('days of an exam week are alike among themselves; what was a teaching day before is one no more', async () => {
    await fourWeeks();
    const learning = campus.learning();
    await looks(learning, clockOf(0, 2));
    const exams = [{ type: 'exam' as const, from: '2026-11-23', to: '2026-11-29', name: 'midterm' }];
    learning.settings({ ...noSettings, teaching: { periods: exams, makeUpDays: [] } });
    expect(learning.expected(bath, 'records', ...evening)).toBeNull();
    learning.settings(noSettings);
    expect(learning.expected(bath, 'records', ...evening)?.median).toBe(60);
  });

  test('a change that concerns something else does not begin the day anew', async () => {
    await fourWeeks();
    let monoMs = 0;
    const learning = campus.learning({ mono: () => (monoMs += learningLimits.lookMs) });
    let looked = 0;
    for (let state = ''; state !== '2026-10-26' && looked < 1_000; looked++) {
      learning.settings({ ...noSettings });
      state = (await learning.look(clockOf(0, 2))).machines[0]?.state ?? '';
    }
    expect(looked).toBeLessThan(60);
  });

  test('what a terminal sells counts for the merchant that it was bound to then', async () => {
    await fourWeeks();
    const learning = campus.learning();
    const [validFrom, validTo] = [clockOf(-21, 0), clockOf(-7, 18, 30)];
    const binding = { deviceId: DeviceId.parse(bath), merchantId: 'm1', merchantName: '一食堂', validFrom, validTo };
    learning.settings({ ...noSettings, bindings: [binding] });
    await looks(learning, clockOf(0, 2));
    const found = learning.expected('merchant:m1', 'records', ...evening);
    expect(found).toMatchObject({ median: 60, days: ['2026-11-02', '2026-11-09', '2026-11-16'] });
    expect(learning.merchantOf(bath, validFrom)?.merchantName).toBe('一食堂');
    expect(learning.merchantOf(bath, validTo)).toBeNull();
  });
});

test('cold start: a terminal of three days has its share of what its campus does', async () => {
  await fourWeeks();
  await campus.sell(devices[1], within(-7, 18, 20));
  const learning = campus.learning();
  await looks(learning, clockOf(0, 2));
  const found = learning.expected(devices[1], 'records', ...evening)?.median ?? 0;
  expect(found).toBeGreaterThan(10);
  expect(found).toBeLessThan(25);
});
