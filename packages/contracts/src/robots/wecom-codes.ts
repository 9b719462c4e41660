/** Codes of WeCom's robots: developer.work.weixin.qq.com, documents 91770 (robots, 2,048 and 4,096 bytes, 20 a minute) and 90455 (global codes). */
import type { RobotCode } from './answer.ts';

export const wecomBytes = { text: 2_048, markdown: 4_096 } as const;
/** WeCom takes 20 in any minute of its own clock; what is under way may arrive closer together than it left. */
export const wecomPace = { perMinute: 18, perSecond: null } as const;
const minuteMs = 60_000;

export const wecomCodes: readonly RobotCode[] = [
  { code: -1, kind: 'serverError', detail: 'busy' },
  { code: 6_000, kind: 'serverError', detail: 'busy' },
  { code: 40_008, kind: 'refused', detail: 'badRequest' },
  { code: 40_033, kind: 'refused', detail: 'badRequest' },
  { code: 40_035, kind: 'refused', detail: 'badRequest' },
  { code: 40_058, says: /exceed|length/i, kind: 'tooLarge', detail: 'tooLong' },
  { code: 40_058, kind: 'refused', detail: 'badRequest' },
  { code: 44_004, kind: 'refused', detail: 'badRequest' },
  { code: 45_002, kind: 'tooLarge', detail: 'tooLong' },
  { code: 45_009, kind: 'rateLimited', detail: 'tooFast', retryAfterMs: minuteMs },
  { code: 45_033, kind: 'rateLimited', detail: 'tooFast', retryAfterMs: 5_000 },
  { code: 60_020, kind: 'unauthorised', detail: 'ipRefused' },
  { code: 93_000, kind: 'unauthorised', detail: 'badKey' },
  { code: 93_004, kind: 'unauthorised', detail: 'robotStopped' },
  { code: 93_008, kind: 'unauthorised', detail: 'badKey' },
];
