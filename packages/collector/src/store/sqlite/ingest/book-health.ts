import type { AgentHealth, HealthLine, Reading } from '@cardwatch/contracts';
import type { ParsedBatch } from '../../roles.ts';
import { keepInvalid } from './book-money.ts';
import type { CommitParts, SeqStanding, Tally } from './transaction.ts';

type HealthBatch = Extract<ParsedBatch, { stream: 'health' }>;

/** Readings, heartbeats, agent health. A number that was accepted before is never taken twice: health has no key of its own. */
export function bookHealth(parts: CommitParts, batch: HealthBatch, standing: (seq: number) => SeqStanding, tally: Tally): void {
  for (const line of batch.lines) {
    if (standing(line.seq) !== 'fresh') tally.duplicates++;
    else if (line.ok) {
      bookHealthLine(parts, batch, line.line);
      tally.accepted++;
    } else keepInvalid(parts, batch, line, tally);
  }
}

function bookHealthLine(parts: CommitParts, { agent, ingestedAt }: HealthBatch, line: HealthLine): void {
  if (line.type === 'reading') bookReading(parts, line);
  else if (line.type === 'heartbeat') parts.devices.heartbeat(parts.outbox, agent, line, ingestedAt);
  else bookAgentHealth(parts, agent, line);
}

function bookReading({ db, outbox }: CommitParts, reading: Reading): void {
  const { deviceId, point, unit, quality, observedAt } = reading;
  const value = reading.value === null ? null : JSON.stringify(reading.value);
  db.run(
    'INSERT INTO reading (device_id, point, value, unit, quality, observed_at) VALUES (?,?,?,?,?,?)',
    deviceId,
    point,
    value,
    unit,
    quality,
    observedAt,
  );
  if (db.run(upsertLatest, deviceId, point, value, unit, quality, observedAt) > 0) outbox.changed('readings', deviceId);
}

const upsertLatest = `INSERT INTO latest_reading (device_id, point, value, unit, quality, observed_at) VALUES (?,?,?,?,?,?)
  ON CONFLICT DO UPDATE SET value = excluded.value, unit = excluded.unit, quality = excluded.quality, observed_at = excluded.observed_at
  WHERE excluded.observed_at >= latest_reading.observed_at`;

function bookAgentHealth({ db, outbox }: CommitParts, agent: string, health: AgentHealth): void {
  const depths = [health.journal.money, health.journal.event, health.journal.health];
  const oldest = depths.flatMap((depth) => (depth.oldestUnackedAt === undefined ? [] : [depth.oldestUnackedAt]));
  const changed = db.run(
    `UPDATE agent SET health = ?, backlog_records = ?, backlog_bytes = ?, backlog_oldest_at = ?
     WHERE agent_id = ? AND (health IS NULL OR json_extract(health, '$.recordedAt') <= ?)`,
    JSON.stringify(health),
    depths.reduce((sum, depth) => sum + depth.records, 0),
    depths.reduce((sum, depth) => sum + depth.bytes, 0),
    oldest.length === 0 ? null : Math.min(...oldest),
    agent,
    health.recordedAt,
  );
  if (changed > 0) outbox.changed('agent', agent);
}
