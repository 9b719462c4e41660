/** What the browser tests put on the wire: two bathhouses, one with a device that does not answer and a device with a hole in its numbers. */
import type { DeviceDeclaration, EventLine, HealthLine, MoneyLine } from '@cardwatch/contracts';
import { DeviceId } from '@cardwatch/contracts';
import { hmac128 } from './little-agent.ts';

export const deviceIds = Array.from({ length: 24 }, (_, n) => DeviceId.parse(`yb-bath-${String(n + 1).padStart(2, '0')}`));
export const silent = deviceIds[3] ?? DeviceId.parse('x');
export const holed = deviceIds[0] ?? DeviceId.parse('x');
export const missing = { from: 6, to: 8 } as const;
export const bathhouses = ['临港东区浴室', '临港西区浴室'] as const;

const areaOf = (n: number): string => bathhouses[n < 12 ? 0 : 1];
export const nameOf = (n: number): string => `${areaOf(n)} ${n + 1} 号水控`;

export const devices: readonly DeviceDeclaration[] = deviceIds.map((deviceId, n) => ({
  deviceId,
  name: nameOf(n),
  kind: 'shower',
  profile: 'modbus/cardwatch/ring-shower',
  line: `rs485-${1 + (n % 2)}`,
  place: { campus: '宜宾校区', building: `${areaOf(n)}楼`, area: areaOf(n), areaType: 'bathhouse' },
}));

export function heartbeat(n: number, state: 'online' | 'offline', now: number): HealthLine {
  return {
    type: 'heartbeat',
    deviceId: deviceIds[n] ?? holed,
    state,
    ...(state === 'offline' ? { cause: 'noReply' as const } : {}),
    since: now - 600_000,
    rttMs: 12.5,
    generation: 1,
    lastRecordNo: 20,
    uncollected: 0,
    freeRecords: 980,
    blacklistVersion: 214,
    parameterVersion: 12,
    firmware: '2.14',
    driftMs: 320,
    busErrors: 0,
    ...(n === 1 ? { serial: 'SN-0002', operations: ['valveClose'] } : {}),
    recordedAt: now,
  };
}

export const heartbeats = (now: number): readonly HealthLine[] =>
  deviceIds.map((deviceId, n) => heartbeat(n, deviceId === silent ? 'offline' : 'online', now));

/** The course of one point, oldest first. */
export const readings = (n: number, now: number): readonly HealthLine[] =>
  Array.from({ length: 40 }, (_, k) => ({
    type: 'reading',
    deviceId: deviceIds[n] ?? holed,
    point: 'waterTemperature',
    value: 38 + Math.round(30 * Math.sin(k / 5)) / 10,
    unit: '°C',
    quality: 'good',
    observedAt: now - (40 - k) * 10_000,
    recordedAt: now - (40 - k) * 10_000,
  }));

export const agentHealth = (now: number): HealthLine => ({
  type: 'agentHealth',
  journal: { money: depth, event: depth, health: depth },
  storage: 'ok',
  syncP50Ms: 1.2,
  syncP99Ms: 4.2,
  lines: [1, 2].map((n) => ({
    line: `rs485-${n}`,
    utilisationPct: 23.4 * n,
    requests: 12_000,
    timeouts: n === 2 ? 7 : 0,
    crcErrors: 0,
    noiseBytes: 0,
    lateFrames: 0,
  })),
  rssBytes: 93_000_000,
  cpuPct: 3.1,
  diskFreeBytes: 10_000_000_000,
  clockQuality: 'synced',
  versions: { agent: '0.1.0', node: '24.21.0' },
  recordedAt: now,
});

const depth = { bytes: 0, records: 0 } as const;

export const cardNo = '0000202611230042';

/** Shower sessions of one device: hold, then release, `count` records, without the numbers that are missing. */
export function sessions(n: number, count: number, siteKey: string, now: number): readonly MoneyLine[] {
  const numbers = Array.from({ length: count }, (_, k) => k + 1);
  const kept = deviceIds[n] === holed ? numbers.filter((no) => no < missing.from || no > missing.to) : numbers;
  return kept.map((recordNo) => {
    const observedAt = now - (count - recordNo + 1) * 2_000 - n * 500;
    const isHold = recordNo % 2 === 1;
    return {
      type: 'transaction',
      deviceId: deviceIds[n] ?? holed,
      generation: 1,
      recordNo,
      contentHash: hmac128(siteKey, `${n}-${recordNo}`),
      kind: isHold ? 'waterHold' : 'waterRelease',
      amountFen: isHold ? 500 : 275,
      balanceBeforeFen: isHold ? 6_000 : 5_500,
      balanceAfterFen: isHold ? 5_500 : 5_775,
      cardRef: hmac128(siteKey, cardNo),
      cardTail: cardNo.slice(-4),
      purseNo: 3,
      cardCounter: 100 + recordNo,
      rawSealed: `k1.${'A'.repeat(64)}`,
      mode: 'cardOffline',
      ...(isHold ? {} : { quantity: { value: 42.5, unit: 'L' as const }, durationS: 511 }),
      observedAt,
      observedText: '2026-11-23 12:00:00',
      clockQuality: 'ok',
      driftMs: 320,
      recordedAt: observedAt + 1_000,
      collectMode: 'poll',
      profile: 'modbus/cardwatch/ring-shower@1',
      checks: { record: 'ok', tac: 'unverified', balance: 'ok' },
    };
  });
}

