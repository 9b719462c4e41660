import type { EventLine } from '@cardwatch/contracts';
import type { EventDto, PassPointDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import { type EventsAsk, type FlowAsk, type PageResult, type ReadFailure, readLimits } from '../../read/roles.ts';
import type { ReadConnection, Row } from './connection.ts';
import { readPage } from './paging.ts';
import { int, intOrNull, json, text, textOrNull } from './row.ts';
import { marks, Where } from './where.ts';

const columns = `event.id, event.agent_id, event.device_id, event.observed_at, event.ingested_at, event.generation, event.event_no, event.line,
  device.name AS device_name`;

/** Newest first. The index is named, so that a page costs what it shows however large the table is. */
export function listEvents(connection: ReadConnection, ask: EventsAsk): PageResult<EventDto> {
  const index = ask.deviceId === undefined ? 'event_observed' : 'event_device';
  return readPage(connection, {
    name: 'events',
    ask,
    shape: ['int', 'int'],
    rows: (keys, limit) => {
      const where = new Where()
        .and('in_time()')
        .and('event.device_id = ?', ask.deviceId)
        .and('event.type = ?', ask.type)
        .and('event.result = ?', ask.result)
        .and('event.method = ?', ask.method)
        .and('event.observed_at >= ?', ask.from)
        .and('event.observed_at < ?', ask.to)
        .and('(event.observed_at, event.id) < (?, ?)', keys?.[0], keys?.[1]);
      const sql = `SELECT ${columns} FROM event INDEXED BY ${index} LEFT JOIN device ON device.device_id = event.device_id
        ${where} ORDER BY event.observed_at DESC, event.id DESC LIMIT ?`;
      return connection.all(sql, ...where.values, limit);
    },
    item: eventDto,
    keys: (row) => [int(row['observed_at']), int(row['id'])],
  });
}

/** Enough of a pseudonym to see that two passes are of one person. */
const maskedDigits = 6;
const masked = (ref: string | undefined): string | null => (ref === undefined ? null : `${ref.slice(0, maskedDigits)}****`);

function eventDto(row: Row): EventDto {
  const line = json<EventLine>(row['line']);
  return {
    id: String(int(row['id'])),
    type: line.type,
    agentId: text(row['agent_id']),
    deviceId: textOrNull(row['device_id']),
    deviceName: textOrNull(row['device_name']),
    generation: intOrNull(row['generation']) ?? (line.type === 'gap' ? line.generation : null),
    eventNo: intOrNull(row['event_no']),
    ...nothing,
    ...toldBy(line),
    observedAt: int(row['observed_at']),
    recordedAt: line.recordedAt,
    ingestedAt: int(row['ingested_at']),
  };
}

type Told = Omit<
  EventDto,
  'id' | 'type' | 'agentId' | 'deviceId' | 'deviceName' | 'generation' | 'eventNo' | 'observedAt' | 'recordedAt' | 'ingestedAt'
>;

const nothing: Told = {
  what: null,
  state: null,
  active: null,
  direction: null,
  method: null,
  result: null,
  reason: null,
  code: null,
  personMasked: null,
  cardMasked: null,
  live: null,
  source: null,
  actor: null,
  detail: null,
  clockQuality: null,
};

function toldBy(line: EventLine): Partial<Told> {
  switch (line.type) {
    case 'pass':
      return {
        direction: line.direction,
        method: line.method,
        result: line.result,
        reason: line.reason ?? null,
        code: `${line.code.scheme} ${line.code.raw}`,
        personMasked: masked(line.personRef),
        cardMasked: masked(line.cardRef),
        live: line.live,
        source: line.source,
        clockQuality: line.clockQuality,
      };
    case 'door':
      return { what: line.point, state: line.state };
    case 'deviceAlarm':
      return { what: line.alarm, active: line.active, detail: line.detail ?? null };
    case 'deviceAudit':
      return { what: line.action, actor: line.actor ?? null, detail: line.detail ?? null };
    case 'gap':
      return {
        what: line.cause,
        state: `${line.from}-${line.to}`,
        active: line.closedBy === undefined,
        detail: line.closedBy ?? null,
      };
    case 'agentNotice':
      return { what: line.notice, detail: line.detail ?? null };
  }
}

const sums = 'minute, sum(granted) AS granted, sum(denied) AS denied, sum(other) AS other';

/** Minutes in [from, to) that have passes, oldest first; at most `readLimits.flowPoints`. */
export function listPassFlow(connection: ReadConnection, ask: FlowAsk): Result<PassPointDto[], ReadFailure> {
  const where = new Where()
    .and('in_time()')
    .and('minute >= ?', ask.from)
    .and('minute < ?', ask.to)
    .and('device_id = ?', ask.deviceId);
  const sql = `SELECT ${sums} FROM pass_flow ${where} GROUP BY minute ORDER BY minute LIMIT ${readLimits.flowPoints}`;
  const rows = connection.limited(() => connection.all(sql, ...where.values));
  return rows.ok ? ok(rows.value.map(point)) : rows;
}

export function passMinutes(connection: ReadConnection, minutes: readonly number[]): PassPointDto[] {
  if (minutes.length === 0) return [];
  const sql = `SELECT ${sums} FROM pass_flow WHERE minute IN (${marks(minutes.length)}) GROUP BY minute ORDER BY minute`;
  return connection.all(sql, ...minutes).map(point);
}

/** All passes in [from, to), whatever their result. */
export function passSum(connection: ReadConnection, from: number, to: number): number {
  const sql = 'SELECT coalesce(sum(granted + denied + other), 0) AS n FROM pass_flow WHERE minute >= ? AND minute < ?';
  return int(connection.get(sql, from, to)?.['n']);
}

const point = (row: Row): PassPointDto => ({
  minute: int(row['minute']),
  granted: int(row['granted']),
  denied: int(row['denied']),
  other: int(row['other']),
});
