import type { DeviceDeclaration, DeviceState, Heartbeat, StateCause } from '@cardwatch/contracts';
import { type ShownState, shownState } from '../../../core/presence/shown-state.core.ts';
import type { OutboxDraft } from './outbox.ts';
import { int, intOrNull, type Row, type Statements, textOrNull } from './statements.ts';

interface Presence {
  readonly online: boolean;
  readonly since: number;
}

/** Device and agent rows: declarations, what is reported, what is shown. */
export class DeviceBook {
  readonly #db: Statements;
  readonly #known = new Set<string>();
  readonly #presence = new Map<string, Presence>();

  constructor(db: Statements) {
    this.#db = db;
  }

  /** A device that sends records without being declared gets a row, so that nothing booked stands alone. */
  mention(deviceId: string, { agent, profile, now }: { agent: string; profile: string; now: number }): void {
    if (this.#known.has(deviceId)) return;
    this.#known.add(deviceId);
    const name = profile.replace(/@.*$/, '');
    this.#db.run(
      `INSERT INTO device (device_id, agent_id, name, kind, profile, line, campus, place, declared, state, cause, since)
       VALUES (?,?,?,'other',?,'','-','{"campus":"-"}',0,'unknown','neverSeen',?) ON CONFLICT DO NOTHING`,
      deviceId,
      agent,
      deviceId,
      name === '' ? 'unknown/unknown/unknown' : name,
      now,
    );
  }

  /** What the agent's configuration says; devices of its own that it no longer names are kept and no longer declared. */
  declare(outbox: OutboxDraft, agent: string, devices: readonly DeviceDeclaration[], now: number): void {
    const named = new Set<string>();
    for (const device of devices) {
      named.add(device.deviceId);
      this.#known.add(device.deviceId);
      if (this.#upsert(agent, device, now)) outbox.changed('device', device.deviceId);
    }
    for (const row of this.#db.all('SELECT device_id FROM device WHERE agent_id = ? AND declared = 1', agent)) {
      const deviceId = String(row['device_id']);
      if (named.has(deviceId)) continue;
      this.#db.run('UPDATE device SET declared = 0 WHERE device_id = ?', deviceId);
      outbox.changed('device', deviceId);
    }
  }

  /** False when all stood there already. */
  #upsert(agent: string, device: DeviceDeclaration, now: number): boolean {
    const { place } = device;
    const written = this.#db.run(
      upsertDevice,
      device.deviceId,
      agent,
      device.name,
      device.kind,
      device.profile,
      device.line,
      place.campus,
      place.area ?? null,
      place.areaType ?? null,
      JSON.stringify(place),
      now,
      device.maintenance === undefined ? null : Number(device.maintenance),
      device.numbering ?? null,
      device.parents === undefined ? null : JSON.stringify(device.parents),
    );
    return written > 0;
  }

  recordSeen(deviceId: string, observedAt: number): void {
    const sql = 'UPDATE device SET last_record_at = ? WHERE device_id = ? AND (last_record_at IS NULL OR last_record_at < ?)';
    this.#db.run(sql, observedAt, deviceId, observedAt);
  }

  eventSeen(deviceId: string, observedAt: number): void {
    const sql = 'UPDATE device SET last_event_at = ? WHERE device_id = ? AND (last_event_at IS NULL OR last_event_at < ?)';
    this.#db.run(sql, observedAt, deviceId, observedAt);
  }

  heartbeat(outbox: OutboxDraft, agent: string, beat: Heartbeat, now: number): void {
    this.mention(beat.deviceId, { agent, profile: '', now });
    const changed = this.#db.run(
      updateBeat,
      beat.state,
      beat.cause ?? null,
      beat.since,
      beat.recordedAt,
      beat.askedAt ?? null,
      Number(answers(beat)),
      beat.recordedAt,
      beat.generation ?? null,
      beat.lastRecordNo ?? null,
      beat.uncollected ?? null,
      beat.freeRecords ?? null,
      beat.blacklistVersion ?? null,
      beat.parameterVersion ?? null,
      beat.firmware ?? null,
      beat.driftMs ?? null,
      beat.rttMs ?? null,
      beat.busErrors ?? null,
      toldOf(beat),
      beat.deviceId,
      beat.recordedAt,
    );
    if (changed === 0) return;
    this.#show(outbox, beat.deviceId, now);
    outbox.changed('device', beat.deviceId);
  }

  /** Puts the shown state of all devices of an agent right. */
  showAll(outbox: OutboxDraft, agent: string, now: number): void {
    for (const row of this.#db.all(`SELECT ${shownColumns} FROM device WHERE agent_id = ?`, agent)) {
      if (this.#showRow(row, now)) outbox.changed('device', String(row['device_id']));
    }
  }

  setPresence(agent: string, presence: Presence): void {
    this.#presence.set(agent, presence);
  }

  #show(outbox: OutboxDraft, deviceId: string, now: number): void {
    const row = this.#db.get(`SELECT ${shownColumns} FROM device WHERE device_id = ?`, deviceId);
    if (row !== undefined && this.#showRow(row, now)) outbox.changed('device', deviceId);
  }

  #showRow(row: Row, now: number): boolean {
    const shown = this.#shown(row);
    const same = row['state'] === shown.state && textOrNull(row['cause']) === shown.cause;
    if (same) return false;
    const sql = 'UPDATE device SET state = ?, cause = ?, since = ? WHERE device_id = ?';
    this.#db.run(sql, shown.state, shown.cause, shown.since ?? now, String(row['device_id']));
    return true;
  }

  #shown(row: Row): ShownState {
    const presence = this.#presenceOf(String(row['agent_id']));
    const state = textOrNull(row['reported_state']);
    const reported =
      state === null
        ? null
        : {
            state: state as DeviceState,
            cause: textOrNull(row['reported_cause']) as StateCause | null,
            since: int(row['reported_since']),
          };
    return shownState({
      maintenance: row['maintenance'] === 1,
      agentOnline: presence.online,
      agentSince: presence.since,
      reported,
    });
  }

  #presenceOf(agent: string): Presence {
    let presence = this.#presence.get(agent);
    if (presence === undefined) {
      const row = this.#db.get('SELECT state, since FROM agent WHERE agent_id = ?', agent);
      presence = { online: row?.['state'] === 'online', since: intOrNull(row?.['since']) ?? 0 };
      this.#presence.set(agent, presence);
    }
    return presence;
  }

  reset(): void {
    this.#known.clear();
    this.#presence.clear();
  }
}

