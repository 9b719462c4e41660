/** What devices and agents say of themselves, from the first word to the last: one timeline for each rule. */
import type { RuleId } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { reasonWords } from '@cardwatch/contracts/words';
import type { DeviceFact } from '../../world/world.core.ts';
import { alarmOf, at, lineOf, SampleWorld, told, watching } from '../sample-world.core.ts';
import { selfRules } from './index.core.ts';
import { namesPerDeviceMax } from './told.core.ts';

type Saying = readonly [string, string, boolean?];
const gate: Partial<DeviceFact> = { kind: 'gate', area: 'main/d1' };
const network: Partial<DeviceFact> = { kind: 'network' };
const shower: Partial<DeviceFact> = { kind: 'shower', area: 'main/bath' };

/** Says, looks each minute, and gives each change of what is found. */
function timeline(rule: RuleId, device: Partial<DeviceFact>, sayings: readonly Saying[], until = '16:00'): readonly string[] {
  const drawn = new SampleWorld().agent('agent-a').device('d-1', device);
  const watch = watching(rule);
  const waiting = [...sayings];
  const seen: string[] = [];
  let before = '';
  for (let now = at('12:00'); now <= at(until); now = epochMs(now + minuteMs)) {
    for (let next = waiting[0]; next !== undefined && at(next[0]) <= now; next = waiting[0]) {
      waiting.shift();
      watch.event(alarmOf('d-1', next[1], next[2] ?? true, at(next[0])), drawn.world, now);
    }
    const found = told(watch.look(drawn.world, now));
    if (found !== before) seen.push(`${Math.round((now - at('12:00')) / minuteMs)} ${found === '' ? '-' : found}`);
    before = found;
  }
  expect(waiting).toEqual([]);
  return seen;
}

