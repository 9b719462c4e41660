import type { CommandDto } from '@cardwatch/contracts/api';
import { readLimits } from '../../read/roles.ts';
import type { ReadConnection, Row } from './connection.ts';
import { int, json, text, textOrNull, word } from './row.ts';

/** Operations of a device, newest first. */
export const listOperations = (connection: ReadConnection, deviceId: string): CommandDto[] =>
  connection
    .all(
      `SELECT * FROM command INDEXED BY command_device WHERE device_id = ? AND json_extract(action, '$.type') = 'operate'
       ORDER BY created_at DESC, id LIMIT ?`,
      deviceId,
      readLimits.commandRows,
    )
    .map(commandDto);

/** `action` is told by its type; the numbers of a recollection stand in its gap. */
export function commandDto(row: Row): CommandDto {
  const action = json<{ readonly type: string; readonly name?: string }>(row['action']);
  return {
    id: text(row['id']),
    agentId: text(row['agent_id']),
    deviceId: textOrNull(row['device_id']),
    action: action.type,
    operation: action.name ?? null,
    state: word(row['state']),
    detail: textOrNull(row['detail']),
    createdBy: text(row['created_by']),
    createdAt: int(row['created_at']),
    expiresAt: int(row['expires_at']),
  };
}
