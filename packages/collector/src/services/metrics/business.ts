/** Figures of business in slots of device time, with what is normal beside them. Read where all questions are, a piece at a time. */
import { type BusinessKind, type BusinessMetricsDto, type BusinessSlotDto, businessSlotsMax } from '@cardwatch/contracts/api';
import { err, minuteMs, ok, type Result, epochMs } from '@cardwatch/kernel';
import { dayNumberOf, startOfDay } from '../../core/calendar/day.core.ts';
import { baselineKind, entityFromText } from '../../core/metrics/baseline-text.core.ts';
import type { BusinessScope, BusinessSlotSum } from '../../store/read/roles.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Services } from '../services.ts';
import { type Bands, bandsOf, type Learned } from './band.core.ts';
import { entityNamed, scopeOf } from './scope.ts';

export const businessLimits = {
  /** All pieces of one answer. */
  answerMs: 10_000,
} as const;

export interface BusinessQuestion {
  readonly kind: BusinessKind;
  readonly id: string;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly step: '1m' | '5m';
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly stepMs: 60_000 | 300_000;
}

export async function showBusiness(
  services: Services,
  caller: Caller,
  ask: BusinessQuestion,
): Promise<Result<BusinessMetricsDto, ServiceFailure>> {
  const range = rangeOf(ask, services.clock.now());
  if (!range.ok) return range;
  const { kind, id } = ask;
  const scope = await scopeOf(services, caller, { kind, id, ...range.value });
  if (!scope.ok) return scope;
  const sums = await sumsOf(services, scope.value, range.value);
  if (!sums.ok) return sums;
  const teaching = (await services.watch?.settings())?.teaching ?? { periods: [], makeUpDays: [] };
  const bands = bandsOf(await learnedOf(services, entityNamed(ask)), teaching);
  return ok({ kind, id, ...range.value, slots: slotsOf(sums.value, range.value, bands), days: bands.days() });
}

/** Whole slots that touch what was asked; without a time the business day so far. */
function rangeOf(ask: BusinessQuestion, now: number): Result<Range, ServiceFailure> {
  const stepMs = ask.step === '1m' ? minuteMs : ((5 * minuteMs) as Range['stepMs']);
  const upto = ask.to ?? Math.max(now, ask.from ?? 0) + 1;
  const to = Math.ceil(upto / stepMs) * stepMs;
  const from = Math.floor((ask.from ?? startOfDay(dayNumberOf(epochMs(upto - 1)))) / stepMs) * stepMs;
  if (to <= from) return err({ kind: 'invalid', place: 'query.to', value: String(upto), expected: `> ${from}` });
  const most = businessSlotsMax * stepMs;
  if (to - from <= most) return ok({ from, to, stepMs });
  return err({ kind: 'invalid', place: 'query.from', value: String(from), expected: `>= ${to - most} (${businessSlotsMax})` });
}

async function sumsOf(
  { read, clock }: Services,
  scope: BusinessScope,
  { from, to, stepMs }: Range,
): Promise<Result<ReadonlyMap<number, BusinessSlotSum>, ServiceFailure>> {
  const begun = clock.mono();
  const slots = new Map<number, BusinessSlotSum>();
  for (let next = from; next < to; ) {
    if (clock.mono() - begun > businessLimits.answerMs) return err({ kind: 'tooBroad', limitMs: businessLimits.answerMs });
    const piece = await read.business({ from: next, to, stepMs, scope });
    if (!piece.ok) return piece;
    for (const slot of piece.value.slots) slots.set(slot.at, slot);
    next = piece.value.upto;
  }
  return ok(slots);
}

/** Its own text, and that of its campus where there is one. */
async function learnedOf({ watch }: Pick<Services, 'watch'>, entity: string): Promise<Learned> {
  const textsOf = async (key: string): Promise<readonly (readonly [string, string])[]> =>
    ((await watch?.machines(baselineKind, [key])) ?? []).map((row) => [row.key, row.state]);
  const own = await textsOf(entity);
  const campus = entityFromText(own[0]?.[1] ?? '')?.campus ?? null;
  const more = campus === null || campus === entity ? [] : await textsOf(campus);
  return { entity, texts: new Map([...own, ...more]) };
}

const empty: Omit<BusinessSlotDto, 'at' | 'expected'> = { records: 0, amountFen: 0, offline: 0, failures: 0, cards: 0, late: 0 };

function slotsOf(sums: ReadonlyMap<number, BusinessSlotSum>, { from, to, stepMs }: Range, bands: Bands): BusinessSlotDto[] {
  return Array.from({ length: (to - from) / stepMs }, (_, no) => {
    const at = from + no * stepMs;
    return { ...empty, ...sums.get(at), at, expected: bands.at(at, at + stepMs) };
  });
}
