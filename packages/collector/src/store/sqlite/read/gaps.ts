import type { GapDto } from '@cardwatch/contracts/api';
import type { GapsAsk, PageResult } from '../../read/roles.ts';
import type { ReadConnection, Row } from './connection.ts';
import { readPage } from './paging.ts';
import { int, intOrNull, text, textOrNull, word, wordOrNull } from './row.ts';
import { Where } from './where.ts';

const from = 'SELECT gap.*, device.name AS device_name FROM gap LEFT JOIN device ON device.device_id = gap.device_id';

/** Newest first. */
export function listGaps(connection: ReadConnection, ask: GapsAsk): PageResult<GapDto> {
  return readPage(connection, {
    name: 'gaps',
    ask,
    shape: ['int', 'int'],
    rows: (keys, limit) => {
      const where = new Where()
        .and('in_time()')
        .and('gap.state = ?', ask.state)
        .and('gap.device_id = ?', ask.deviceId)
        .and('gap.agent_id = ?', ask.agentId)
        .and('(gap.opened_at, gap.id) < (?, ?)', keys?.[0], keys?.[1]);
      return connection.all(`${from} ${where} ORDER BY gap.opened_at DESC, gap.id DESC LIMIT ?`, ...where.values, limit);
    },
    item: gapDto,
    keys: (row) => [int(row['opened_at']), int(row['id'])],
  });
}

export function findGap(connection: ReadConnection, id: string): GapDto | null {
  if (!/^\d{1,15}$/.test(id)) return null;
  const row = connection.get(`${from} WHERE gap.id = ?`, Number(id));
  return row === undefined ? null : gapDto(row);
}

export const findGaps = (connection: ReadConnection, ids: readonly string[]): GapDto[] =>
  ids.map((id) => findGap(connection, id)).filter((gap) => gap !== null);

export function unexplained(connection: ReadConnection): { readonly open: number; readonly lastAt: number | null } {
  const row = connection.get(
    "SELECT coalesce(sum(state = 'open'), 0) AS open, max(max(opened_at), coalesce(max(closed_at), 0)) AS last FROM gap",
  );
  return { open: int(row?.['open']), lastAt: intOrNull(row?.['last']) };
}

function gapDto(row: Row): GapDto {
  return {
    id: String(int(row['id'])),
    scope: word(row['scope']),
    agentId: text(row['agent_id']),
    stream: wordOrNull(row['stream']),
    epoch: intOrNull(row['epoch']),
    deviceId: textOrNull(row['device_id']),
    deviceName: textOrNull(row['device_name']),
    generation: intOrNull(row['generation']),
    first: int(row['first']),
    last: int(row['last']),
    state: word(row['state']),
    cause: text(row['cause']),
    estimateFen: intOrNull(row['estimate_fen']),
    openedAt: int(row['opened_at']),
    closedAt: intOrNull(row['closed_at']),
  };
}
