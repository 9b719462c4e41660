import type { FlowPointDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { type FlowQuestion, flowRange } from './range.ts';

/** Records and turnover by minute. */
export async function listFlow(
  { read, clock }: Services,
  ask: FlowQuestion,
): Promise<Result<{ items: FlowPointDto[] }, ServiceFailure>> {
  const range = flowRange(ask, clock.now());
  if (!range.ok) return range;
  const points = await read.flow(range.value);
  return points.ok ? ok({ items: points.value }) : points;
}
