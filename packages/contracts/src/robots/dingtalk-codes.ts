/** Codes of DingTalk's custom robots: open.dingtalk.com, 自定义机器人 (20 a minute, else held for 10 minutes) and the table of its codes. */
import type { RobotCode } from './answer.ts';

export const dingtalkBytes = 20_000;
/** DingTalk takes 20 in any minute of its own clock and then nothing for ten: what is under way may arrive closer together than it left. */
export const dingtalkPace = { perMinute: 18, perSecond: null } as const;
const heldMs = 10 * 60_000;

export const dingtalkCodes: readonly RobotCode[] = [
  { code: -1, kind: 'serverError', detail: 'busy' },
  { code: 130_101, kind: 'rateLimited', detail: 'tooFast', retryAfterMs: heldMs },
  { code: 410_100, kind: 'rateLimited', detail: 'tooFast', retryAfterMs: heldMs },
  { code: 300_001, says: /fast|frequen|limit|限流|频/i, kind: 'rateLimited', detail: 'tooFast', retryAfterMs: heldMs },
  { code: 300_001, kind: 'unauthorised', detail: 'badToken' },
  { code: 300_005, kind: 'unauthorised', detail: 'badToken' },
  { code: 400_101, kind: 'unauthorised', detail: 'badToken' },
  { code: 400_013, kind: 'unauthorised', detail: 'robotStopped' },
  { code: 400_102, kind: 'unauthorised', detail: 'robotStopped' },
  { code: 400_106, kind: 'unauthorised', detail: 'robotStopped' },
  { code: 310_000, says: /keyword|关键词/i, kind: 'misconfigured', detail: 'keywordMissing' },
  { code: 310_000, says: /whitelist|\bip\b|白名单/i, kind: 'unauthorised', detail: 'ipRefused' },
  { code: 310_000, kind: 'unauthorised', detail: 'badSignature' },
  { code: 460_101, kind: 'tooLarge', detail: 'tooLong' },
  { code: 40_035, kind: 'refused', detail: 'badRequest' },
  { code: 43_004, kind: 'refused', detail: 'badRequest' },
  { code: 400_105, kind: 'refused', detail: 'badRequest' },
  { code: 430_101, kind: 'refused', detail: 'contentRefused' },
  { code: 430_102, kind: 'refused', detail: 'contentRefused' },
  { code: 430_103, kind: 'refused', detail: 'contentRefused' },
  { code: 430_104, kind: 'refused', detail: 'contentRefused' },
];
