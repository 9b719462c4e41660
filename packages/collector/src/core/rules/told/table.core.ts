/** Every alarm that a device can report of itself and that no other rule answers, by its meaning (domain 3.5 N-1 to N-3, ops-peers 4). */
import { minuteMs, secondMs } from '@cardwatch/kernel';
import type { DeviceFact } from '../../world/world.core.ts';
import type { AnyRule } from '../rule.core.ts';
import { moment, standing, type ToldRow } from './told.core.ts';

const oneOf = (...names: readonly string[]): ToldRow['alarms'] => {
  const known = new Set(names);
  return (alarm) => known.has(alarm);
};
const isNetwork = ({ kind }: DeviceFact): boolean => kind === 'network';
const isNoNetwork = (device: DeviceFact): boolean => !isNetwork(device);
const settleMs = 15 * secondMs;
/** Devices whose end of an alarm is told hold it a week; those that may never tell it, a day. */
const [week, day] = [168, 24] as const;

/** Answered by rules that also look at doors, points, states or records; `unreleasedSession` by `unrefunded`, by its share: each forgotten tap would be noise. */
export const answeredElsewhere: ReadonlySet<string> = new Set([
  'tamper',
  'forced',
  'duress',
  'heldOpen',
  'fire',
  'leak',
  'valveStuck',
  'meterBackwards',
  'storeNearlyFull',
  'accountLocked',
  'identityChanged',
  'busErrorRate',
  'busSegment',
  'unreleasedSession',
]);

const portDown = (alarm: string): boolean => /^port\d{2,4}Down$/.test(alarm);
const poeFault = (alarm: string): boolean => /^port\d{2,4}PoeFault$/.test(alarm) || alarm === 'poeFault';

const power = ['powerLost', 'onBattery', 'onBypass', 'batteryLow'];
const parts = ['motorFault', 'doorFault', 'busFault', 'hardwareFailure'];
const crossings = ['tailgating', 'reversePassing', 'passTimeout'];
const breakIns = ['climbing', 'intrusion'];
const riddles = ['eventUnreadable', 'unknownCode', 'unknown'];
const single = [
  'supplyLow',
  'readerOffline',
  'cameraFault',
  'networkLost',
  'totalsDiffer',
  'relayNotKept',
  'foreignShell',
  'restarted',
  'watchdogReset',
];
const known = new Set([...answeredElsewhere, ...power, ...parts, ...crossings, ...breakIns, ...riddles, ...single]);

/** A name of a profile to come: told rather than passed over. */
const isOther = (alarm: string): boolean => !known.has(alarm) && !portDown(alarm) && !poeFault(alarm);

const N1 = '3.5 N-1';
const N2 = '3.5 N-2';
const N3 = '3.5 N-3';
const ms = { raiseAfterMs: settleMs, clearAfterMs: settleMs };

export const toldRules: readonly AnyRule[] = [
  standing({ id: 'totalsDiffer', source: `${N1}, R-1`, alarms: oneOf('totalsDiffer'), level: 2, holdHours: week, detail: true }),
  standing({ id: 'relayNotKept', source: N1, alarms: oneOf('relayNotKept'), level: 2, holdHours: week, detail: true }),
  standing({ id: 'upsAlarm', source: '3.5', alarms: oneOf(...power), of: isNetwork, level: 2, holdHours: week, ...ms }),
  standing({
    id: 'powerLost',
    source: '3.5',
    alarms: oneOf('powerLost', 'onBattery', 'onBypass'),
    of: isNoNetwork,
    level: 3,
    holdHours: day,
    ...ms,
  }),
  standing({ id: 'batteryLow', source: N3, alarms: oneOf('batteryLow'), of: isNoNetwork, level: 3, holdHours: week }),
  standing({ id: 'supplyLow', source: N3, alarms: oneOf('supplyLow'), level: 3, holdHours: week, ...ms }),
  standing({ id: 'readerOffline', source: N2, alarms: oneOf('readerOffline'), level: 2, holdHours: week, ...ms }),
  standing({ id: 'cameraFault', source: N2, alarms: oneOf('cameraFault'), level: 3, holdHours: week, ...ms }),
  standing({ id: 'hardwareFault', source: N2, alarms: oneOf(...parts), level: 2, holdHours: day, ...ms }),
  standing({ id: 'networkLost', source: N2, alarms: oneOf('networkLost'), level: 3, holdHours: day, ...ms }),
  standing({ id: 'portDown', source: '3.5, N-4', alarms: portDown, level: 3, holdHours: week, ...ms }),
  standing({ id: 'poeFault', source: '3.5, N-4', alarms: poeFault, level: 2, holdHours: week, ...ms }),
  moment({ id: 'deviceRestarted', source: '3.5', alarms: oneOf('restarted', 'watchdogReset'), level: 3, holdMinutes: 30 }),
  moment({ id: 'intrusion', source: N2, alarms: oneOf(...breakIns), level: 2, holdMinutes: 10 }),
  moment({ id: 'passMisuse', source: N2, alarms: oneOf(...crossings), level: 3, holdMinutes: 10 }),
  moment({ id: 'foreignShell', source: 'V-3', alarms: oneOf('foreignShell'), level: 2, holdMinutes: 60 }),
  moment({ id: 'eventsUnread', source: '8', alarms: oneOf(...riddles), level: 3, holdMinutes: 60 }),
  standing({ id: 'otherAlarm', source: '3.5', alarms: isOther, level: 3, holdHours: day, clearAfterMs: minuteMs }),
];
