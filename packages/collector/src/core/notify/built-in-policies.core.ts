/** What holds where nobody wrote a policy (domain M-5). Duties: `onSite`, `lead`, `contact`. */
import { hourMs, minuteMs } from '@cardwatch/kernel';
import type { AlarmLevel, NoticePolicy } from '@cardwatch/contracts/watch';

const levelOne: NoticePolicy = {
  policyId: 'built-in-1',
  levels: [1],
  rules: [],
  areas: [],
  channels: ['wecom', 'dingtalk', 'feishu', 'sms', 'mail', 'console', 'webhook'],
  fallbackAfterMs: minuteMs,
  steps: [
    { afterMs: 0, who: ['duty:onSite', 'duty:lead', 'duty:contact'] },
    { afterMs: 5 * minuteMs, who: ['duty:onSite', 'duty:lead'] },
    { afterMs: 10 * minuteMs, who: ['duty:lead'] },
    { afterMs: 15 * minuteMs, who: ['duty:lead', 'duty:contact'] },
  ],
  repeats: 2,
  remindEveryMs: 5 * minuteMs,
  acknowledgeForMs: 30 * minuteMs,
  quiet: null,
  digestEveryMs: null,
};

const levelTwo: NoticePolicy = {
  ...levelOne,
  policyId: 'built-in-2',
  levels: [2],
  fallbackAfterMs: 3 * minuteMs,
  steps: [
    { afterMs: 0, who: ['duty:onSite'] },
    { afterMs: 15 * minuteMs, who: ['duty:lead'] },
    { afterMs: 30 * minuteMs, who: ['duty:lead'] },
  ],
  repeats: 1,
  remindEveryMs: 30 * minuteMs,
  acknowledgeForMs: 2 * hourMs,
};

const levelThree: NoticePolicy = {
  ...levelOne,
  policyId: 'built-in-3',
  levels: [3],
  channels: ['wecom', 'dingtalk', 'feishu', 'mail', 'console', 'webhook'],
  fallbackAfterMs: 10 * minuteMs,
  steps: [{ afterMs: 0, who: ['duty:onSite'] }],
  repeats: 0,
  remindEveryMs: null,
  acknowledgeForMs: 24 * hourMs,
  quiet: ['22:30', '07:00'],
  digestEveryMs: 10 * minuteMs,
};

/** The policy of a level when the settings have none for an alarm. */
export function builtInPolicy(level: AlarmLevel): NoticePolicy {
  if (level === 1) return levelOne;
  return level === 2 ? levelTwo : levelThree;
}