// rule              device    says                                                    found at minute
const lines: readonly (readonly [RuleId, Partial<DeviceFact>, readonly Saying[], readonly string[]])[] = [
  [
    'totalsDiffer',
    {},
    [
      ['12:01', 'totalsDiffer'],
      ['12:30', 'totalsDiffer', false],
    ],
    ['1 breach 2 device:d-1', '30 -'],
  ],
  [
    'relayNotKept',
    {},
    [
      ['12:01', 'relayNotKept'],
      ['12:02', 'relayNotKept', false],
    ],
    ['1 breach 2 device:d-1', '2 -'],
  ],
  [
    'upsAlarm',
    network,
    [
      ['12:01', 'onBattery'],
      ['12:05', 'batteryLow'],
      ['12:09', 'onBattery', false],
      ['12:20', 'batteryLow', false],
    ],
    ['1 breach 2 device:d-1', '20 -'],
  ],
  [
    'upsAlarm',
    gate,
    [
      ['12:01', 'powerLost'],
      ['12:05', 'batteryLow'],
    ],
    [],
  ],
  [
    'powerLost',
    gate,
    [
      ['12:01', 'powerLost'],
      ['12:05', 'powerLost', false],
    ],
    ['1 breach 3 device:d-1', '5 -'],
  ],
  ['powerLost', network, [['12:01', 'onBattery']], []],
  [
    'batteryLow',
    shower,
    [
      ['12:01', 'batteryLow'],
      ['12:50', 'batteryLow', false],
    ],
    ['1 breach 3 device:d-1', '50 -'],
  ],
  [
    'supplyLow',
    shower,
    [
      ['12:01', 'supplyLow'],
      ['12:03', 'supplyLow', false],
      ['12:05', 'supplyLow'],
    ],
    ['1 breach 3 device:d-1', '3 -', '5 breach 3 device:d-1'],
  ],
  [
    'readerOffline',
    gate,
    [
      ['12:01', 'readerOffline'],
      ['12:09', 'readerOffline', false],
    ],
    ['1 breach 2 device:d-1', '9 -'],
  ],
  [
    'cameraFault',
    gate,
    [
      ['12:01', 'cameraFault'],
      ['12:09', 'cameraFault', false],
    ],
    ['1 breach 3 device:d-1', '9 -'],
  ],
  [
    'hardwareFault',
    gate,
    [
      ['12:01', 'motorFault'],
      ['12:04', 'busFault'],
      ['12:09', 'motorFault', false],
      ['12:10', 'busFault', false],
    ],
    ['1 breach 2 device:d-1', '10 -'],
  ],
  [
    'networkLost',
    gate,
    [
      ['12:01', 'networkLost'],
      ['12:02', 'networkLost', false],
    ],
    ['1 breach 3 device:d-1', '2 -'],
  ],
  [
    'portDown',
    network,
    [
      ['12:01', 'port05Down'],
      ['12:03', 'port12Down'],
      ['12:06', 'port05Down', false],
      ['12:07', 'port12Down', false],
    ],
    ['1 breach 3 device:d-1', '7 -'],
  ],
  [
    'poeFault',
    network,
    [
      ['12:01', 'port05PoeFault'],
      ['12:02', 'port05PoeFault', false],
    ],
    ['1 breach 2 device:d-1', '2 -'],
  ],
  [
    'deviceRestarted',
    gate,
    [
      ['12:01', 'watchdogReset'],
      ['12:10', 'restarted'],
      ['12:15', 'restarted', false],
    ],
    ['1 breach 3 device:d-1', '40 -'],
  ],
  [
    'intrusion',
    gate,
    [
      ['12:01', 'climbing'],
      ['12:05', 'climbing'],
    ],
    ['1 breach 2 device:d-1', '15 -'],
  ],
  [
    'passMisuse',
    gate,
    [
      ['12:01', 'tailgating'],
      ['12:30', 'reversePassing'],
    ],
    ['1 breach 3 device:d-1', '11 -', '30 breach 3 device:d-1', '40 -'],
  ],
  ['foreignShell', gate, [['12:01', 'foreignShell']], ['1 breach 2 device:d-1', '61 -']],
  [
    'eventsUnread',
    gate,
    [
      ['12:01', 'unknownCode'],
      ['12:02', 'eventUnreadable'],
    ],
    ['1 breach 3 device:d-1', '62 -'],
  ],
  [
    'otherAlarm',
    gate,
    [
      ['12:01', 'waterInTheCellar'],
      ['12:05', 'tamper'],
      ['12:09', 'waterInTheCellar', false],
    ],
    ['1 breach 3 device:d-1', '9 -'],
  ],
];

const noticed: readonly (readonly [RuleId, readonly (readonly [string, Record<string, unknown>])[], readonly string[]])[] = [
  [
    'configRefused',
    [
      ['12:01', { notice: 'configRefused', detail: 'two devices of one id' }],
      ['12:20', { notice: 'configReloaded' }],
    ],
    ['1 breach 3 agent:agent-a', '20 -'],
  ],
  ['agentClockJump', [['12:01', { notice: 'clockJump', deltaMs: -90_000 }]], ['1 breach 3 agent:agent-a', '61 -']],
  [
    'healthDropped',
    [['12:01', { notice: 'dropped', stream: 'health', first: 5, last: 9 }]],
    ['1 breach 3 agent:agent-a', '61 -'],
  ],
];

describe('a timeline', () => {
  test.each(lines)('%s of %o: %j', (rule, device, sayings, wanted) => {
    expect(timeline(rule, device, sayings)).toEqual(wanted);
  });

  test.each(noticed)('%s', (rule, notices, wanted) => {
    const drawn = new SampleWorld().agent('agent-a').device('d-1');
    const watch = watching(rule);
    const seen: string[] = [];
    let before = '';
    for (let now = at('12:00'); now <= at('14:00'); now = epochMs(now + minuteMs)) {
      for (const [clock, line] of notices)
        if (at(clock) === now) watch.event({ ...lineOf('agentNotice', '', line, now), deviceId: null }, drawn.world, now);
      const found = told(watch.look(drawn.world, now));
      if (found !== before) seen.push(`${(now - at('12:00')) / minuteMs} ${found === '' ? '-' : found}`);
      before = found;
    }
    expect(seen).toEqual(wanted);
  });

  test('each rule of this family has one', () => {
    const told = new Set([...lines, ...noticed].map(([rule]) => rule));
    expect([selfRules.length, selfRules.filter(({ id }) => !told.has(id))]).toEqual([21, []]);
  });
});

