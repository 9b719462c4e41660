import type { AgentHealth, AgentLines, HealthLine, Reading } from '@cardwatch/contracts';
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
  else if (line.type === 'agentHealth') bookAgentHealth(parts, agent, line);
  else bookAgentLines(parts, agent, line);
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

/** Kept beside the health that it belongs to; what belongs to an older one is of no use. */
function bookAgentLines({ db, outbox }: CommitParts, agent: string, { lines, recordedAt }: AgentLines): void {
  const kept = keptLines(db.get('SELECT more_lines FROM agent WHERE agent_id = ?', agent)?.['more_lines']);
  if (kept.recordedAt > recordedAt) return;
  const before = kept.recordedAt === recordedAt ? kept.lines : [];
  const all = { recordedAt, lines: [...before, ...lines].slice(0, moreLinesMax) };
  if (db.run('UPDATE agent SET more_lines = ? WHERE agent_id = ?', JSON.stringify(all), agent) > 0)
    outbox.changed('agent', agent);
}

const moreLinesMax = 256;

/** What ingest itself wrote. */
const keptLines = (column: unknown): { readonly recordedAt: number; readonly lines: AgentLines['lines'] } =>
  typeof column === 'string'
    ? (JSON.parse(column) as { recordedAt: number; lines: AgentLines['lines'] })
    : { recordedAt: 0, lines: [] };
