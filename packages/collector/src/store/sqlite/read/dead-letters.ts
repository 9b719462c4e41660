import type { DeadLetterDto } from '@cardwatch/contracts/api';
import type { DeadLettersAsk, PageResult } from '../../read/roles.ts';
import type { ReadConnection, Row } from './connection.ts';
import { readPage } from './paging.ts';
import { int, text, textOrNull, word } from './row.ts';
import { Where } from './where.ts';

const columns = 'id, agent_id, device_id, epoch, stream, seq, kind, reason, length(bytes) AS size, state, received_at';

/** Newest first; the bytes themselves stay where they are. */
export function listDeadLetters(connection: ReadConnection, ask: DeadLettersAsk): PageResult<DeadLetterDto> {
  return readPage(connection, {
    name: 'dead letters',
    ask,
    shape: ['int', 'int'],
    rows: (keys, limit) => {
      const where = new Where()
        .and('in_time()')
        .and('state = ?', ask.state)
        .and('stream = ?', ask.stream)
        .and('(received_at, id) < (?, ?)', keys?.[0], keys?.[1]);
      const sql = `SELECT ${columns} FROM dead_letter ${where} ORDER BY received_at DESC, id DESC LIMIT ?`;
      return connection.all(sql, ...where.values, limit);
    },
    item: deadLetterDto,
    keys: (row) => [int(row['received_at']), int(row['id'])],
  });
}

function deadLetterDto(row: Row): DeadLetterDto {
  return {
    id: String(int(row['id'])),
    agentId: text(row['agent_id']),
    deviceId: textOrNull(row['device_id']),
    epoch: int(row['epoch']),
    stream: word(row['stream']),
    seq: int(row['seq']),
    kind: word(row['kind']),
    reason: text(row['reason']),
    bytes: int(row['size']),
    state: word(row['state']),
    receivedAt: int(row['received_at']),
  };
}
