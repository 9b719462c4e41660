import type { AlarmDto } from '@cardwatch/contracts/api';
import type { FaultAsk } from '../../api/flow-queries.ts';
import type { ShadedFault } from '../../chart/business-option.core.ts';

/** More than this would grey the whole chart: the gravest are shaded, all are listed. */
export const shadedMax = 12;

/** Alarms of the same thing whose business is shown. */
export function faultAskOf({
  kind,
  id = '',
}: {
  readonly kind: 'campus' | 'area' | 'merchant' | 'device';
  readonly id: string | undefined;
}): Omit<FaultAsk, 'from' | 'to'> {
  if (kind === 'campus') return { campus: id };
  return kind === 'area' ? { area: id } : { subject: id };
}

/** Gravest first, then the oldest: causes alone, their symptoms lie in the same time. */
export const causesOf = (alarms: readonly AlarmDto[]): readonly AlarmDto[] =>
  alarms
    .filter(({ causeId, raisedAt }) => causeId === null && raisedAt !== null)
    .toSorted((a, b) => a.level - b.level || a.foundAt - b.foundAt);

export const shadedOf = (alarms: readonly AlarmDto[], now: number): readonly ShadedFault[] =>
  causesOf(alarms)
    .slice(0, shadedMax)
    .map(({ foundAt, clearedAt, level }) => ({ from: foundAt, to: clearedAt ?? now, level }));
