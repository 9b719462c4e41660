import type { AlarmDto, NoticeDto } from '@cardwatch/contracts/api';
import { expect, test } from 'vitest';
import { whyNot } from './why-not.core.ts';

const alarm = (change: Partial<AlarmDto>): AlarmDto =>
  ({ raisedAt: 5, foundAt: 1, suppressedBy: [], ...change }) as unknown as AlarmDto;
const notice = (change: Partial<NoticeDto>): NoticeDto =>
  ({ recipient: 'li', channel: 'mail', state: 'sent', mutedBy: null, attempts: [], ...change }) as unknown as NoticeDto;

test('answers from rows alone', () => {
  const attempt = { at: 1, channel: 'mail', outcome: 'unreachable', code: null, latencyMs: 1, providerId: null } as const;
  const suppression = { suppressor: 'silence', by: 's-1', since: 3 } as const;
  expect(whyNot(alarm({ raisedAt: null }), [])).toEqual([{ code: 'notRaised', since: 1 }]);
  expect(whyNot(alarm({}), [])).toEqual([{ code: 'nobodyNamed' }]);
  expect(whyNot(alarm({}), [notice({})])).toEqual([]);
  expect(whyNot(alarm({ suppressedBy: [suppression] }), [])).toEqual([{ code: 'suppressed', ...suppression }]);
  expect(
    whyNot(alarm({}), [
      notice({ state: 'muted', mutedBy: 'quietHours' }),
      notice({ state: 'failed', attempts: [attempt] }),
      notice({ state: 'unconfirmed', attempts: [{ ...attempt, outcome: 'timeout', code: 'restart' }] }),
    ]),
  ).toEqual([
    { code: 'muted', recipient: 'li', channel: 'mail', by: 'quietHours' },
    { code: 'failed', recipient: 'li', channel: 'mail', by: 'unreachable' },
    { code: 'unconfirmed', recipient: 'li', channel: 'mail', by: 'timeout' },
  ]);
});
