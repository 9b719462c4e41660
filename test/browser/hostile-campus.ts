/** A campus whose every name, note and reason was written by somebody who wants the console to run it. */
import { randomUUID } from 'node:crypto';
import { type DeviceDeclaration, DeviceId, type EventLine, type HealthLine } from '@cardwatch/contracts';
import * as campus from './campus.ts';
import type { LittleAgent } from './little-agent.ts';
import type { Signed } from './people.ts';
import { corpus, hostile } from './xss-corpus.ts';

const id = (n: number): DeviceId => DeviceId.parse(`x-dev-${String(n + 1).padStart(2, '0')}`);
const nameChars = 64;
const kinds = ['pos', 'gate', 'shower'] as const;
const profiles = {
  pos: 'iso8583/unionpay/terminal',
  gate: 'isapi/hikvision/ds-k1t',
  shower: 'modbus/cardwatch/ring-shower',
} as const;

export const devices: readonly DeviceDeclaration[] = corpus.map((_, n) => {
  const kind = kinds[n % kinds.length] ?? 'pos';
  return {
    deviceId: id(n),
    name: hostile(n, nameChars),
    kind,
    profile: profiles[kind],
    line: hostile(n + 3, nameChars),
    place: {
      campus: '宜宾校区',
      building: hostile(n + 5, nameChars),
      area: hostile(n + 7, nameChars),
      areaType: kind === 'pos' ? 'canteen' : kind === 'gate' ? 'dorm' : 'bathhouse',
    },
  };
});

/** Heartbeats, readings, records with a hole, passes, alarms of devices, by the devices' own words. */
export async function speak(agent: LittleAgent, siteKey: string, now: number): Promise<void> {
  const beats = devices.map(
    ({ deviceId }, n): HealthLine => ({
      type: 'heartbeat',
      deviceId,
      state: n % 4 === 0 ? 'offline' : 'online',
      ...(n % 4 === 0 ? { cause: 'noReply' as const } : {}),
      since: now - 900_000,
      serial: hostile(n, nameChars),
      firmware: hostile(n, 32),
      recordedAt: now,
    }),
  );
  const readings = devices.map(
    ({ deviceId }, n): HealthLine => ({
      type: 'reading',
      deviceId,
      point: 'lastError',
      value: hostile(n),
      unit: '',
      quality: 'good',
      observedAt: now,
      recordedAt: now,
    }),
  );
  await agent.send('health', [...beats, ...readings, campus.agentHealth(now)]);
  const sales = [0, 3, 6].flatMap((n) => campus.sessions(n, 20, siteKey, now).map((line) => ({ ...line, deviceId: id(n) })));
  await agent.send('money', sales);
  const alarms = corpus.map(
    (_, n): EventLine => ({
      type: 'deviceAlarm',
      deviceId: id(n),
      alarm: hostile(n, 48),
      active: true,
      observedAt: now,
      recordedAt: now,
    }),
  );
  await agent.send('event', [...alarms, ...campus.eventsAt(id(1), siteKey, now), campus.gapEvent(now, id(0))]);
}

/** Notes, reasons and names that people write, through the verbs that take them. */
export async function write(manager: Signed, now: number): Promise<void> {
  const hour = 3_600_000;
  const key = (): { readonly idempotencyKey: string } => ({ idempotencyKey: randomUUID() });
  for (const [n] of corpus.entries()) {
    const text = hostile(n);
    await manager.post('/incidents', { title: text, alarmIds: [], occurredAt: now, note: text, ...key() });
    if (n >= 6) continue;
    await manager.post('/recipients', {
      recipientId: `hostile-${n}`,
      displayName: hostile(n, nameChars),
      kind: 'person',
      user: null,
      language: 'zh',
      addresses: [{ channel: 'mail', address: `x${n}@example.edu.cn` }],
      reason: text,
      ...key(),
    });
    const window = { from: now, to: now + hour, reason: text };
    await manager.post('/silences', { ...window, rule: null, subject: id(n), area: null, ...key() });
    const event = { name: hostile(n, nameChars), from: now, to: now + hour, areas: [], vip: false, freeze: false };
    await manager.post('/important-events', { ...event, reason: text, ...key() });
  }
}
