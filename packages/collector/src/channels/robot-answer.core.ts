/** What a robot says in its body: HTTP 200 is no receipt. One table of codes per vendor; what is in no table is refused, with its code kept. */
import type { ChannelFailureKind } from '@cardwatch/contracts/watch';
import { ok, type Result } from '@cardwatch/kernel';
import type { ChannelFailure, Delivery } from './channel.ts';
import { failed } from './failure.core.ts';
import type { DetailCode } from './words/words.ts';

export interface RobotCode {
  readonly code: number;
  /** Where a vendor uses one code for several things: what its message must say for this row. */
  readonly says?: RegExp;
  readonly kind: ChannelFailureKind;
  readonly detail: DetailCode;
  readonly retryAfterMs?: number;
}

export interface RobotAnswer {
  readonly code: number;
  readonly message: string;
}

/** The first row that fits decides. */
export function judgeRobot(answer: RobotAnswer | null, table: readonly RobotCode[]): Result<Delivery, ChannelFailure> {
  if (answer === null) return failed({ kind: 'serverError', detail: 'notUnderstood' });
  const { code, message } = answer;
  if (code === 0) return ok({ providerId: null, state: 'sent' });
  const row = table.find((each) => each.code === code && (each.says === undefined || each.says.test(message)));
  if (row === undefined) return failed({ kind: 'refused', detail: 'unknownCode', code });
  return failed({ kind: row.kind, detail: row.detail, code, retryAfterMs: row.retryAfterMs ?? null });
}

/** `{ errcode, errmsg }` and the like; null where the body is nothing of the kind. */
export function robotAnswer(body: unknown, codeKeys: readonly string[], messageKeys: readonly string[]): RobotAnswer | null {
  if (typeof body !== 'object' || body === null) return null;
  const fields = body as Readonly<Record<string, unknown>>;
  const code = codeKeys.map((key) => fields[key]).find((value) => typeof value === 'number');
  if (code === undefined) return null;
  const message = messageKeys.map((key) => fields[key]).find((value) => typeof value === 'string');
  return { code, message: message ?? '' };
}
