import type { FlowPointDto } from '@cardwatch/contracts/api';
import { dayMs, err, minuteMs, ok, type Result, shanghaiOffsetMs } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';

export const flowRangeMsMax = 7 * dayMs;

export interface FlowQuestion {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly deviceId?: string | undefined;
}

/** Without a range: the business day so far. At most seven days. */
export async function listFlow(
  { read, clock }: Services,
  ask: FlowQuestion,
): Promise<Result<{ items: FlowPointDto[] }, ServiceFailure>> {
  const to = ask.to ?? Math.max(clock.now(), ask.from ?? 0) + minuteMs;
  const from = ask.from ?? startOfDay(to - minuteMs);
  if (to < from) return err({ kind: 'invalid', place: 'query.to', value: String(to), expected: `>= ${from}` });
  if (to - from > flowRangeMsMax) {
    return err({ kind: 'invalid', place: 'query.from', value: String(from), expected: `>= ${to - flowRangeMsMax} (7 d)` });
  }
  const points = await read.flow({ from, to, deviceId: ask.deviceId });
  return points.ok ? ok({ items: points.value }) : points;
}

const startOfDay = (at: number): number => Math.floor((at + shanghaiOffsetMs) / dayMs) * dayMs - shanghaiOffsetMs;