describe('a word of a device', () => {
  const now = at('12:05');
  const drawn = (more: Partial<DeviceFact> = {}) => new SampleWorld().agent('agent-a').device('d-1', { ...gate, ...more });
  const says = (rule: RuleId, world: SampleWorld, when: EpochMs, alarm = 'readerOffline') => {
    const watch = watching(rule);
    watch.event(alarmOf('d-1', alarm, true, when), world.world, now);
    return watch;
  };

  test.each([
    ['of a device that is not heard', { state: 'offline' }, 'unknown 2 device:d-1'],
    ['of one in maintenance', { maintenance: true }, ''],
    ['of one that is switched off', { state: 'disabled' }, ''],
    ['of one that works', {}, 'breach 2 device:d-1'],
  ] as const)('%s', (_what, more, wanted) => {
    const world = drawn(more);
    expect(told(says('readerOffline', world, at('12:00')).look(world.world, now))).toBe(wanted);
  });

  test('that comes late does not begin again what is over', () => {
    const world = drawn();
    const watch = says('readerOffline', world, at('12:00'));
    watch.event(alarmOf('d-1', 'readerOffline', false, at('12:03')), world.world, now);
    watch.event(alarmOf('d-1', 'readerOffline', true, at('12:01')), world.world, now);
    expect(watch.look(world.world, now)).toEqual([]);
  });

  test('of a device that nobody knows, or without a name, is none', () => {
    const world = drawn();
    const watch = watching('otherAlarm');
    watch.event(alarmOf('stranger', 'x', true, now), world.world, now);
    watch.event(lineOf('deviceAlarm', 'd-1', { active: true }, now), world.world, now);
    watch.event(lineOf('door', 'd-1', { alarm: 'x', active: true }, now), world.world, now);
    expect(watch.look(world.world, now)).toEqual([]);
  });

  test('whose end never comes is over after its hours, and a new one counts anew', () => {
    const world = drawn();
    const watch = says('networkLost', world, at('00:00'), 'networkLost');
    const day = epochMs(at('00:00') + 24 * hourMs);
    expect([watch.look(world.world, epochMs(day - 1)).length, watch.look(world.world, day).length]).toEqual([1, 0]);
    watch.event(alarmOf('d-1', 'networkLost', true, day), world.world, day);
    expect(watch.look(world.world, day)[0]?.reason.values['minutes']).toBe(0);
  });

  test('as many names of a device as the limit, no more', () => {
    const world = drawn({ kind: 'network' });
    const watch = watching('portDown');
    for (let no = 1; no <= namesPerDeviceMax + 1; no++)
      watch.event(alarmOf('d-1', `port${String(no).padStart(3, '0')}Down`, true, now), world.world, now);
    const [finding] = watch.look(world.world, now);
    expect([finding?.reason.values['count'], String(finding?.reason.values['ports']).startsWith('1 2 3 ')]).toEqual([
      namesPerDeviceMax,
      true,
    ]);
  });

  test('is told with the ports, or the sums, in both languages', () => {
    const world = drawn();
    const watch = watching('totalsDiffer');
    const detail = 'batch 7: terminal 900 fen in 3; collected 600 fen in 2';
    watch.event(lineOf('deviceAlarm', 'd-1', { alarm: 'totalsDiffer', active: true, detail }, at('12:00')), world.world, now);
    const [finding] = watch.look(world.world, now);
    if (finding === undefined) throw new Error('finds nothing');
    for (const language of ['zh', 'en'] as const) expect(reasonWords(finding.reason, language).text).toContain(detail);
  });
});
