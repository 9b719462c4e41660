import { DatabaseSync } from 'node:sqlite';
import type { DeviceState, StateCause } from '@cardwatch/contracts';
import type { CommandDto } from '@cardwatch/contracts/api';
import { type ShownState, shownState } from '../../../core/presence/shown-state.core.ts';
import type { MaintenanceChange, OperateOrder, OperationsRole, RecollectOrder } from '../../operations/roles.ts';
import { transaction } from '../people/file.ts';
import type { Row } from '../read/connection.ts';
import { commandDto } from '../read/commands.ts';
import { int, intOrNull, wordOrNull } from '../read/row.ts';

/** How long a tiny transaction of a person waits for the ingest writer. */
const busyMs = 5_000;

/** The operations role on a connection of its own beside the ingest writer. The custody schema must be there already. */
export function openSqliteOperations(file: string): OperationsRole & { close(): void } {
  const db = new DatabaseSync(file, { timeout: busyMs });
  db.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -1024;');
  return {
    setMaintenance: async (change) => transaction(db, () => setMaintenance(db, change)),
    orderRecollect: async (order) => transaction(db, () => orderRecollect(db, order)),
    orderOperation: async (order) => transaction(db, () => orderOperation(db, order)),
    close: () => {
      if (db.isOpen) db.close();
    },
  };
}

function setMaintenance(db: DatabaseSync, { deviceId, maintenance, now }: MaintenanceChange): boolean {
  const row = db
    .prepare(
      `SELECT device.*, agent.state AS agent_state, agent.since AS agent_since
       FROM device LEFT JOIN agent USING (agent_id) WHERE device_id = ?`,
    )
    .get(deviceId);
  if (row === undefined) return false;
  const { state, cause, since } = shown(row, maintenance);
  const began = state === row['state'] ? int(row['since']) : (since ?? now);
  const sql = 'UPDATE device SET maintenance = ?, state = ?, cause = ?, since = ? WHERE device_id = ?';
  db.prepare(sql).run(maintenance ? 1 : 0, state, cause, began, deviceId);
  db.prepare("INSERT INTO outbox (topic, key, at) VALUES ('device', ?, ?)").run(deviceId, now);
  return true;
}

function shown(row: Row, maintenance: boolean): ShownState {
  const state = wordOrNull<DeviceState>(row['reported_state']);
  const reported = { cause: wordOrNull<StateCause>(row['reported_cause']), since: intOrNull(row['reported_since']) ?? 0 };
  return shownState({
    maintenance,
    agentOnline: row['agent_state'] === 'online',
    agentSince: intOrNull(row['agent_since']) ?? 0,
    reported: state === null ? null : { state, ...reported },
  });
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

function orderOperation(db: DatabaseSync, order: OperateOrder): { readonly command: CommandDto; readonly made: boolean } | null {
  const { id, agentId, deviceId, name, createdBy, createdAt, expiresAt } = order;
  const action = JSON.stringify({ type: 'operate', deviceId, name });
  const made = db
    .prepare(
      `INSERT INTO command (id, agent_id, device_id, gap_id, action, state, detail, created_by, created_at, expires_at)
       VALUES (?, ?, ?, NULL, ?, 'pending', NULL, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    .run(id, agentId, deviceId, action, createdBy, createdAt, expiresAt);
  const row = db.prepare('SELECT * FROM command WHERE id = ?').get(id);
  if (row === undefined || row['action'] !== action || row['created_by'] !== createdBy) return null;
  return { command: commandDto(row), made: Number(made.changes) === 1 };
}
