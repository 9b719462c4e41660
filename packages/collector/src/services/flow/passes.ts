import type { PassPointDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { type FlowQuestion, flowRange } from './range.ts';

/** Passes by minute. */
export async function listPassFlow(
  { read, clock }: Services,
  ask: FlowQuestion,
): Promise<Result<{ items: PassPointDto[] }, ServiceFailure>> {
  const range = flowRange(ask, clock.now());
  if (!range.ok) return range;
  const points = await read.passFlow(range.value);
  return points.ok ? ok({ items: points.value }) : points;
}
