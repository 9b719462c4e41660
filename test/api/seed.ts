/** A custody store as ingest leaves it, written row by row through the migrations. */
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { EventLine, PassEvent, TransactionRecord, turnoverFen } from '@cardwatch/contracts';
import { minuteMs } from '@cardwatch/kernel';
import { newSiteKeys, type SiteKeys } from '../../packages/collector/src/services/keys/ring.ts';
import { custodyMigrations, migrate } from '../../packages/collector/src/store/sqlite/migrate.ts';

export const site = 'demo';
/** Stands in for every real card number: it must appear in no answer, log or metric but a reveal's. */
export const canaryCard = '6217003812345678';
export const siteKeys: SiteKeys = newSiteKeys();

export interface Seeded {
  readonly db: DatabaseSync;
  readonly at: number;
}

const agentIds = ['yb-a', 'yb-b'];
export const devicesEach = 20;
export const recordsEach = 30;

export const deviceIds = agentIds.flatMap((agent) =>
  Array.from({ length: devicesEach }, (_, i) => `${agent}-bath-${String(i + 1).padStart(2, '0')}`),
);

export function makeCustody(file: string, at: number): Seeded {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL');
  migrate(db, custodyMigrations);
  const seeded: Seeded = { db, at };
  db.exec('BEGIN');
  for (const [i, agent] of agentIds.entries()) seedAgent(seeded, agent, i === 0 ? 'online' : 'offline');
  for (const [i, device] of deviceIds.entries()) seedDevice(seeded, device, i);
  for (const [i, device] of deviceIds.entries())
    for (let no = 1; no <= recordsEach; no++)
      insertRecord(seeded, { device, no, card: i === 0 ? canaryCard : `62170038${String(i * 1000 + no).padStart(8, '0')}` });
  seedGaps(seeded);
  seedReadings(seeded);
  seedGate(seeded);
  db.exec('COMMIT');
  return seeded;
}

function seedAgent({ db, at }: Seeded, agent: string, state: string): void {
  const health = {
    type: 'agentHealth',
    journal: Object.fromEntries(['money', 'event', 'health'].map((stream) => [stream, { bytes: 1, records: 0 }])),
    storage: 'ok',
    syncP50Ms: 1,
    syncP99Ms: 4.5,
    lines: [{ line: 'bus-1', utilisationPct: 12.5, requests: 100, timeouts: 1, crcErrors: 0, noiseBytes: 3, lateFrames: 0 }],
    rssBytes: 80_000_000,
    cpuPct: 2,
    diskFreeBytes: 1e9,
    clockQuality: 'synced',
    versions: { agent: '0.1.0', node: 'v24' },
    recordedAt: at,
  };
  db.prepare(
    `INSERT INTO agent (agent_id, site_id, secret_hash, created_at, state, since, last_seen_at, version, backlog_records, backlog_bytes, backlog_oldest_at, health)
     VALUES (?, ?, 'x', ?, ?, ?, ?, '0.1.0', 3, 900, ?, ?)`,
  ).run(agent, site, at, state, at, at, at - 5 * minuteMs, JSON.stringify(health));
  db.prepare("INSERT INTO epoch (agent_id, epoch, uuid, reason, opened_at) VALUES (?, 1, 'u', 'firstEpoch', ?)").run(agent, at);
  for (const [first, last] of [
    [1, 100],
    [105, 110],
  ] as const) {
    db.prepare(
      "INSERT INTO accepted (agent_id, epoch, stream, first, last, prev_hash, end_hash) VALUES (?, 1, 'money', ?, ?, '', '')",
    ).run(agent, first, last);
  }
}

const states = ['online', 'online', 'degraded', 'offline', 'maintenance'] as const;

