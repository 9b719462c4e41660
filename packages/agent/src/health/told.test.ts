/** Alarms that the agent draws from showers and lines, as they go into the journal. */
import { DeviceId, type EventLine, type Reading } from '@cardwatch/contracts';
import { CommonProfile } from '@cardwatch/drivers';
import { VirtualClock, epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { AgentDevice } from '../agent.ts';
import { DeviceHealth } from './device-health.ts';
import { LineWatch } from './line-watch.ts';

const profile = CommonProfile.parse({
  profile: 'modbus/test/shower',
  version: 1,
  protocol: 'modbus',
  title: { zh: 'a', en: 'a' },
  kind: 'shower',
  source: 's',
  points: [],
  records: { kinds: { '0xF1': 'waterHold', '0xF3': 'waterRelease' }, mode: 'cardOffline', amountFenMax: 100 },
  health: { unreleasedAfterMs: 60_000 },
});

const deviceOf = (id: string): AgentDevice =>
  ({ declaration: { deviceId: DeviceId.parse(id) }, profile, connection: {} }) as unknown as AgentDevice;

function journal() {
  const clock = new VirtualClock(epochMs(1_795_406_400_000));
  const lines: EventLine[] = [];
  return { clock, lines, parts: { clock, reporter: { event: (line: EventLine) => void lines.push(line) } } };
}

const told = (lines: readonly EventLine[]): readonly string[] =>
  lines.map((line) => (line.type === 'deviceAlarm' ? `${line.deviceId} ${line.active ? '+' : '-'}${line.alarm}` : line.type));

const reading = (point: string, value: boolean): Reading => ({
  type: 'reading',
  deviceId: DeviceId.parse('shower-1'),
  point,
  value,
  unit: '',
  quality: 'good',
  observedAt: 0,
  recordedAt: 0,
});

const record = (kindMark: number, sessionRef: number) => ({
  recordNo: 1,
  raw: new Uint8Array(),
  check: 'ok' as const,
  fields: { kindMark, sessionRef },
});

describe('a shower', () => {
  test('its points, and a hold that was never released', () => {
    const { clock, lines, parts } = journal();
    const health = new DeviceHealth(deviceOf('shower-1'), parts);
    health.read([reading('tamper', true)]);
    health.took([record(0xf1, 5), record(0xf1, 6), record(0xf3, 6), { ...record(0xf1, 9), fields: undefined }, record(0x77, 8)]);
    clock.advance(60_000);
    health.read([reading('tamper', true)]);
    health.took([record(0xf1, 7), record(0xf3, 7)]);
    expect(told(lines)).toEqual(['shower-1 +tamper', 'shower-1 +unreleasedSession', 'shower-1 -unreleasedSession']);
    expect(lines[1]).toMatchObject({ detail: 'held and not released for 1 min: session 5' });
  });
});

describe('a line', () => {
  const line = (failures: readonly number[]) => ({
    name: 'riser',
    units: new Map(
      failures.map((count, index) => [`s-${index}`, { device: deviceOf(`s-${index}`), watch: { failures: count } }] as const),
    ),
  });

  test('damaged frames and a wet segment', () => {
    const { clock, lines, parts } = journal();
    const watch = new LineWatch(parts.reporter, clock);
    watch.look(line([0, 0, 0, 0, 0]), { requests: 200, crcErrors: 9 });
    watch.look(line([0, 3, 3, 2, 0]), { requests: 10, crcErrors: 0 });
    watch.look(line([0, 9, 9, 3, 0]), { requests: 200, crcErrors: 0 });
    expect(told(lines)).toEqual(['s-0 +busErrorRate', 's-0 -busErrorRate', 's-1 +busSegment']);
    expect(lines[2]).toMatchObject({ detail: 'fell silent one after the other: s-1, s-2, s-3' });
  });
});
