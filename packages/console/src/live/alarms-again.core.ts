/** What an event of alarms does not say, and so is read again a moment later: counts, who was told, histories; after a flood the lists too. */
import type { LiveEvent } from '@cardwatch/contracts/api';

export interface HeardAlarms {
  readonly ids: ReadonlySet<string>;
  /** More changed than was told. */
  readonly flood: boolean;
}

export const nothingHeard: HeardAlarms = { ids: new Set(), flood: false };

/** The same reference when none of the events is of alarms. */
export function hearAlarms(heard: HeardAlarms, events: readonly LiveEvent[]): HeardAlarms {
  const ofAlarms = events.filter((event) => event.type === 'alarms');
  if (ofAlarms.length === 0) return heard;
  const ids = ofAlarms.flatMap(({ alarms }) => alarms?.map(({ alarmId }) => alarmId) ?? []);
  return { ids: new Set([...heard.ids, ...ids]), flood: heard.flood || ofAlarms.some(({ alarms }) => alarms === null) };
}

const counts: ReadonlySet<unknown> = new Set(['alarmFacets', 'alarmCount']);
const ofOne: ReadonlySet<unknown> = new Set(['alarm', 'alarmTold', 'alarmWouldTell']);
const lists: ReadonlySet<unknown> = new Set(['alarms', 'alarmsCleared', 'symptoms', 'burningAlarms']);

export function isToBeReadAgain([what, of]: readonly unknown[], { ids, flood }: HeardAlarms): boolean {
  if (counts.has(what)) return true;
  if (ofOne.has(what)) return flood || (typeof of === 'string' && ids.has(of));
  return flood && lists.has(what);
}