function seedDevice({ db, at }: Seeded, device: string, i: number): void {
  const state = states[i % states.length] ?? 'online';
  const place = { campus: '宜宾校区', building: '竹苑3栋', area: `竹苑${1 + (i % 4)}栋浴室`, areaType: 'bathhouse' };
  db.prepare(
    `INSERT INTO device (device_id, agent_id, name, kind, profile, line, campus, area, area_type, place, state, cause, since, last_seen_at, reported_state, reported_since, maintenance)
     VALUES (?, ?, ?, 'shower', 'modbus/cardwatch/ring-shower', 'bus-1', ?, ?, ?, ?, ?, ?, ?, ?, 'online', ?, ?)`,
  ).run(
    device,
    device.slice(0, 4),
    `浴室水控 ${i + 1}`,
    place.campus,
    place.area,
    place.areaType,
    JSON.stringify(place),
    state,
    state === 'offline' ? 'noReply' : null,
    at,
    at,
    at,
    state === 'maintenance' ? 1 : 0,
  );
}

export interface SeedRecord {
  readonly device: string;
  readonly no: number;
  readonly card: string;
  readonly observedAt?: number;
}

export function insertRecord(
  { db, at }: Seeded,
  { device, no, card, observedAt = at - (recordsEach - no) * minuteMs }: SeedRecord,
): void {
  const raw = Buffer.from(`${device}/${no}`);
  const hmac = (bytes: string | Buffer): string =>
    createHmac('sha256', Buffer.from(siteKeys.siteKey, 'hex')).update(bytes).digest('hex').slice(0, 32);
  const kind = (['waterHold', 'waterContinue', 'waterRelease'] as const)[no % 3] ?? 'waterHold';
  const line = TransactionRecord.parse({
    type: 'transaction',
    deviceId: device,
    generation: 1,
    recordNo: no,
    contentHash: hmac(raw),
    kind,
    amountFen: 60 + no,
    balanceAfterFen: 5_000 - no,
    cardRef: hmac(card),
    cardTail: card.slice(-4),
    purseNo: 3,
    cardSealed: seal(Buffer.from(card, 'ascii'), device),
    rawSealed: seal(raw, device),
    mode: 'cardOffline',
    observedAt,
    observedText: '2026-11-23 08:00:00',
    clockQuality: 'ok',
    recordedAt: observedAt,
    collectMode: 'poll',
    profile: 'modbus/cardwatch/ring-shower@1',
    checks: { record: 'ok', tac: 'unverified', balance: 'ok' },
  });
  const turnover = turnoverFen(kind, line.amountFen);
  db.prepare(
    `INSERT INTO record (device_id, generation, record_no, content_hash, agent_id, epoch, seq, kind, amount_fen, turnover_fen, balance_after_fen,
     card_ref, card_tail, observed_at, ingested_at, line) VALUES (?, 1, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    device,
    no,
    line.contentHash,
    device.slice(0, 4),
    no,
    kind,
    line.amountFen,
    turnover,
    line.balanceAfterFen ?? null,
    line.cardRef,
    line.cardTail,
    observedAt,
    at,
    Buffer.from(JSON.stringify(line)),
  );
  const minute = Math.floor(observedAt / minuteMs) * minuteMs;
  db.prepare(
    `INSERT INTO flow (minute, device_id, records, turnover_fen, late_records) VALUES (?, ?, 1, ?, 0)
     ON CONFLICT DO UPDATE SET records = records + 1, turnover_fen = turnover_fen + excluded.turnover_fen`,
  ).run(minute, device, turnover);
}

export function seal(bytes: Buffer, deviceId: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(siteKeys.dataKey, 'hex'), nonce);
  cipher.setAAD(Buffer.from(deviceId));
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return `${siteKeys.dataKeyId}.${Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')}`;
}

function seedGaps({ db, at }: Seeded): void {
  const insert = db.prepare(
    `INSERT INTO gap (scope, agent_id, stream, epoch, device_id, generation, first, last, state, cause, estimate_fen, opened_at, closed_at)
     VALUES (?, 'yb-a', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  insert.run('device', null, null, 'yb-a-bath-01', 1, 31, 33, 'open', 'skipped', 180, at - 3, null);
  insert.run('stream', 'money', 1, null, null, 101, 104, 'open', 'missing', null, at - 2, null);
  insert.run('device', null, null, 'yb-a-bath-02', 1, 5, 6, 'filled', 'skipped', null, at - 1, at);
  const letter = db.prepare(
    `INSERT INTO dead_letter (agent_id, epoch, stream, seq, device_id, kind, reason, content_hash, bytes, state, received_at)
     VALUES ('yb-a', 1, 'money', ?, 'yb-a-bath-01', 'undecoded', 'record CRC', ?, ?, ?, ?)`,
  );
  for (let i = 0; i < 5; i++) letter.run(200 + i, `h${i}`, Buffer.alloc(40 + i), i === 0 ? 'resolved' : 'open', at + i);
}

function seedReadings({ db, at }: Seeded): void {
  const latest = db.prepare(
    "INSERT INTO latest_reading (device_id, point, value, unit, quality, observed_at) VALUES (?, ?, ?, 'L', 'good', ?)",
  );
  for (const point of ['flow', 'temperature', 'valve'])
    latest.run('yb-a-bath-01', point, point === 'valve' ? 'true' : '12.5', at);
  const history = db.prepare(
    "INSERT INTO reading (device_id, point, value, unit, quality, observed_at) VALUES ('yb-a-bath-01', 'flow', ?, 'L', 'good', ?)",
  );
  for (let i = 0; i < 120; i++) history.run(String(i), at - i * 1_000);
}

/** Passes of a gate, a door contact, an alarm; the first device has a valve that people may close. */
function seedGate({ db, at }: Seeded): void {
  db.prepare("UPDATE device SET told = ? WHERE device_id = 'yb-a-bath-01'").run(
    JSON.stringify({ serial: 'SN-1', operations: ['valveClose'] }),
  );
  const insert = db.prepare(
    `INSERT INTO event (agent_id, epoch, seq, type, device_id, observed_at, ingested_at, line, generation, event_no, result, method)
     VALUES ('yb-a', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (let no = 1; no <= eventsSeeded; no++) {
    const pass = passLine(no, at - (eventsSeeded - no) * 1_000);
    insert.run(no, 'pass', pass.deviceId, pass.observedAt, at, JSON.stringify(pass), 1, no, pass.result, pass.method);
  }
  const deviceId = gateId;
  const times = { observedAt: at + 1, recordedAt: at + 1 };
  const door = EventLine.parse({ type: 'door', deviceId, point: 'contact', state: 'open', ...times });
  const alarm = EventLine.parse({ type: 'deviceAlarm', deviceId, alarm: 'forced', active: true, ...times });
  for (const [index, line] of [door, alarm].entries())
    insert.run(900 + index, line.type, deviceId, at + 1, at, JSON.stringify(line), null, null, null, null);
  db.prepare('INSERT INTO pass_flow (minute, device_id, granted, denied, other) VALUES (?, ?, 40, 15, 5)').run(
    Math.floor(at / minuteMs) * minuteMs,
    gateId,
  );
}

export const gateId = 'yb-b-bath-20';
export const eventsSeeded = 60;

const passLine = (no: number, observedAt: number): PassEvent =>
  PassEvent.parse({
    type: 'pass',
    deviceId: gateId,
    generation: 1,
    eventNo: no,
    personRef: createHmac('sha256', 'k')
      .update(`p${no % 7}`)
      .digest('hex')
      .slice(0, 32),
    direction: no % 2 === 0 ? 'in' : 'out',
    method: no % 3 === 0 ? 'card' : 'face',
    result: no % 5 === 0 ? 'denied' : 'granted',
    code: { scheme: 'hik', raw: '5/75' },
    codeTable: 'hik@1',
    observedAt,
    recordedAt: observedAt,
    clockQuality: 'ok',
    live: true,
    source: 'stream',
  });

/** As ingest does after a commit. */
export function note({ db }: Seeded, topic: string, key: string, at: number): void {
  db.prepare('INSERT INTO outbox (topic, key, at) VALUES (?, ?, ?)').run(topic, key, at);
}
