import { dayMs, err, minuteMs, ok, type Result, shanghaiOffsetMs } from '@cardwatch/kernel';
import type { FlowAsk } from '../../store/read/roles.ts';
import type { ServiceFailure } from '../failure.ts';

export const flowRangeMsMax = 7 * dayMs;

export interface FlowQuestion {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly deviceId?: string | undefined;
}

/** Without a range: the business day so far. At most seven days. */
export function flowRange(ask: FlowQuestion, now: number): Result<FlowAsk, ServiceFailure> {
  const to = ask.to ?? Math.max(now, ask.from ?? 0) + minuteMs;
  const from = ask.from ?? startOfDay(to - minuteMs);
  if (to < from) return err({ kind: 'invalid', place: 'query.to', value: String(to), expected: `>= ${from}` });
  if (to - from > flowRangeMsMax) {
    return err({ kind: 'invalid', place: 'query.from', value: String(from), expected: `>= ${to - flowRangeMsMax} (7 d)` });
  }
  return ok({ from, to, deviceId: ask.deviceId });
}

const startOfDay = (at: number): number => Math.floor((at + shanghaiOffsetMs) / dayMs) * dayMs - shanghaiOffsetMs;
