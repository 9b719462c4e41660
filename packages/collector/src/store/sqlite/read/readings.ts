import type { ReadingDto } from '@cardwatch/contracts/api';
import type { PageResult, ReadingsAsk } from '../../read/roles.ts';
import type { ReadConnection, Row } from './connection.ts';
import { readPage } from './paging.ts';
import { int, json, text, word } from './row.ts';
import { marks, Where } from './where.ts';

export function listReadings(connection: ReadConnection, ask: ReadingsAsk): PageResult<ReadingDto> {
  return ask.point === undefined ? latest(connection, ask) : history(connection, ask);
}

function latest(connection: ReadConnection, ask: ReadingsAsk): PageResult<ReadingDto> {
  return readPage(connection, {
    name: 'latest readings',
    ask,
    shape: ['text'],
    rows: (keys, limit) => {
      const where = new Where()
        .and('device_id = ?', ask.deviceId)
        .and('point > ?', keys?.[0])
        .and('observed_at >= ?', ask.from)
        .and('observed_at < ?', ask.to);
      return connection.all(`SELECT * FROM latest_reading ${where} ORDER BY point LIMIT ?`, ...where.values, limit);
    },
    item: readingDto,
    keys: (row) => [text(row['point'])],
  });
}

function history(connection: ReadConnection, ask: ReadingsAsk): PageResult<ReadingDto> {
  return readPage(connection, {
    name: 'readings of a point',
    ask,
    shape: ['int', 'int'],
    rows: (keys, limit) => {
      const where = new Where()
        .and('in_time()')
        .and('device_id = ?', ask.deviceId)
        .and('point = ?', ask.point)
        .and('observed_at >= ?', ask.from)
        .and('observed_at < ?', ask.to)
        .and('(observed_at, id) < (?, ?)', keys?.[0], keys?.[1]);
      const sql = `SELECT * FROM reading INDEXED BY reading_point ${where} ORDER BY observed_at DESC, id DESC LIMIT ?`;
      return connection.all(sql, ...where.values, limit);
    },
    item: readingDto,
    keys: (row) => [int(row['observed_at']), int(row['id'])],
  });
}

export function latestReadings(connection: ReadConnection, deviceIds: readonly string[]): ReadingDto[] {
  if (deviceIds.length === 0) return [];
  const sql = `SELECT * FROM latest_reading WHERE device_id IN (${marks(deviceIds.length)}) ORDER BY device_id, point`;
  return connection.all(sql, ...deviceIds).map(readingDto);
}

function readingDto(row: Row): ReadingDto {
  return {
    deviceId: text(row['device_id']),
    point: text(row['point']),
    value: row['value'] === null ? null : json(row['value']),
    unit: text(row['unit']),
    quality: word(row['quality']),
    observedAt: int(row['observed_at']),
  };
}
