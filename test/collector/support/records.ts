/** Lines as an agent writes them. */
import { createHmac } from 'node:crypto';
import type { AgentHealth, DeviceGap, Heartbeat, Hello, Reading, TransactionRecord, UndecodedRecord } from '@cardwatch/contracts';
import { DeviceId, InstanceId, TransactionRecord as TransactionSchema } from '@cardwatch/contracts';

const siteKey = 'site key of the tests';
/** 2026-11-23T08:00:00+08:00 */
export const morning = 1_795_392_000_000;

export const contentHashOf = (what: string): string => createHmac('sha256', siteKey).update(what).digest('hex').slice(0, 32);

const sealed = (seed: string, bytes: number): string => {
  let text = '';
  for (let i = 0; text.length < bytes; i++) text += createHmac('sha256', siteKey).update(`${seed} ${i}`).digest('base64url');
  return `k1.${text.slice(0, bytes)}`;
};

export interface RecordWish {
  readonly device?: string;
  readonly generation?: number;
  readonly no: number;
  readonly amountFen?: number;
  readonly content?: string;
  readonly observedAt?: number;
  readonly card?: number;
}

/** A shower record as the ring-shower profile gives it, about 850 bytes as a line. */
export function transaction(wish: RecordWish): TransactionRecord {
  const {
    device = 'yb-b3-bath-01',
    generation = 1,
    no,
    amountFen = 60,
    observedAt = morning + no * 1_000,
    card = no % 997,
  } = wish;
  const content = wish.content ?? `${device} ${generation} ${no} ${amountFen}`;
  return TransactionSchema.parse({
    type: 'transaction',
    deviceId: device,
    generation,
    recordNo: no,
    contentHash: contentHashOf(content),
    kind: 'waterHold',
    amountFen,
    balanceBeforeFen: 5_000,
    balanceAfterFen: 5_000 - amountFen,
    cardRef: contentHashOf(`card ${card}`),
    cardTail: String(1_000 + (card % 9_000)),
    purseNo: 1,
    cardCounter: no % 65_536,
    cardSealed: sealed(`card ${content}`, 51),
    rawSealed: sealed(content, 102),
    mode: 'cardOffline',
    quantity: { value: 12.5, unit: 'L' },
    durationS: 300,
    sessionRef: `${generation}-${no}`,
    terminalNo: '00001234',
    observedAt,
    observedText: '2026-11-23 08:00:00',
    clockQuality: 'ok',
    driftMs: 120,
    recordedAt: observedAt + 500,
    collectMode: 'poll',
    profile: 'modbus/cardwatch/ring-shower@1',
    checks: { record: 'ok', tac: 'unverified', balance: 'ok' },
  });
}

export const records = (from: number, to: number, more: Omit<RecordWish, 'no'> = {}): TransactionRecord[] =>
  Array.from({ length: to - from + 1 }, (_, at) => transaction({ ...more, no: from + at }));

export const undecoded = (no: number | undefined, content: string, device = 'yb-b3-bath-01'): UndecodedRecord => ({
  type: 'undecoded',
  deviceId: DeviceId.parse(device),
  generation: 1,
  ...(no === undefined ? {} : { recordNo: no }),
  contentHash: contentHashOf(content),
  rawSealed: sealed(content, 102),
  reason: 'unknown kind 9',
  recordedAt: morning,
  collectMode: 'poll',
  profile: 'modbus/cardwatch/ring-shower@1',
});

export const deviceGap = (from: number, to: number, more: Partial<DeviceGap> = {}): DeviceGap => ({
  type: 'gap',
  deviceId: DeviceId.parse('yb-b3-bath-01'),
  generation: 1,
  from,
  to,
  cause: 'overwritten',
  observedAt: morning,
  recordedAt: morning,
  ...more,
});

export const heartbeat = (device: string, more: Partial<Heartbeat> = {}): Heartbeat => ({
  type: 'heartbeat',
  deviceId: DeviceId.parse(device),
  state: 'online',
  since: morning,
  rttMs: 12,
  lastRecordNo: 7,
  generation: 1,
  recordedAt: morning,
  ...more,
});

export const reading = (device: string, point: string, value: number, observedAt = morning): Reading => ({
  type: 'reading',
  deviceId: DeviceId.parse(device),
  point,
  value,
  unit: '℃',
  quality: 'good',
  observedAt,
  recordedAt: observedAt,
});

export const agentHealth = (backlog: number, recordedAt = morning): AgentHealth => ({
  type: 'agentHealth',
  journal: {
    money: { bytes: 100 * backlog, records: backlog, oldestUnackedAt: recordedAt - 1_000 },
    event: { bytes: 0, records: 0 },
    health: { bytes: 0, records: 0 },
  },
  storage: 'ok',
  syncP50Ms: 1,
  syncP99Ms: 5,
  lines: [],
  rssBytes: 50_000_000,
  cpuPct: 3,
  diskFreeBytes: 1e9,
  clockQuality: 'synced',
  versions: { agent: '0.1.0', node: 'v24' },
  recordedAt,
});

const none = { first: 0, last: 0, acked: 0 };

export interface HelloWish {
  readonly instance?: string;
  readonly epoch?: { readonly no: number; readonly uuid: string } | null;
  readonly money?: { readonly first: number; readonly last: number; readonly acked: number };
  readonly devices?: readonly string[];
  readonly part?: number;
  readonly parts?: number;
  readonly sentAt?: number;
  /** Left out: an agent that knows no challenge. */
  readonly answers?: string | null;
}

export const hello = (wish: HelloWish = {}): Hello =>
  ({
    v: 1,
    instance: InstanceId.parse(wish.instance ?? 'a'.repeat(32)),
    epoch: wish.epoch === null || wish.epoch === undefined ? null : { no: wish.epoch.no, uuid: wish.epoch.uuid },
    streams: { money: wish.money ?? none, event: none, health: none },
    part: wish.part ?? 1,
    parts: wish.parts ?? 1,
    devices: (wish.devices ?? ['yb-b3-bath-01']).map((device) => ({
      deviceId: DeviceId.parse(device),
      name: device,
      kind: 'shower',
      profile: 'modbus/cardwatch/ring-shower',
      line: 'l1',
      place: { campus: '东区', area: '3号浴室', areaType: 'bathhouse' },
    })),
    versions: { agent: '0.1.0', node: 'v24' },
    bootedAt: morning,
    sentAt: wish.sentAt ?? morning,
    ...(wish.answers === undefined ? {} : { answers: wish.answers }),
  }) as Hello;
