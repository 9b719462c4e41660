/** Two versions of a rule over the same days: what both would have found, and what only one. */
import type { EpochMs } from '@cardwatch/kernel';
import type { TrialAlarm, TrialResult } from './trial.core.ts';

export interface Comparison {
  readonly onlyInOld: readonly TrialAlarm[];
  readonly onlyInNew: readonly TrialAlarm[];
  readonly both: readonly { readonly old: TrialAlarm; readonly next: TrialAlarm }[];
  readonly fires: { readonly old: number; readonly next: number };
}

/** Alarms of the same subject that were up at the same time are the same; each is matched once, in order of time. */
export function compared(old: TrialResult, next: TrialResult): Comparison {
  const free = new Set(next.alarms);
  const bySubject = Map.groupBy(next.alarms, subjectOf);
  const both: { readonly old: TrialAlarm; readonly next: TrialAlarm }[] = [];
  const onlyInOld: TrialAlarm[] = [];
  for (const alarm of old.alarms) {
    const twin = bySubject.get(subjectOf(alarm))?.find((other) => free.has(other) && overlap(alarm, other));
    if (twin === undefined) onlyInOld.push(alarm);
    else {
      free.delete(twin);
      both.push({ old: alarm, next: twin });
    }
  }
  const fires = { old: old.alarms.length, next: next.alarms.length };
  return { onlyInOld, onlyInNew: next.alarms.filter((alarm) => free.has(alarm)), both, fires };
}

const subjectOf = ({ subject }: TrialAlarm): string => `${subject.kind}|${subject.id}`;

const endOf = ({ clearedAt }: TrialAlarm): EpochMs | number => clearedAt ?? Number.POSITIVE_INFINITY;

const overlap = (a: TrialAlarm, b: TrialAlarm): boolean => a.raisedAt <= endOf(b) && b.raisedAt <= endOf(a);
