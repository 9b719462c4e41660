import { DatabaseSync } from 'node:sqlite';
import type { CommandDto } from '@cardwatch/contracts/api';
import type { MaintenanceChange, OperationsRole, RecollectOrder } from '../../operations/roles.ts';
import { transaction } from '../people/file.ts';
import type { Row } from '../read/connection.ts';
import { int, text, textOrNull, word } from '../read/row.ts';

/** How long a tiny transaction of a person waits for the ingest writer. */
const busyMs = 5_000;

/** The operations role on a connection of its own beside the ingest writer. The custody schema must be there already. */
export function openSqliteOperations(file: string): OperationsRole & { close(): void } {
  const db = new DatabaseSync(file, { timeout: busyMs });
  db.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -1024;');
  return {
    setMaintenance: async (change) => transaction(db, () => setMaintenance(db, change)),
    orderRecollect: async (order) => transaction(db, () => orderRecollect(db, order)),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

function setMaintenance(db: DatabaseSync, { deviceId, maintenance, now }: MaintenanceChange): boolean {
  const row = db
    .prepare('SELECT device.*, agent.state AS agent_state FROM device LEFT JOIN agent USING (agent_id) WHERE device_id = ?')
    .get(deviceId);
  if (row === undefined) return false;
  const shown = shownState(row, maintenance);
  const since = shown.state === row['state'] ? int(row['since']) : now;
  db.prepare('UPDATE device SET maintenance = ?, state = ?, cause = ?, since = ? WHERE device_id = ?').run(
    maintenance ? 1 : 0,
    shown.state,
    shown.cause,
    since,
    deviceId,
  );
  db.prepare("INSERT INTO outbox (topic, key, at) VALUES ('device', ?, ?)").run(deviceId, now);
  return true;
}

/** Maintenance covers everything; without it the device shows what its agent last said, or unknown when the agent is lost. */
function shownState(row: Row, maintenance: boolean): { readonly state: string; readonly cause: string | null } {
  if (maintenance) return { state: 'maintenance', cause: null };
  if (row['agent_state'] !== 'online') return { state: 'unknown', cause: 'agentLost' };
  return { state: textOrNull(row['reported_state']) ?? 'unknown', cause: textOrNull(row['reported_cause']) };
}

const underWay = "('pending', 'sent')";

function orderRecollect(db: DatabaseSync, order: RecollectOrder): CommandDto {
  const sql = `SELECT * FROM command WHERE gap_id = ? AND state IN ${underWay} AND expires_at > ? LIMIT 1`;
  const earlier = db.prepare(sql).get(Number(order.gapId), order.createdAt);
  if (earlier !== undefined) return commandDto(earlier);
  const { deviceId, generation, from, to } = order;
  db.prepare(
    `INSERT INTO command (id, agent_id, device_id, gap_id, action, state, detail, created_by, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, 'pending', NULL, ?, ?, ?)`,
  ).run(
    order.id,
    order.agentId,
    deviceId,
    Number(order.gapId),
    JSON.stringify({ type: 'recollect', deviceId, generation, from, to }),
    order.createdBy,
    order.createdAt,
    order.expiresAt,
  );
  const made = db.prepare('SELECT * FROM command WHERE id = ?').get(order.id);
  if (made === undefined) throw new Error('the command that was just inserted is not there');
  return commandDto(made);
}

/** `action` is told by its type; the numbers stand in the gap. */
const commandDto = (row: Row): CommandDto => ({
  id: text(row['id']),
  agentId: text(row['agent_id']),
  deviceId: textOrNull(row['device_id']),
  action: (JSON.parse(text(row['action'])) as { readonly type: string }).type,
  state: word(row['state']),
  detail: textOrNull(row['detail']),
  createdBy: text(row['created_by']),
  createdAt: int(row['created_at']),
  expiresAt: int(row['expires_at']),
});
