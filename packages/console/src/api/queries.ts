import type { ResponseOf } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import { queryOptions } from '@tanstack/react-query';
import { alarmsQueries } from './alarms-queries.ts';
import { askOf } from './ask.ts';
import { overviewQueries } from './overview-queries.ts';
import { wallQueries } from './wall-queries.ts';
import type { Client } from './client.ts';
import { mapsQueries } from './maps-queries.ts';
import { registerQueries } from './register-queries.ts';
import { topologyQueries } from './topology-queries.ts';
import { incidentsQueries } from './incidents-queries.ts';
import { flowQueries } from './flow-queries.ts';
import { ledgerQueries } from './ledger-queries.ts';
import {
  type DeadLetterFilter,
  type DeviceFilter,
  type EventFilter,
  type GapFilter,
  keys,
  pageLimits,
  type RecordFilter,
} from './keys.ts';
import { auditQueries } from './audit-queries.ts';
import { calendarQueries } from './calendar-queries.ts';
import { dutyQueries } from './duty-queries.ts';
import { rulesQueries } from './rules-queries.ts';
import { qualityQueries } from './quality-queries.ts';

/** What each screen asks for, by name. The screens of the watch have files of their own beside this one. */
export function queriesOf(client: Client, now: () => number) {
  const ask = askOf(client);
  const { single, paged } = ask;

  return {
    ...overviewQueries(ask),
    ...wallQueries(ask),
    ...auditQueries(ask),
    ...calendarQueries(ask),
    ...dutyQueries(ask, now),
    ...rulesQueries(ask),
    ...flowQueries(ask),
    ...ledgerQueries(ask),
    ...alarmsQueries(ask, client, now),
    ...incidentsQueries(ask),
    ...qualityQueries(ask),
    ...topologyQueries(ask),
    ...registerQueries(ask),
    ...mapsQueries(ask),
    setupState: () => single(keys.setupState, 'setupState', {}),
    session: () => ({ ...single(keys.session, 'session', {}), staleTime: 60_000, retry: false }),
    health: () => single(keys.health, 'health', {}),
    overview: () => single(keys.overview, 'overview', {}),
    agents: () => single(keys.agents, 'agents', {}),
    users: () => single(keys.users, 'users', {}),
    flow: (minutes: number) =>
      queryOptions({
        queryKey: keys.flow(minutes),
        queryFn: ({ signal }) => client.fetch('flow', { query: { from: now() - minutes * minuteMs } }, signal),
      }),
    passFlow: (minutes: number) =>
      queryOptions({
        queryKey: keys.passFlow(minutes),
        queryFn: ({ signal }) => client.fetch('passFlow', { query: { from: now() - minutes * minuteMs } }, signal),
      }),
    device: (deviceId: string) => single(keys.device(deviceId), 'device', { params: { deviceId } }),
    readings: (deviceId: string) =>
      queryOptions({ queryKey: keys.readings(deviceId), queryFn: ({ signal }) => allReadings(client, deviceId, signal) }),
    history: (deviceId: string, point: string) =>
      single(keys.history(deviceId, point), 'deviceReadings', {
        params: { deviceId },
        query: { point, limit: pageLimits.history },
      }),
    operations: (deviceId: string) => single(keys.operations(deviceId), 'deviceOperations', { params: { deviceId } }),
    events: (filter: EventFilter) =>
      paged(keys.events(filter), 'events', (cursor) => ({
        query: { ...filter, ...cursor, limit: pageLimits.events },
      })),
    devices: (filter: DeviceFilter) =>
      paged(keys.devices(filter), 'devices', (cursor) => ({
        query: { ...filter, ...cursor, limit: cursor.cursor === undefined ? pageLimits.firstDevices : pageLimits.devices },
      })),
    records: (filter: RecordFilter) =>
      paged(keys.records(filter), 'records', (cursor) => ({
        query: { ...filter, ...cursor, limit: pageLimits.records },
      })),
    gaps: (filter: GapFilter) =>
      paged(keys.gaps(filter), 'gaps', (cursor) => ({ query: { ...filter, ...cursor, limit: pageLimits.gaps } })),
    deadLetters: (filter: DeadLetterFilter) =>
      paged(keys.deadLetters(filter), 'deadLetters', (cursor) => ({
        query: { ...filter, ...cursor, limit: pageLimits.deadLetters },
      })),
  };
}

/** A switch of 52 ports has some 600 points: more than one page. */
const readingPagesMax = 4;

async function allReadings(client: Client, deviceId: string, signal: AbortSignal): Promise<ResponseOf<'deviceReadings'>> {
  const items: ResponseOf<'deviceReadings'>['items'] = [];
  let cursor: string | undefined;
  for (let page = 0; page < readingPagesMax; page++) {
    const query = { limit: pageLimits.readings, ...(cursor === undefined ? {} : { cursor }) };
    const { items: more, nextCursor } = await client.fetch('deviceReadings', { params: { deviceId }, query }, signal);
    items.push(...more);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return { items, nextCursor: null };
}

export type Queries = ReturnType<typeof queriesOf>;
