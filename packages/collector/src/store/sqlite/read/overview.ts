import type { DeviceKind, DeviceState } from '@cardwatch/contracts';
import type { OverviewDto } from '@cardwatch/contracts/api';
import { businessDay, dayMs, epochMs, minuteMs, shanghaiOffsetMs } from '@cardwatch/kernel';
import { type AreaCount, groupAreas, zeroByState } from '../../read/areas.core.ts';
import type { ReadConnection } from './connection.ts';
import { building } from './devices.ts';
import { passSum } from './events.ts';
import { flowSum } from './flow.ts';
import { int, intOrNull, text, textOrNull, word } from './row.ts';

/** An agent is behind when its oldest uncommitted record is older than this. */
const behindMs = minuteMs;

/** Global figures from the device, agent and flow tables; never touches the records. */
export function readOverview(connection: ReadConnection, now: number): OverviewDto {
  const dayStart = Math.floor((now + shanghaiOffsetMs) / dayMs) * dayMs - shanghaiOffsetMs;
  const minute = Math.floor(now / minuteMs) * minuteMs;
  return {
    asOf: now,
    ...devices(connection),
    agents: agentCounts(connection),
    today: { day: businessDay(epochMs(now)), ...moved(connection, dayStart, dayStart + dayMs) },
    lastMinute: moved(connection, minute - minuteMs, minute),
    backlog: backlog(connection, now),
    openGaps: countWhere(connection, 'gap'),
    openDeadLetters: countWhere(connection, 'dead_letter'),
  };
}

const moved = (connection: ReadConnection, from: number, to: number): OverviewDto['lastMinute'] => ({
  ...flowSum(connection, from, to),
  passes: passSum(connection, from, to),
});

function devices(connection: ReadConnection): Pick<OverviewDto, 'devices' | 'areas'> {
  const rows = connection.all(
    `SELECT campus, ${building} AS building, area, area_type, state, count(*) AS devices FROM device WHERE declared = 1
     GROUP BY 1, 2, 3, 4, 5 ORDER BY campus, area, building, area_type`,
  );
  const counts: AreaCount[] = rows.map((row) => ({
    campus: text(row['campus']),
    building: textOrNull(row['building']),
    area: textOrNull(row['area']),
    areaType: textOrNull(row['area_type']),
    state: word<DeviceState>(row['state']),
    devices: int(row['devices']),
  }));
  const byState = zeroByState();
  for (const count of counts) byState[count.state] += count.devices;
  const total = counts.reduce((sum, count) => sum + count.devices, 0);
  return { devices: { total, byState, byKind: byKind(connection) }, areas: groupAreas(counts) };
}

/** Written out, as the states are: the desk's thread does not load the schemas for a list of words. */
const noKinds: Readonly<Record<DeviceKind, number>> = { pos: 0, gate: 0, shower: 0, meter: 0, network: 0, other: 0 };

function byKind(connection: ReadConnection): OverviewDto['devices']['byKind'] {
  const rows = connection.all('SELECT kind, count(*) AS devices FROM device WHERE declared = 1 GROUP BY kind');
  return { ...noKinds, ...Object.fromEntries(rows.map((row) => [text(row['kind']), int(row['devices'])])) };
}

function agentCounts(connection: ReadConnection): OverviewDto['agents'] {
  const row = connection.get(
    `SELECT count(*) AS total, coalesce(sum(state = 'online' AND suspended = 0), 0) AS online FROM agent`,
  );
  return { total: int(row?.['total']), online: int(row?.['online']) };
}

function backlog(connection: ReadConnection, now: number): OverviewDto['backlog'] {
  const row = connection.get(
    `SELECT coalesce(sum(backlog_records), 0) AS records, coalesce(sum(backlog_oldest_at < ?), 0) AS behind,
     min(backlog_oldest_at) AS oldest FROM agent`,
    now - behindMs,
  );
  return { records: int(row?.['records']), agentsBehind: int(row?.['behind']), oldestAt: intOrNull(row?.['oldest']) };
}

export function countWhere(connection: ReadConnection, table: 'gap' | 'dead_letter'): number {
  return int(connection.get(`SELECT count(*) AS n FROM ${table} WHERE state = 'open'`)?.['n']);
}
