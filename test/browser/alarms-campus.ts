/** What makes alarms: a switch that fails with the gates behind it, and gates that report something of themselves. */
import { type DeviceDeclaration, DeviceId, type EventLine, type HealthLine } from '@cardwatch/contracts';
import type { LittleAgent } from './little-agent.ts';
import type { Signed } from './people.ts';

export const networkSwitch = DeviceId.parse('al-net-01');
export const behind = Array.from({ length: 8 }, (_, n) => DeviceId.parse(`al-gate-${String(n + 1).padStart(2, '0')}`));
export const alone = Array.from({ length: 6 }, (_, n) => DeviceId.parse(`al-door-${n + 1}`));
/** Forty characters, as some registers have them. */
export const longPlace = '临港校区学生生活服务中心一号楼东侧连廊二层至三层转角处自助服务大厅北门入口旁值班室';

const place = { campus: '宜宾校区', building: '临港一栋', area: '临港大厅', areaType: 'dorm' } as const;
const gate = { kind: 'gate', profile: 'isapi/hikvision/ds-k1t', line: 'lan' } as const;

export const devices: readonly DeviceDeclaration[] = [
  { deviceId: networkSwitch, name: '临港汇聚交换机', kind: 'network', profile: 'snmp/generic/poe-switch', line: 'lan', place },
  ...behind.map((deviceId, n) => ({ ...gate, deviceId, name: `临港门禁 ${n + 1}`, parents: [networkSwitch], place })),
  ...alone.map((deviceId, n) => ({
    ...gate,
    deviceId,
    name: `二栋门禁 ${n + 1}`,
    place: { ...place, building: '临港二栋', area: n === 5 ? longPlace : '二栋大门' },
  })),
];

const beat = (deviceId: DeviceId, state: 'online' | 'offline', now: number): HealthLine => ({
  type: 'heartbeat',
  deviceId,
  state,
  ...(state === 'offline' ? { cause: 'noReply' as const } : {}),
  since: now - (state === 'offline' ? 5_000 : 600_000),
  rttMs: 4,
  recordedAt: now,
});

/** The switch and all that hangs on it. */
export const network = (agent: LittleAgent, state: 'online' | 'offline', now: number): Promise<void> =>
  agent.send(
    'health',
    [networkSwitch, ...behind].map((deviceId) => beat(deviceId, state, now)),
  );

export const wellAlone = (agent: LittleAgent, now: number): Promise<void> =>
  agent.send(
    'health',
    alone.map((deviceId) => beat(deviceId, 'online', now)),
  );

const told = ['batteryLow', 'forced', 'readerOffline', 'totalsDiffer', 'batteryLow', 'batteryLow'] as const;

const word = (n: number, active: boolean, now: number): EventLine => ({
  type: 'deviceAlarm',
  deviceId: alone[n] ?? networkSwitch,
  alarm: told[n] ?? 'batteryLow',
  active,
  observedAt: now,
  recordedAt: now,
});

/** Each of the lone gates reports one thing of itself. */
export const reports = (agent: LittleAgent, numbers: readonly number[], now: number): Promise<void> =>
  agent.send(
    'event',
    numbers.map((n) => word(n, true, now)),
  );

export const takesBack = (agent: LittleAgent, n: number, now: number): Promise<void> =>
  agent.send('event', [word(n, false, now)]);

/** Nobody has a duty; one person could be told by mail, which no collector of the tests has. */
export async function staff(admin: Signed, key: () => string): Promise<void> {
  const recipient = { recipientId: 'zhang', displayName: '张工', kind: 'person', user: 'zhang.gong', language: 'zh' };
  const addresses = [{ channel: 'mail', address: 'zhang@example.edu.cn' }];
  await admin.post('/recipients', { ...recipient, addresses, reason: '值班', idempotencyKey: key() });
}