function toldOf({ serial, duplicates, discardedParts, operations }: Heartbeat): string | null {
  const told = { serial, duplicates, discardedParts, operations };
  return Object.values(told).every((value) => value === undefined) ? null : JSON.stringify(told);
}

/** The device itself spoke: it was seen. */
const answers = ({ state }: Heartbeat): boolean => state === 'online' || state === 'degraded' || state === 'sellingOffline';

const shownColumns = 'device_id, agent_id, state, cause, maintenance, reported_state, reported_cause, reported_since';

const upsertDevice = `INSERT INTO device (device_id, agent_id, name, kind, profile, line, campus, area, area_type, place, declared, state, cause, since, maintenance, numbering, parents)
  VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,1,'unknown','neverSeen',?11,coalesce(?12, 0),?13,?14)
  ON CONFLICT (device_id) DO UPDATE SET agent_id = excluded.agent_id, name = excluded.name, kind = excluded.kind, profile = excluded.profile,
    line = excluded.line, campus = excluded.campus, area = excluded.area, area_type = excluded.area_type, place = excluded.place, declared = 1,
    maintenance = coalesce(?12, maintenance), numbering = ?13, parents = ?14
  WHERE (agent_id, name, kind, profile, line, place, declared, maintenance, numbering, parents)
    IS NOT (excluded.agent_id, excluded.name, excluded.kind, excluded.profile, excluded.line, excluded.place, 1, coalesce(?12, maintenance), ?13, ?14)`;

const updateBeat = `UPDATE device SET reported_state = ?, reported_cause = ?, reported_since = ?, reported_at = ?, asked_at = coalesce(?, asked_at),
    last_seen_at = CASE WHEN ? = 1 THEN ? ELSE last_seen_at END,
    generation = coalesce(?, generation), last_record_no = coalesce(?, last_record_no), uncollected = coalesce(?, uncollected),
    free_records = coalesce(?, free_records), blacklist_version = coalesce(?, blacklist_version),
    parameter_version = coalesce(?, parameter_version), firmware = coalesce(?, firmware), drift_ms = coalesce(?, drift_ms),
    rtt_ms = coalesce(?, rtt_ms), bus_errors = coalesce(?, bus_errors), told = coalesce(?, told)
  WHERE device_id = ? AND (reported_at IS NULL OR reported_at <= ?)`;
