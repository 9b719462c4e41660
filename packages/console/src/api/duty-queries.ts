import type { QueryOf } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import type { Ask } from './ask.ts';

type NoticeAsk = Omit<NonNullable<QueryOf<'notices'>>, 'cursor' | 'limit'>;
export type DryRunAsk = NonNullable<QueryOf<'wouldTellOf'>>;

const noticesPage = 200;

export const dutyKeys = {
  duty: ['duty'] as const,
  shifts: ['duty', 'shifts'] as const,
  recipients: ['duty', 'recipients'] as const,
  policies: ['duty', 'policies'] as const,
  notices: ['notices'] as const,
};

/** Who stands where, who is told of what, and the proof of it. */
export function dutyQueries({ single, paged }: Ask, now: () => number) {
  return {
    shifts: () => single(dutyKeys.shifts, 'shifts', {}),
    recipients: () => single(dutyKeys.recipients, 'recipients', {}),
    policies: () => single(dutyKeys.policies, 'policies', {}),
    notices: (filter: NoticeAsk) =>
      paged([...dutyKeys.notices, filter], 'notices', (cursor) => ({ query: { ...filter, ...cursor, limit: noticesPage } })),
    /** Messages of the daily test, of the last two days. */
    testNotices: () =>
      single([...dutyKeys.notices, 'test'], 'notices', {
        query: { reason: 'test', from: now() - 2 * dayMs, limit: noticesPage },
      }),
    dryRun: (asked: DryRunAsk) => single(['duty', 'dryRun', asked], 'wouldTellOf', { query: asked }),
    dryRunOfAlarm: (alarmId: string) => single(['duty', 'dryRun', alarmId], 'wouldTell', { params: { alarmId } }),
    openAlarmsToTell: () => single(['alarms', 'duty'], 'alarms', { query: { open: 'true', limit: 100 } }),
  };
}
