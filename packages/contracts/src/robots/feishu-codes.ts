/** Codes of Feishu's custom robots: open.larkoffice.com, 自定义机器人使用指南 (100 a minute, 5 a second, body of 20 KB, no full or half hours). */
import type { RobotCode } from './answer.ts';

export const feishuBytes = 20_000;
/** Feishu takes 100 in a minute and 5 in a second of its own clock. */
export const feishuPace = { perMinute: 90, perSecond: 4 } as const;
const minuteMs = 60_000;

export const feishuCodes: readonly RobotCode[] = [
  { code: 9_499, says: /too many|frequen|limit/i, kind: 'rateLimited', detail: 'tooFast', retryAfterMs: minuteMs },
  { code: 9_499, kind: 'refused', detail: 'badRequest' },
  { code: 11_232, kind: 'rateLimited', detail: 'tooFast', retryAfterMs: minuteMs },
  { code: 19_001, says: /token/i, kind: 'unauthorised', detail: 'badToken' },
  { code: 19_001, kind: 'refused', detail: 'badRequest' },
  { code: 19_021, kind: 'unauthorised', detail: 'badSignature' },
  { code: 19_022, kind: 'unauthorised', detail: 'ipRefused' },
  { code: 19_024, kind: 'misconfigured', detail: 'keywordMissing' },
];
