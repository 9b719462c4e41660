import type { AgentHealth, Place, TransactionRecord } from '@cardwatch/contracts';
import { epochMs, minuteMs } from '@cardwatch/kernel';
import type { AgentFact, EventFact, MoneyFact } from '../../../core/world/world.core.ts';
import type { FedDevice, FedGap, FedPoint, Placed } from '../../feed/roles.ts';
import type { Row } from '../read/connection.ts';
import { flag, int, intOrNull, json, text, textOrNull, word, wordOrNull } from '../read/row.ts';

const timeOrNull = (value: Row[string] | undefined) => (typeof value === 'number' ? epochMs(value) : null);

/** `campus/building/area`, the id of an area everywhere in the watch; null when the place names no area. */
const areaOf = ({ campus, building, area }: Place): string | null =>
  area === undefined ? null : [campus, building ?? '', area].join('/');

export function deviceOf(row: Row): FedDevice {
  const place = json<Place>(row['place']);
  return {
    parents: row['parents'] === null ? [] : json(row['parents']),
    fact: {
      deviceId: text(row['device_id']),
      agentId: text(row['agent_id']),
      name: text(row['name']),
      kind: word(row['kind']),
      profile: text(row['profile']),
      line: text(row['line']),
      campus: place.campus,
      area: areaOf(place),
      areaType: place.areaType ?? null,
      state: word(row['state']),
      cause: wordOrNull(row['cause']),
      since: epochMs(int(row['since'])),
      askedAt: timeOrNull(row['asked_at']),
      lastRecordAt: timeOrNull(row['last_record_at']),
      uncollected: intOrNull(row['uncollected']),
      freeRecords: intOrNull(row['free_records']),
      blacklistVersion: intOrNull(row['blacklist_version']),
      parameterVersion: intOrNull(row['parameter_version']),
      firmware: textOrNull(row['firmware']),
      driftMs: intOrNull(row['drift_ms']),
      busErrors: intOrNull(row['bus_errors']),
      rttMs: intOrNull(row['rtt_ms']),
      maintenance: flag(row['maintenance']),
    },
  };
}

export function agentOf(row: Row): AgentFact {
  const health = typeof row['health'] === 'string' ? json<AgentHealth>(row['health']) : undefined;
  return {
    agentId: text(row['agent_id']),
    state: flag(row['suspended']) ? 'suspended' : word(row['state']),
    since: epochMs(int(row['since'])),
    backlogRecords: int(row['backlog_records']),
    backlogOldestAt: timeOrNull(row['backlog_oldest_at']),
    ...(health === undefined ? {} : { heldPayments: heldOf(health.journal.money) }),
    storage: health?.storage ?? null,
    diskFreeBytes: health?.diskFreeBytes ?? null,
    clockQuality: health?.clockQuality ?? null,
    duplicateIdentity: flag(row['duplicate_identity']),
    lines: (health?.lines ?? []).map(({ line, utilisationPct, requests, timeouts, crcErrors }) => ({
      line,
      utilisationPct,
      requests,
      timeouts,
      crcErrors,
      at: epochMs(health?.recordedAt ?? 0),
    })),
  };
}

const heldOf = ({ records, oldestUnackedAt }: AgentHealth['journal']['money']): AgentFact['heldPayments'] & {} => ({
  records,
  oldestAt: oldestUnackedAt === undefined ? null : epochMs(oldestUnackedAt),
});

/** A card's purse is always charged without the centre: it was sold offline when the agent could not have it for longer than a poll takes. */
const wasOffline = ({ mode, observedAt, recordedAt }: TransactionRecord): boolean =>
  mode === 'accountDeferred' || (mode === 'cardOffline' && recordedAt - observedAt > offlineAfterMs);
export const offlineAfterMs = 2 * minuteMs;

/** Columns where they are there, the line for the rest: it is the record as its agent wrote it. */
export function moneyOf(row: Row): Placed<MoneyFact> {
  const line = json<TransactionRecord>(row['line']);
  return {
    id: int(row['id']),
    fact: {
      deviceId: line.deviceId,
      generation: line.generation,
      recordNo: line.recordNo,
      kind: line.kind,
      mode: line.mode,
      amountFen: line.amountFen,
      balanceBeforeFen: line.balanceBeforeFen ?? null,
      balanceAfterFen: line.balanceAfterFen ?? null,
      cardRef: line.cardRef,
      cardTail: line.cardTail,
      cardCounter: line.cardCounter ?? null,
      purseNo: line.purseNo,
      offline: wasOffline(line),
      grey: line.kind === 'grey',
      tac: line.checks.tac === 'unverified' ? 'unchecked' : line.checks.tac,
      observedAt: epochMs(line.observedAt),
      recordedAt: epochMs(line.recordedAt),
      ingestedAt: epochMs(int(row['ingested_at'])),
    },
  };
}

export function eventOf(row: Row): Placed<EventFact> {
  return {
    id: int(row['id']),
    fact: {
      type: word(row['type']),
      agentId: text(row['agent_id']),
      deviceId: textOrNull(row['device_id']),
      observedAt: epochMs(int(row['observed_at'])),
      ingestedAt: epochMs(int(row['ingested_at'])),
      line: json(row['line']),
    },
  };
}

export const pointOf = (row: Row): FedPoint => ({
  deviceId: text(row['device_id']),
  point: text(row['point']),
  value: row['value'] === null ? null : json(row['value']),
  quality: text(row['quality']),
  observedAt: int(row['observed_at']),
});

export const gapOf = (row: Row): FedGap => ({
  id: String(int(row['id'])),
  agentId: text(row['agent_id']),
  deviceId: textOrNull(row['device_id']),
  records: int(row['last']) - int(row['first']) + 1,
  estimateFen: intOrNull(row['estimate_fen']),
  openedAt: int(row['opened_at']),
});
