/** What a robot says in its body: HTTP 200 is no receipt. One table of codes per vendor; what is in no table is refused, with its code kept. */
import { err, ok, type Result } from '@cardwatch/kernel';
import type { ChannelFailureKind } from '../watch/notice.ts';

/** In words: `robotWords`. */
export const robotDetails = [
  'busy',
  'badKey',
  'badSignature',
  'badToken',
  'ipRefused',
  'keywordMissing',
  'robotStopped',
  'tooFast',
  'tooLong',
  'badRequest',
  'contentRefused',
  'unknownCode',
  'notUnderstood',
] as const;
export type RobotDetail = (typeof robotDetails)[number];

export interface RobotRefusal {
  readonly kind: ChannelFailureKind;
  readonly detail: RobotDetail;
  /** The vendor's own; null where its answer has none. */
  readonly code: number | null;
  /** The vendor takes nothing before this; null: it does not say. */
  readonly retryAfterMs: number | null;
}

export interface RobotCode {
  readonly code: number;
  /** Where a vendor uses one code for several things: what its message must say for this row. */
  readonly says?: RegExp;
  readonly kind: ChannelFailureKind;
  readonly detail: RobotDetail;
  readonly retryAfterMs?: number;
}

export interface RobotAnswer {
  readonly code: number;
  readonly message: string;
}

/** The first row that fits decides. */
export function judgeRobot(answer: RobotAnswer | null, table: readonly RobotCode[]): Result<null, RobotRefusal> {
  if (answer === null) return err({ kind: 'serverError', detail: 'notUnderstood', code: null, retryAfterMs: null });
  const { code, message } = answer;
  if (code === 0) return ok(null);
  const row = table.find((each) => each.code === code && (each.says === undefined || each.says.test(message)));
  const { kind, detail, retryAfterMs = null } = row ?? ({ kind: 'refused', detail: 'unknownCode' } as const);
  return err({ kind, detail, code, retryAfterMs });
}

/** Of a body like `{ errcode, errmsg }`; null where it is nothing of the kind. */
export function robotAnswer(text: string, codeKeys: readonly string[], messageKeys: readonly string[]): RobotAnswer | null {
  const body = jsonOf(text);
  if (typeof body !== 'object' || body === null) return null;
  const fields = body as Readonly<Record<string, unknown>>;
  const code = codeKeys.map((key) => fields[key]).find((value) => typeof value === 'number');
  if (code === undefined) return null;
  const message = messageKeys.map((key) => fields[key]).find((value) => typeof value === 'string');
  return { code, message: message ?? '' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
