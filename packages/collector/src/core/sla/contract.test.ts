import type { Incident, SlaContract } from '@cardwatch/contracts/watch';
import { hourMs, minuteMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { officeCalendar } from '../calendar/business.core.ts';
import { calendarsNamed, contractFaults } from './contract.core.ts';
import { contractAt, defaultSlaLimits } from './limits.core.ts';
import { termsOf } from './terms.core.ts';

const contract = (contractId: string, validFrom: number, more: Partial<SlaContract['limits'][1]> = {}): SlaContract => ({
  contractId,
  name: contractId,
  validFrom,
  limits: { ...defaultSlaLimits, 1: { ...defaultSlaLimits[1], ...more } },
});
const limit = (minutes: number, calendar = '7x24') => ({ limitMs: minutes * minuteMs, calendar });

test.each<[string, SlaContract, string]>([
  ['the defaults', contract('b', 2_000), ''],
  ['the same first moment as another', contract('b', 1_000), 'validFrom sameFirstDay a'],
  ['itself again', contract('a', 1_000), ''],
  [
    'a calendar that is not there',
    contract('b', 2_000, { respond: limit(15, 'night') }),
    'limits.1.respond.calendar unknownCalendar night',
  ],
  ['the site’s own calendar', contract('b', 2_000, { respond: limit(15, 'service') }), ''],
  [
    'restored later than resolved',
    contract('b', 2_000, { restore: limit(600) }),
    'limits.1.resolve.limitMs limitsOutOfOrder restore 36000000 ms > resolve 28800000 ms',
  ],
  ['by another calendar it cannot be told', contract('b', 2_000, { restore: limit(600, '5x8') }), ''],
  ['nothing promised', contract('b', 2_000, { resolve: null }), ''],
])('%s', (_what, asked, expected) => {
  const calendars = [{ ...officeCalendar, name: 'service' }];
  const faults = contractFaults(asked, [contract('a', 1_000)], calendars);
  expect(faults.map(({ place, code, value }) => `${place} ${code} ${value}`).join()).toBe(expected);
});

test.each([
  [999, null],
  [1_000, 'a'],
  [1_999, 'a'],
  [2_000, 'b'],
])('what was opened at %d is timed by %s', (openedAt, expected) => {
  const contracts = [contract('b', 2_000, { respond: limit(5) }), contract('a', 1_000, { respond: limit(10) })];
  expect(contractAt(contracts, openedAt)?.contractId ?? null).toBe(expected);
  const incident = { openedAt, assessments: [] } as Pick<Incident, 'openedAt' | 'assessments'>;
  const { limits } = termsOf(incident, { calendars: [], contracts });
  const minutes = { a: 10, b: 5, none: 15 }[expected ?? 'none'];
  expect(limits[1].respond?.limitMs).toBe((minutes ?? 0) * minuteMs);
});

test('calendars that contracts count by, each once', () => {
  expect(calendarsNamed([contract('a', 1), contract('b', 2, { onSite: { limitMs: hourMs, calendar: 'service' } })])).toEqual([
    '7x24',
    '5x8',
    'service',
  ]);
});
