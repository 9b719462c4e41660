/** 一次性解决率, 重复故障率, major incidents, MTTA and MTTR (domain ), each with the rule that it was counted by. */
import type { Incident, IncidentState } from '@cardwatch/contracts/watch';
import { dayMs, type EpochMs } from '@cardwatch/kernel';
import { count, type Figure, mean, ratio } from './figure.core.ts';
import { inOrder } from './state-spans.core.ts';

export interface QualityTerms {
  /** The same device with the same cause code within so many days is a repeat. */
  readonly repeatWithinDays: number;
  /** The same area with the same cause code within so many days is a recurrence. */
  readonly recurrenceWithinDays: number;
}
export const defaultQualityTerms: QualityTerms = { repeatWithinDays: 7, recurrenceWithinDays: 30 };

const cured: readonly IncidentState[] = ['restored', 'resolved', 'awaitingConfirmation', 'closed'];

/**
 * Figures of the incidents opened in `[from, to)`. `all` may hold more: a repeat is looked for among everything that was opened after. Merged ones and false
 * alarms never count.
 */
export function qualityOf(
  all: readonly Incident[],
  period: { readonly from: EpochMs; readonly to: EpochMs },
  terms: QualityTerms = defaultQualityTerms,
): readonly Figure[] {
  const real = all.filter(({ state }) => state !== 'merged' && state !== 'falseAlarm');
  const opened = real.filter(({ openedAt }) => openedAt >= period.from && openedAt < period.to);
  const closed = opened.filter(({ state }) => state === 'closed');
  const { repeatWithinDays, recurrenceWithinDays } = terms;
  return [
    ratio({
      definition: 'firstTimeFix.v1',
      all: closed,
      good: (one) => one.visits <= 1 && reopenings(one) === 0 && !followed(one, real, repeatWithinDays, sameDevice),
      nameOf,
      parameters: { repeatWithinDays, visitsMax: 1 },
    }),
    share('repeatRate.v1', opened, (one) => followed(one, real, repeatWithinDays, sameDevice), { repeatWithinDays }),
    share('recurrenceRate.v1', opened, (one) => followed(one, real, recurrenceWithinDays, sameArea), { recurrenceWithinDays }),
    ...majorFigures(opened),
    mean('mtta.v1', opened.flatMap(acknowledgedAfter)),
    mean('mttr.v1', opened.flatMap(restoredAfter)),
  ];
}

/** How often it came back after it was said to be cured. */
export const reopenings = (incident: Pick<Incident, 'steps'>): number =>
  incident.steps.filter(({ from, to }) => cured.includes(from) && to === 'working').length;

/** Level 1 at any time is a major incident; attributable ones are the contractor's. */
function majorFigures(opened: readonly Incident[]): readonly Figure[] {
  const major = opened.filter(({ assessments }) => assessments.some(({ level }) => level === 1));
  const ours = major.filter(({ attributable }) => attributable === true);
  return [
    count('majorIncidents.v1', major.map(nameOf), opened.map(nameOf)),
    count('majorIncidentsAttributable.v1', ours.map(nameOf), major.map(nameOf)),
  ];
}

/** A figure where `against` are those that count into it: repeats of all. */
function share(
  definition: 'repeatRate.v1' | 'recurrenceRate.v1',
  all: readonly Incident[],
  holds: (one: Incident) => boolean,
  parameters: Figure['parameters'],
): Figure {
  const figure = ratio({ definition, all, good: (one) => !holds(one), nameOf, parameters });
  const numerator = figure.against.length;
  return { ...figure, numerator, value: all.length === 0 ? null : numerator / all.length };
}

type Alike = (one: Incident, other: Incident) => boolean;

/** Whether a like fault was opened within so many days after this one began: it was not cured for good. */
function followed(one: Incident, all: readonly Incident[], days: number, alike: Alike): boolean {
  const code = one.rootCause?.code;
  if (code === undefined) return false;
  return all.some(
    (other) =>
      other.incidentId !== one.incidentId &&
      other.openedAt > one.openedAt &&
      other.openedAt <= (one.restoredAt ?? one.openedAt) + days * dayMs &&
      other.rootCause?.code === code &&
      alike(one, other),
  );
}

const sameDevice: Alike = (one, other) => shares(one.scope?.devices, other.scope?.devices);
const sameArea: Alike = (one, other) => shares(one.scope?.areas, other.scope?.areas);
const shares = (some: readonly string[] = [], others: readonly string[] = []): boolean => some.some((id) => others.includes(id));

function acknowledgedAfter(incident: Incident): readonly { readonly name: string; readonly ms: number }[] {
  const first = inOrder(incident.steps).find(({ from }) => from === 'new');
  return first === undefined ? [] : [{ name: incident.number, ms: first.at - incident.openedAt }];
}

function restoredAfter(incident: Incident): readonly { readonly name: string; readonly ms: number }[] {
  if (incident.restoredAt === null) return [];
  return [{ name: incident.number, ms: incident.restoredAt - incident.occurredAt }];
}

const nameOf = ({ number }: Incident): string => number;
