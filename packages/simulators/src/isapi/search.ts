/** A search in the event log, as AcsEvent answers it. */
import { type Random, intBetween } from '@cardwatch/kernel';
import { type EventStore, infoOf } from './event-store.ts';

export interface SearchCondition {
  readonly searchID?: string;
  readonly searchResultPosition?: number;
  readonly maxResults?: number;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly beginSerialNo?: number;
  readonly endSerialNo?: number;
}

export interface SearchHabits {
  readonly knowsSerials: boolean;
  readonly pageMax: number;
  readonly random: Random;
}

export function searchReply(condition: SearchCondition, store: EventStore, habits: SearchHabits): Record<string, unknown> {
  const from = Date.parse(condition.startTime ?? '1970-01-01T00:00:00+08:00');
  const to = Date.parse(condition.endTime ?? '2037-12-31T23:59:59+08:00');
  const first = habits.knowsSerials ? (condition.beginSerialNo ?? 0) : 0;
  const last = habits.knowsSerials ? (condition.endSerialNo ?? 0xffff_ffff) : 0xffff_ffff;
  const matching = store.matching(({ at, serialNo }) => at >= from && at <= to && serialNo >= first && serialNo <= last);
  const position = condition.searchResultPosition ?? 0;
  const asked = Math.min(condition.maxResults ?? 30, habits.pageMax);
  const page = shuffled(matching.slice(position, position + asked), habits.random);
  const head = { searchID: condition.searchID, totalMatches: matching.length };
  if (matching.length === 0) return { ...head, responseStatusStrg: 'NO MATCH', numOfMatches: 0 };
  const status = position + page.length < matching.length ? 'MORE' : 'OK';
  return { ...head, responseStatusStrg: status, numOfMatches: page.length, InfoList: page.map(infoOf) };
}

/** A page is not sorted: some firmware gives it as it lies in the flash. */
function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = intBetween(random, 0, at);
    const moved = mixed[at] as T;
    mixed[at] = mixed[other] as T;
    mixed[other] = moved;
  }
  return mixed;
}
