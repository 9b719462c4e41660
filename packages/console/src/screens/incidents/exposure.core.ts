/** What lies in terminals behind incidents. A symptom has the same money behind it as its cause, so causes alone are counted. */
import type { Alarm } from '@cardwatch/contracts/watch';

export interface Exposed {
  readonly records: number;
  /** null: no alarm of it knows of money. */
  readonly fen: number | null;
  readonly estimated: boolean;
}

type Behind = Pick<Alarm, 'incidentId' | 'causeId' | 'exposure'>;

const nothing: Exposed = { records: 0, fen: null, estimated: false };

const plus = (sum: Exposed, { records, fen, estimated }: Exposed): Exposed => ({
  records: sum.records + records,
  fen: fen === null ? sum.fen : (sum.fen ?? 0) + fen,
  estimated: sum.estimated || estimated,
});

export const exposedBy = (alarms: readonly Behind[]): Exposed =>
  alarms.filter(({ causeId }) => causeId === null).reduce((sum, { exposure }) => plus(sum, exposure), nothing);

/** By incident. */
export function exposedByIncident(alarms: readonly Behind[]): ReadonlyMap<string, Exposed> {
  const found = new Map<string, Exposed>();
  for (const { incidentId, causeId, exposure } of alarms)
    if (incidentId !== null && causeId === null) found.set(incidentId, plus(found.get(incidentId) ?? nothing, exposure));
  return found;
}
