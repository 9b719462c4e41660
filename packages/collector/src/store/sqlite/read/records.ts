import type { TransactionRecord } from '@cardwatch/contracts';
import type { RecordDto } from '@cardwatch/contracts/api';
import type { CursorKey } from '../../read/cursor.core.ts';
import type { PageResult, RecordsAsk, SealedRecord } from '../../read/roles.ts';
import type { ReadConnection, Row } from './connection.ts';
import { placePath } from './devices.ts';
import { readPage } from './paging.ts';
import { int, json, text } from './row.ts';
import { marks, Where } from './where.ts';

/** Where the rows come from and how they are numbered. The index is named, so that a page costs what it shows however large the table is. */
interface Way {
  readonly name: string;
  readonly from: string;
  readonly order: readonly [string, string];
  readonly keys: (row: Row) => readonly CursorKey[];
}

const timeKeys = (row: Row): readonly CursorKey[] => [int(row['observed_at']), int(row['id'])];

const byTime: Way = {
  name: 'by time',
  from: 'record INDEXED BY record_observed',
  order: ['record.observed_at', 'record.id'],
  keys: timeKeys,
};

/** One terminal is shown by its own numbering, newest first: a device whose clock jumped still reads in the order in which it wrote. */
const ofDevice: Way = {
  name: 'of a device',
  from: 'record INDEXED BY record_key',
  order: ['record.generation', 'record.record_no'],
  keys: (row) => [int(row['generation']), int(row['record_no'])],
};

const ofCard: Way = {
  name: 'of a card',
  from: 'card_hit AS hit CROSS JOIN record ON record.id = hit.id',
  order: ['hit.observed_at', 'hit.id'],
  keys: timeKeys,
};

/** What is booked says which terminals have a record of this number: one seek each, not a walk through all records. */
const ofNumber: Way = {
  name: 'of a number',
  from: 'booked CROSS JOIN record INDEXED BY record_key ON record.device_id = booked.device_id AND record.generation = booked.generation',
  order: ['record.observed_at', 'record.id'],
  keys: timeKeys,
};

function wayOf(ask: RecordsAsk): Way {
  if (ask.cardRefs !== undefined) return ofCard;
  if (ask.recordNo !== undefined && ask.deviceId === undefined) return ofNumber;
  return ask.deviceId === undefined ? byTime : ofDevice;
}

const columns = `record.id, record.device_id, record.generation, record.record_no, record.agent_id, record.card_tail, record.observed_at,
  record.ingested_at, record.line, device.name AS device_name`;

export function listRecords(connection: ReadConnection, ask: RecordsAsk): PageResult<RecordDto> {
  const way = wayOf(ask);
  return readPage(connection, {
    name: `records ${way.name}`,
    ask,
    shape: ['int', 'int'],
    rows: (keys, limit) => {
      const where = conditions(ask, way, keys);
      const order = way.order.map((column) => `${column} DESC`).join(', ');
      const sql = `SELECT ${columns} FROM ${way.from} LEFT JOIN device ON device.device_id = record.device_id
        ${where} ORDER BY ${order} LIMIT ?`;
      return connection.all(sql, ...where.values, limit);
    },
    item: recordDto,
    keys: way.keys,
  });
}

function conditions(ask: RecordsAsk, way: Way, keys: readonly CursorKey[] | undefined): Where {
  const where = new Where().and('in_time()');
  const refs = ask.cardRefs ?? [];
  if (way === ofCard) {
    where.and(`hit.bucket IN (${marks(refs.length)})`, ...refs.map((ref) => ref.slice(0, 2)));
    where.and(`hit.card_ref IN (${marks(refs.length)})`, ...refs);
  }
  const observed = way === ofCard ? 'hit.observed_at' : 'record.observed_at';
  if (way === ofNumber) where.and('booked.first <= ?', ask.recordNo).and('booked.last >= ?', ask.recordNo);
  inScope(where, ask.scope);
  return where
    .and('record.device_id = ?', ask.deviceId)
    .and(`${observed} >= ?`, ask.from)
    .and(`${observed} < ?`, ask.to)
    .and('record.card_tail = ?', ask.cardTail)
    .and('record.kind = ?', ask.kind)
    .and('record.record_no = ?', ask.recordNo)
    .and(`(${way.order.join(', ')}) < (?, ?)`, keys?.[0], keys?.[1]);
}

/** The same records as the figures of business count. */
function inScope(where: Where, scope: RecordsAsk['scope']): void {
  if (scope === undefined) return;
  if (scope.kind === 'spans') {
    const own =
      "value ->> 'deviceId' = record.device_id AND record.observed_at >= value ->> 'from' AND record.observed_at < value ->> 'to'";
    where.and(`EXISTS (SELECT 1 FROM json_each(?) WHERE ${own})`, JSON.stringify(scope.spans));
    return;
  }
  const listed = 'device_id IN (SELECT value FROM json_each(?))';
  const there = new Where().within(placePath, scope.places).and(`NOT ${listed}`, JSON.stringify(scope.except));
  where.and(
    `record.device_id IN (SELECT device_id FROM device ${there} OR ${listed})`,
    ...there.values,
    JSON.stringify(scope.also),
  );
}

export function findSealedRecord(connection: ReadConnection, id: string): SealedRecord | null {
  if (!/^\d{1,15}$/.test(id)) return null;
  const sql = 'SELECT record.device_id, record.line, agent.site_id FROM record JOIN agent USING (agent_id) WHERE id = ?';
  const row = connection.get(sql, Number(id));
  if (row === undefined) return null;
  const line = json<TransactionRecord>(row['line']);
  return {
    id,
    siteId: text(row['site_id']),
    deviceId: text(row['device_id']),
    cardSealed: line.cardSealed ?? null,
    rawSealed: line.rawSealed,
  };
}

function recordDto(row: Row): RecordDto {
  const line = json<TransactionRecord>(row['line']);
  const deviceId = text(row['device_id']);
  return {
    id: String(int(row['id'])),
    deviceId,
    deviceName: typeof row['device_name'] === 'string' ? row['device_name'] : deviceId,
    agentId: text(row['agent_id']),
    generation: int(row['generation']),
    recordNo: int(row['record_no']),
    cardMasked: `****${text(row['card_tail'])}`,
    observedAt: int(row['observed_at']),
    ingestedAt: int(row['ingested_at']),
    ...fromLine(line),
  };
}

function fromLine(line: TransactionRecord) {
  return {
    kind: line.kind,
    amountFen: line.amountFen,
    surchargeFen: line.surchargeFen ?? null,
    balanceBeforeFen: line.balanceBeforeFen ?? null,
    balanceAfterFen: line.balanceAfterFen ?? null,
    cardRef: line.cardRef,
    purseNo: line.purseNo,
    cardCounter: line.cardCounter ?? null,
    mode: line.mode,
    quantity: line.quantity ?? null,
    durationS: line.durationS ?? null,
    sessionRef: line.sessionRef ?? null,
    observedText: line.observedText,
    clockQuality: line.clockQuality,
    driftMs: line.driftMs ?? null,
    recordedAt: line.recordedAt,
    collectMode: line.collectMode,
    checks: line.checks,
  };
}
