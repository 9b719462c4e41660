/** A canteen at lunch: twelve terminals behind one switch that fails. */
import { type DeviceDeclaration, DeviceId, type HealthLine } from '@cardwatch/contracts';
import type { LittleAgent } from './little-agent.ts';

const networkSwitch = DeviceId.parse('ct-net-01');
const terminals = Array.from({ length: 12 }, (_, n) => DeviceId.parse(`ct-pos-${String(n + 1).padStart(2, '0')}`));
const place = { campus: '主校区', building: '第一食堂', area: '第一食堂一楼', areaType: 'canteen' } as const;

export const switchName = '第一食堂接入交换机';

export const devices: readonly DeviceDeclaration[] = [
  { deviceId: networkSwitch, name: switchName, kind: 'network', profile: 'snmp/generic/poe-switch', line: 'lan', place },
  ...terminals.map((deviceId, n) => ({
    deviceId,
    name: `第一食堂 ${n + 1} 号窗口`,
    kind: 'pos' as const,
    profile: 'iso8583/unionpay/terminal',
    line: 'lan',
    parents: [networkSwitch],
    place,
  })),
];

/** How the switch and all behind it are now. */
export const report = (agent: LittleAgent, state: 'online' | 'offline', now: number): Promise<void> =>
  agent.send(
    'health',
    [networkSwitch, ...terminals].map(
      (deviceId): HealthLine => ({
        type: 'heartbeat',
        deviceId,
        state,
        ...(state === 'offline' ? { cause: 'noReply' as const } : {}),
        since: now - (state === 'offline' ? 5_000 : 600_000),
        rttMs: 4,
        recordedAt: now,
      }),
    ),
  );
