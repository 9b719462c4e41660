/** Past incidents that are like this one: the same class of device with the same symptom, what cured it then. */
import type { CauseCode, Incident } from '@cardwatch/contracts/watch';

export const similarMax = 10;

export interface Similar {
  readonly incidentId: string;
  readonly number: string;
  readonly sharedClasses: readonly string[];
  readonly sharedRules: readonly string[];
  readonly cause: CauseCode | null;
  readonly handling: string;
}

/** Most alike first: by shared symptoms, then classes, then the newer. Both must be shared. */
export function similarTo(incident: Incident, past: readonly Incident[]): readonly Similar[] {
  const found = past.flatMap((one) => {
    if (one.incidentId === incident.incidentId || one.state === 'merged' || one.state === 'falseAlarm') return [];
    const sharedClasses = shared(incident.scope?.deviceClasses, one.scope?.deviceClasses);
    const sharedRules = shared(incident.scope?.rules, one.scope?.rules);
    return sharedClasses.length > 0 && sharedRules.length > 0 ? [{ one, sharedClasses, sharedRules }] : [];
  });
  return found
    .toSorted(
      (a, b) =>
        b.sharedRules.length - a.sharedRules.length ||
        b.sharedClasses.length - a.sharedClasses.length ||
        b.one.openedAt - a.one.openedAt,
    )
    .slice(0, similarMax)
    .map(({ one, sharedClasses, sharedRules }) => ({
      incidentId: one.incidentId,
      number: one.number,
      sharedClasses,
      sharedRules,
      cause: one.rootCause?.code ?? null,
      handling: one.record.handling,
    }));
}

const shared = (some: readonly string[] = [], others: readonly string[] = []): readonly string[] =>
  some.filter((one) => others.includes(one));
