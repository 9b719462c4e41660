import type { DeviceDto } from '@cardwatch/contracts/api';
import type { DevicesAsk, PageResult } from '../../read/roles.ts';
import type { ReadConnection, Row } from './connection.ts';
import { readPage } from './paging.ts';
import { flag, int, intOrNull, json, text, textOrNull, word, wordOrNull } from './row.ts';
import { marks, Where } from './where.ts';

export const building = "json_extract(place, '$.building')";

/** `campus/building/area` of a device, as far as its place is named. */
export const placePath = `rtrim(campus || '/' || coalesce(${building}, '') || '/' || coalesce(area, ''), '/')`;

export function listDevices(connection: ReadConnection, ask: DevicesAsk): PageResult<DeviceDto> {
  const { state, kind, agentId, campus, area, areas, q } = ask;
  return readPage(connection, {
    name: 'devices',
    ask,
    shape: ['text'],
    rows: (keys, limit) => {
      const where = new Where()
        .and('in_time()')
        .and('declared = 1')
        .and('device_id > ?', keys?.[0])
        .and('state = ?', state)
        .and('kind = ?', kind)
        .and('agent_id = ?', agentId)
        .and('campus = ?', campus)
        .and(`${building} = ?`, ask.building)
        .and('area = ?', area)
        .within(placePath, areas)
        .and("instr(lower(device_id || ' ' || name || ' ' || place), ?) > 0", q?.toLowerCase());
      return connection.all(`SELECT * FROM device ${where} ORDER BY device_id LIMIT ?`, ...where.values, limit);
    },
    item: deviceDto,
    keys: (row) => [text(row['device_id'])],
  });
}

export function findDevice(connection: ReadConnection, deviceId: string): DeviceDto | null {
  const row = connection.get('SELECT * FROM device WHERE device_id = ?', deviceId);
  return row === undefined ? null : deviceDto(row);
}

export function findDevices(connection: ReadConnection, deviceIds: readonly string[]): DeviceDto[] {
  if (deviceIds.length === 0) return [];
  return connection.all(`SELECT * FROM device WHERE device_id IN (${marks(deviceIds.length)})`, ...deviceIds).map(deviceDto);
}

type ToldDto = Partial<Pick<DeviceDto, 'serial' | 'duplicates' | 'discardedParts' | 'operations'>>;

function deviceDto(row: Row): DeviceDto {
  const told: ToldDto = row['told'] === null ? {} : json<ToldDto>(row['told']);
  return {
    deviceId: text(row['device_id']),
    agentId: text(row['agent_id']),
    name: text(row['name']),
    kind: word(row['kind']),
    profile: text(row['profile']),
    line: text(row['line']),
    place: json(row['place']),
    parents: row['parents'] === null ? [] : json(row['parents']),
    state: word(row['state']),
    cause: wordOrNull(row['cause']),
    since: int(row['since']),
    lastSeenAt: intOrNull(row['last_seen_at']),
    lastRecordAt: intOrNull(row['last_record_at']),
    generation: intOrNull(row['generation']),
    lastRecordNo: intOrNull(row['last_record_no']),
    uncollected: intOrNull(row['uncollected']),
    freeRecords: intOrNull(row['free_records']),
    blacklistVersion: intOrNull(row['blacklist_version']),
    parameterVersion: intOrNull(row['parameter_version']),
    firmware: textOrNull(row['firmware']),
    driftMs: intOrNull(row['drift_ms']),
    rttMs: intOrNull(row['rtt_ms']),
    busErrors: intOrNull(row['bus_errors']),
    maintenance: flag(row['maintenance']),
    lastEventAt: intOrNull(row['last_event_at']),
    serial: told.serial ?? null,
    duplicates: told.duplicates ?? null,
    discardedParts: told.discardedParts ?? null,
    operations: told.operations ?? [],
  };
}
