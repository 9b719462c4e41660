import type { AlarmDto, QueryOf, ToldDto } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Ask } from './ask.ts';
import type { Client } from './client.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** What a list of alarms is narrowed by, as it goes out. */
export type AlarmFilter = Without<NonNullable<QueryOf<'alarms'>>, 'cursor' | 'limit' | 'order'>;
export type AlarmOrder = 'found' | 'gravity';

/** `first`: the page that somebody waits for. */
export const alarmLimits = { first: 100, page: 500, symptoms: 200, told: 100, history: 20 } as const;
/** A row that cleared stays on the list for this long. */
export const clearedStaysMs = 5 * minuteMs;

/** The live reducers dispatch on the first element; the second is always the filter. */
export const alarmKeys = {
  list: (filter: AlarmFilter, order: AlarmOrder) => ['alarms', filter, order] as const,
  cleared: (filter: AlarmFilter) => ['alarmsCleared', filter] as const,
  symptoms: (filter: AlarmFilter) => ['symptoms', filter] as const,
  one: (alarmId: string) => ['alarm', alarmId] as const,
  facets: (filter: AlarmFilter) => ['alarmFacets', filter] as const,
  count: (filter: AlarmFilter) => ['alarmCount', filter] as const,
  told: (alarmId: string) => ['alarmTold', alarmId] as const,
  wouldTell: (alarmId: string) => ['alarmWouldTell', alarmId] as const,
};

/** Found, burning, explained by nothing else, heard by people, and nobody has said that they have it. */
export const unacknowledged: AlarmFilter = { open: 'true', root: 'true', raised: 'true', handling: 'new', suppressed: 'false' };

export function alarmsQueries({ single, paged }: Ask, client: Client, now: () => number) {
  const toldOf = toldTogether(client);
  return {
    alarms: (filter: AlarmFilter, order: AlarmOrder) =>
      paged(alarmKeys.list(filter, order), 'alarms', (cursor) => ({
        query: { ...filter, ...cursor, order, limit: cursor.cursor === undefined ? alarmLimits.first : alarmLimits.page },
      })),
    /** Those of the same filter that cleared a moment ago, for the time that they stay on the list. */
    clearedAlarms: (filter: AlarmFilter) =>
      infiniteQueryOptions({
        queryKey: alarmKeys.cleared(filter),
        queryFn: ({ signal }) =>
          client.fetch('alarms', { query: { ...filter, clearedFrom: now() - clearedStaysMs, limit: alarmLimits.page } }, signal),
        initialPageParam: undefined,
        getNextPageParam: () => undefined,
      }),
    symptoms: (filter: AlarmFilter) =>
      single(alarmKeys.symptoms(filter), 'alarms', { query: { ...filter, order: 'gravity', limit: alarmLimits.symptoms } }),
    alarm: (alarmId: string) => single(alarmKeys.one(alarmId), 'alarm', { params: { alarmId } }),
    alarmFacets: (filter: AlarmFilter) => single(alarmKeys.facets(filter), 'alarmFacets', { query: filter }),
    alarmCount: (filter: AlarmFilter) => single(alarmKeys.count(filter), 'countAlarms', { query: filter }),
    alarmTold: (alarmId: string) => queryOptions({ queryKey: alarmKeys.told(alarmId), queryFn: () => toldOf(alarmId) }),
    alarmWouldTell: (alarmId: string) => single(alarmKeys.wouldTell(alarmId), 'wouldTell', { params: { alarmId } }),
  };
}

type Told = Omit<ToldDto, 'alarmId'>;
const nobody: Told = { told: 0, read: 0, failed: 0 };

interface Waiting {
  readonly alarmId: AlarmDto['alarmId'] | string;
  readonly answer: (told: Told) => void;
  readonly fail: (error: unknown) => void;
}

/** Rows that ask in the same turn are asked for together, `alarmLimits.told` at a time. */
function toldTogether(client: Client): (alarmId: string) => Promise<Told> {
  let waiting: Waiting[] = [];
  const ask = async (): Promise<void> => {
    const asked = waiting;
    waiting = [];
    for (let n = 0; n < asked.length; n += alarmLimits.told) await answer(client, asked.slice(n, n + alarmLimits.told));
  };
  return (alarmId) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(() => void ask());
      waiting.push({ alarmId, answer: resolve, fail: reject });
    });
}

async function answer(client: Client, asked: readonly Waiting[]): Promise<void> {
  try {
    const ids = asked.map(({ alarmId }) => alarmId).join(',');
    const { items } = await client.fetch('toldOfAlarms', { query: { ids } });
    const byId = new Map(items.map((told) => [told.alarmId, told]));
    for (const one of asked) one.answer(byId.get(one.alarmId) ?? nobody);
  } catch (error) {
    for (const one of asked) one.fail(error);
  }
}
