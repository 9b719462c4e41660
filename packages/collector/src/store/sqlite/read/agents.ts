import type { AgentHealth } from '@cardwatch/contracts';
import type { AgentDto } from '@cardwatch/contracts/api';
import type { ReadConnection, Row } from './connection.ts';
import { flag, int, intOrNull, json, text, textOrNull, word } from './row.ts';

type Watermark = AgentDto['watermarks'][number];

/** All agents by id: some hundreds at most, so there are no pages. */
export function listAgents(connection: ReadConnection): AgentDto[] {
  return connection.all(`${agentSql} ORDER BY agent_id`).map((row) => agentDto(connection, row));
}

export function findAgent(connection: ReadConnection, agentId: string): AgentDto | null {
  const row = connection.get(`${agentSql} WHERE agent_id = ?`, agentId);
  return row === undefined ? null : agentDto(connection, row);
}

export const findAgents = (connection: ReadConnection, agentIds: readonly string[]): AgentDto[] =>
  agentIds.map((agentId) => findAgent(connection, agentId)).filter((agent) => agent !== null);

const agentSql = `SELECT agent.*, (SELECT max(epoch) FROM epoch WHERE epoch.agent_id = agent.agent_id) AS epoch_no,
  (SELECT count(*) FROM device WHERE device.agent_id = agent.agent_id AND declared = 1) AS devices FROM agent`;

function watermarks(connection: ReadConnection, agentId: string, epoch: number | null): Watermark[] {
  if (epoch === null) return [];
  const rows = connection.all(
    `SELECT stream, count(*) - (min(first) = 1) AS holes, max(CASE WHEN first = 1 THEN last ELSE 0 END) AS upto
     FROM accepted WHERE agent_id = ? AND epoch = ? GROUP BY stream ORDER BY stream`,
    agentId,
    epoch,
  );
  return rows.map((row) => ({ stream: word(row['stream']), epoch, contiguousUpto: int(row['upto']), holes: int(row['holes']) }));
}

/** Of the same moment only. */
function moreLines(row: Row, health: AgentHealth | undefined): AgentHealth['lines'] {
  if (typeof row['more_lines'] !== 'string') return [];
  const more = json<Pick<AgentHealth, 'lines' | 'recordedAt'>>(row['more_lines']);
  return more.recordedAt === health?.recordedAt ? more.lines : [];
}

function agentDto(connection: ReadConnection, row: Row): AgentDto {
  const agentId = text(row['agent_id']);
  const epoch = intOrNull(row['epoch_no']);
  const health = typeof row['health'] === 'string' ? json<AgentHealth>(row['health']) : undefined;
  return {
    agentId,
    siteId: text(row['site_id']),
    state: flag(row['suspended']) ? 'suspended' : word(row['state']),
    since: int(row['since']),
    lastSeenAt: intOrNull(row['last_seen_at']),
    version: textOrNull(row['version']),
    epoch,
    devices: int(row['devices']),
    backlog: {
      records: int(row['backlog_records']),
      bytes: int(row['backlog_bytes']),
      oldestAt: intOrNull(row['backlog_oldest_at']),
    },
    storage: health?.storage ?? null,
    clockQuality: health?.clockQuality ?? null,
    duplicateIdentity: flag(row['duplicate_identity']),
    rssBytes: health?.rssBytes ?? null,
    syncP99Ms: health?.syncP99Ms ?? null,
    watermarks: watermarks(connection, agentId, epoch),
    lines: [...(health?.lines ?? []), ...moreLines(row, health)],
  };
}
