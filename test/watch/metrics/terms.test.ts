/** Calendars and contracts as people change them: versions over a real file, each based on the one that was shown, rolled back in one act. */
import { join } from 'node:path';
import type { BusinessCalendar, SlaContract } from '@cardwatch/contracts/watch';
import { minuteMs } from '@cardwatch/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { officeCalendar } from '../../../packages/collector/src/core/calendar/business.core.ts';
import { defaultSlaLimits } from '../../../packages/collector/src/core/sla/limits.core.ts';
import type { TermsAct } from '../../../packages/collector/src/core/watch/act.core.ts';
import { termsWork } from '../../../packages/collector/src/runner/acts/terms.ts';
import { openSqliteWatch } from '../../../packages/collector/src/store/sqlite/watch/open.ts';
import type { WatchStore } from '../../../packages/collector/src/store/watch/roles.ts';
import { newFolder } from '../../collector/support/bed.ts';

let store: WatchStore;
let at = 1_000;
beforeEach(() => {
  store = openSqliteWatch(join(newFolder(), 'watch.db'), () => 0);
});
afterEach(() => store.close());

type Bare = TermsAct extends infer A ? (A extends TermsAct ? Omit<A, 'reason'> : never) : never;

/** What came of it: `saved`, or the kind of the refusal and its reason. */
async function act(asked: Bare): Promise<string> {
  const worked = await termsWork({ settings: await store.settings(), store }, { ...asked, reason: '演练' } as TermsAct);
  if (!worked.ok) {
    const { error } = worked;
    return `${error.kind}${'why' in error ? ` ${error.why}` : ''}${'expected' in error ? ` ${error.expected}` : ''}`;
  }
  const author = 'li';
  for (const { name, value, reason } of worked.value.settings ?? [])
    await store.saveSetting(name, value, { author, reason, at: (at += 1) });
  return 'saved';
}

const versionOf = async (name: 'calendars' | 'teaching' | 'contracts'): Promise<number> =>
  (await store.settingVersions(name))[0]?.n ?? 0;
const calendar = (name: string): BusinessCalendar => ({ ...officeCalendar, name });
const contract = (contractId: string, validFrom: number, calendarName = '7x24'): SlaContract => ({
  contractId,
  name: contractId,
  validFrom,
  limits: { ...defaultSlaLimits, 1: { ...defaultSlaLimits[1], respond: { limitMs: 10 * minuteMs, calendar: calendarName } } },
});

test('a version is based on the one that was shown; what somebody else saved meanwhile stays', async () => {
  expect(await act({ kind: 'saveBusinessCalendar', basedOn: 0, calendar: calendar('service') })).toBe('saved');
  expect(await act({ kind: 'saveBusinessCalendar', basedOn: 0, calendar: calendar('night') })).toBe('changedMeanwhile');
  const shown = await versionOf('calendars');
  expect(await act({ kind: 'saveBusinessCalendar', basedOn: shown, calendar: calendar('night') })).toBe('saved');
  expect((await store.settings()).calendars.map(({ name }) => name)).toEqual(['service', 'night']);
  const changed = { ...calendar('service'), days: {} };
  expect(await act({ kind: 'saveBusinessCalendar', basedOn: await versionOf('calendars'), calendar: changed })).toBe('saved');
  expect((await store.settings()).calendars.find(({ name }) => name === 'service')?.days).toEqual({});
  expect(await act({ kind: 'removeBusinessCalendar', basedOn: await versionOf('calendars'), name: 'none' })).toBe('notFound');
});

test('history keeps every version; a rollback is one more that says what an old one said, 0 what was without any', async () => {
  const term = { type: 'teaching' as const, from: '2026-09-07', to: '2027-01-15', name: '秋' };
  await act({ kind: 'saveTeachingCalendar', basedOn: 0, calendar: { periods: [term], makeUpDays: [] } });
  const first = await versionOf('teaching');
  await act({ kind: 'saveTeachingCalendar', basedOn: first, calendar: { periods: [], makeUpDays: [], holidayYears: [2027] } });
  const second = await versionOf('teaching');
  expect(await act({ kind: 'rollbackSetting', setting: 'teaching', basedOn: first, to: first })).toBe('changedMeanwhile');
  expect(await act({ kind: 'rollbackSetting', setting: 'teaching', basedOn: second, to: second + 7 })).toBe('notFound');
  expect(await act({ kind: 'rollbackSetting', setting: 'teaching', basedOn: second, to: first })).toBe('saved');
  expect((await store.settings()).teaching.periods).toEqual([term]);
  expect(await act({ kind: 'rollbackSetting', setting: 'teaching', basedOn: await versionOf('teaching'), to: 0 })).toBe('saved');
  expect((await store.settings()).teaching).toEqual({ periods: [], makeUpDays: [] });
  const versions = await store.settingVersions('teaching');
  expect(versions.map(({ author, reason }) => `${author} ${reason}`)).toEqual(Array(4).fill('li 演练'));
  expect(await store.settingValue('teaching', second)).toEqual({ periods: [], makeUpDays: [], holidayYears: [2027] });
  expect(await store.settingValue('calendars', second)).toBeUndefined();
});

test('a calendar that a contract counts by neither goes nor is rolled away', async () => {
  await act({ kind: 'saveBusinessCalendar', basedOn: 0, calendar: calendar('service') });
  expect(await act({ kind: 'saveSlaContract', basedOn: 0, contract: contract('a', 1_000, 'night') })).toBe(
    'invalid unknownCalendar',
  );
  expect(await act({ kind: 'saveSlaContract', basedOn: 0, contract: contract('a', 1_000, 'service') })).toBe('saved');
  const basedOn = await versionOf('calendars');
  expect(await act({ kind: 'removeBusinessCalendar', basedOn, name: 'service' })).toBe('refused namedByContract');
  expect(await act({ kind: 'rollbackSetting', setting: 'calendars', basedOn, to: 0 })).toBe('refused namedByContract');
  const contracts = await versionOf('contracts');
  expect(await act({ kind: 'saveSlaContract', basedOn: contracts, contract: contract('b', 1_000) })).toBe('invalid sameFirstDay');
  expect(await act({ kind: 'saveSlaContract', basedOn: contracts, contract: contract('b', 500) })).toBe('saved');
  expect((await store.settings()).contracts.map(({ contractId }) => contractId)).toEqual(['b', 'a']);
  expect(await act({ kind: 'rollbackSetting', setting: 'contracts', basedOn: await versionOf('contracts'), to: 0 })).toBe(
    'saved',
  );
  expect(await act({ kind: 'removeBusinessCalendar', basedOn, name: 'service' })).toBe('saved');
});