export const gapEvent = (now: number, deviceId: DeviceId = holed): EventLine => ({
  type: 'gap',
  deviceId,
  generation: 1,
  from: missing.from,
  to: missing.to,
  cause: 'unreadable',
  estimateFen: 775,
  observedAt: now,
  recordedAt: now,
});

/** A gate that hangs on a switch, and a canteen POS: what a second agent watches. */
export const gate = DeviceId.parse('yb-gate-01');
export const networkSwitch = DeviceId.parse('yb-net-01');
export const pos = DeviceId.parse('yb-pos-01');

const other = { line: 'lan', place: { campus: '宜宾校区', building: '临港一栋', area: '临港大厅', areaType: 'dorm' } } as const;

export const otherKinds: readonly DeviceDeclaration[] = [
  { ...other, deviceId: gate, name: '临港门禁', kind: 'gate', profile: 'isapi/hikvision/ds-k1t', parents: [networkSwitch] },
  { ...other, deviceId: networkSwitch, name: '临港交换机', kind: 'network', profile: 'snmp/generic/poe-switch' },
  { ...other, deviceId: pos, name: '临港窗口', kind: 'pos', profile: 'iso8583/unionpay/terminal' },
];

export const otherHeartbeats = (now: number): readonly HealthLine[] =>
  otherKinds.map(({ deviceId, kind }) => ({
    type: 'heartbeat',
    deviceId,
    state: 'online',
    since: now - 60_000,
    rttMs: 4,
    ...(kind === 'pos' ? { uncollected: 2, freeRecords: 1_998, blacklistVersion: 20261101 } : {}),
    ...(kind === 'gate' ? { serial: 'DS-0001', discardedParts: 7 } : {}),
    recordedAt: now,
  }));

/** Three ports: one that carries, one that was switched off, one with a hub behind it. */
export const portReadings = (now: number): readonly HealthLine[] =>
  Object.entries({
    port01Oper: 'up',
    port01Speed: 1000,
    port01In: 8.3,
    port01Poe: 'deliveringPower',
    port01Mac: '02:00:5e:00:00:01',
    port02Oper: 'down',
    port02Admin: 'down',
    port03Oper: 'up',
    port03Errors: 12,
    port03Mac: '3 devices',
    uptime: 86_400,
  }).map(([point, value]) => ({
    type: 'reading',
    deviceId: networkSwitch,
    point,
    value,
    unit: point === 'uptime' ? 's' : '',
    quality: 'good',
    observedAt: now,
    recordedAt: now,
  }));

export const eventsOf = (n: number, siteKey: string, now: number): readonly EventLine[] =>
  eventsAt(deviceIds[n] ?? holed, siteKey, now);

export const switchAlarm = (now: number): EventLine => ({
  type: 'deviceAlarm',
  deviceId: networkSwitch,
  alarm: 'port02Down',
  active: true,
  observedAt: now,
  recordedAt: now,
});

/** Passes of one person and of a stranger, a door, an alarm. */
export const eventsAt = (deviceId: DeviceId, siteKey: string, now: number): readonly EventLine[] => {
  const pass = (eventNo: number, result: 'granted' | 'denied' | 'unknown', person?: string): EventLine => ({
    type: 'pass',
    deviceId,
    generation: 1,
    eventNo,
    ...(person === undefined ? {} : { personRef: hmac128(siteKey, person) }),
    direction: 'in',
    method: 'face',
    result,
    code: { scheme: 'hik', raw: '5/75' },
    codeTable: 'hik@1',
    observedAt: now - 10_000 + eventNo * 1_000,
    recordedAt: now,
    clockQuality: 'ok',
    live: true,
    source: 'stream',
  });
  const seen = { observedAt: now, recordedAt: now };
  return [
    pass(1, 'granted', personNo),
    pass(2, 'denied'),
    pass(3, 'unknown', personNo),
    { type: 'door', deviceId, point: 'contact', state: 'open', generation: 1, eventNo: 4, ...seen },
    { type: 'deviceAlarm', deviceId, alarm: 'forced', active: true, generation: 1, eventNo: 5, ...seen },
  ];
};

export const personNo = '2026112300420042';
