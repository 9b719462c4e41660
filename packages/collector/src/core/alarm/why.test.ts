import type { Alarm, Notice } from '@cardwatch/contracts/watch';
import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type PolicyView, type WhyAsk, wasTold, whyNobody } from './why.core.ts';

const now = epochMs(1_790_000_000_000);
const policy: PolicyView = { policyId: 'level-3', unfilled: [], digestEveryMs: null, nextStepAt: null };
const base: Partial<Alarm> = {
  rule: 'deviceOffline',
  level: 3,
  condition: 'active',
  since: now - 60_000,
  foundAt: now - 120_000,
  raisedAt: now - 60_000,
  handling: 'new',
  handledAt: null,
  owner: null,
  acknowledgedUntil: null,
  suppressedBy: [],
};
const notice = (state: Notice['state'], more: Partial<Notice> = {}): Notice => ({
  noticeId: '55555555-5555-4555-8555-555555555555',
  alarmIds: [],
  reason: 'raised',
  transition: 1,
  level: 3,
  recipient: 'li',
  channel: 'wecom',
  state,
  mutedBy: null,
  attempts: [],
  queuedAt: now - 50_000,
  nextTryAt: null,
  sentAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  ...more,
});
const ask = (alarm: Partial<Alarm>, more: Partial<WhyAsk> = {}): WhyAsk => ({
  alarm: { ...base, ...alarm } as Alarm,
  raiseAfterMs: 300_000,
  policy,
  notices: [],
  ...more,
});

describe('why nobody was told', () => {
  const pending = { condition: 'pending', raisedAt: null } as const;
  const table: readonly (readonly [string, WhyAsk, readonly string[]])[] = [
    ['over, or of a watch that did not answer', ask({}, { policy: null }), ['notQueued']],
    ['pending', ask(pending), ['stillPending']],
    ['never raised', ask({ condition: 'cleared', raisedAt: null }), ['neverRaised']],
    ['cleared', ask({ condition: 'cleared' }), ['alreadyCleared']],
    ['unknown', ask({ condition: 'unknown' }), ['conditionUnknown']],
    ['flapping', ask({ condition: 'flapping' }), ['flappingToldOnce']],
    [
      'every suppressor, in its order',
      ask({
        suppressedBy: (['upstream', 'maintenance', 'silence', 'quietHours', 'storm', 'duplicate'] as const).map((suppressor) => ({
          suppressor,
          by: 'x',
          since: now,
        })),
      }),
      ['Upstream', 'Maintenance', 'Silence', 'QuietHours', 'Storm', 'Duplicate'].map((one) => `suppressedBy${one}`),
    ],
    [
      'somebody has it',
      ask({ handling: 'acknowledged', owner: 'li', handledAt: now, acknowledgedUntil: now + 1 }),
      ['handledBy'],
    ],
    ['no policy', ask({}, { policy: { ...policy, policyId: null } }), ['noPolicy']],
    [
      'an empty duty, a digest, a step',
      ask({}, { policy: { ...policy, unfilled: ['night'], digestEveryMs: 600_000, nextStepAt: now } }),
      ['nobodyOnDuty', 'waitsForDigest', 'waitsForStep'],
    ],
    ['no reason at all', ask({}), ['notQueued']],
    [
      'messages',
      ask(
        {},
        {
          notices: (['queued', 'sending', 'sent', 'delivered', 'read', 'acknowledged', 'failed', 'muted'] as const).map((state) =>
            notice(state),
          ),
        },
      ),
      ['Queued', 'Queued', 'Sent', 'Delivered', 'Read', 'Acknowledged', 'Failed', 'Muted'].map((one) => `message${one}`),
    ],
    [
      'condition, then suppressor, then person, then policy, then message',
      ask(
        {
          condition: 'flapping',
          suppressedBy: [{ suppressor: 'storm', by: 's', since: now }],
          handling: 'working',
          owner: 'li',
        },
        { policy: { ...policy, nextStepAt: now }, notices: [notice('muted', { mutedBy: 'storm:s' })] },
      ),
      ['flappingToldOnce', 'suppressedByStorm', 'handledBy', 'waitsForStep', 'messageMuted'],
    ],
  ];
  test.each(table)('%s', (_, asked, codes) => {
    expect(whyNobody(asked, now).map(({ code }) => code)).toEqual(codes);
  });

  test('says who, since when, and with what', () => {
    expect(whyNobody(ask(pending), now)).toEqual([
      { code: 'stillPending', by: 'deviceOffline', since: now - 60_000, values: { minutes: 4 } },
    ]);
    const failed = notice('failed', {
      attempts: [{ at: now - 9_000, channel: 'wecom', outcome: 'rateLimited', code: '45009', latencyMs: 3, providerId: null }],
    });
    expect(whyNobody(ask({}, { notices: [failed] }), now)).toEqual([
      {
        code: 'messageFailed',
        by: 'li',
        since: now - 9_000,
        values: { channel: 'wecom', attempts: 1, failure: 'rateLimited', answer: '45009' },
      },
    ]);
  });

  test('tells whether anybody was reached', () => {
    const told = (state: Notice['state']): boolean => wasTold(whyNobody(ask({}, { notices: [notice(state)] }), now));
    expect(
      (['queued', 'muted', 'failed', 'unconfirmed', 'sent', 'delivered', 'read', 'acknowledged'] as const).map(told),
    ).toEqual([false, false, false, false, true, true, true, true]);
  });
});
