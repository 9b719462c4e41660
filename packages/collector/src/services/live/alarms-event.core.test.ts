import { alarmsPerEvent } from '@cardwatch/contracts/api';
import type { Alarm } from '@cardwatch/contracts/watch';
import { expect, test } from 'vitest';
import { alarmsEvent } from './alarms-event.core.ts';

const alarms = (count: number, devices = 1): readonly Alarm[] =>
  Array.from({ length: count }, (_, n) => ({ alarmId: `a${n}`, devices: Array(devices).fill('d') }) as unknown as Alarm);
const carried = (changed: readonly Alarm[]): number | null => {
  const event = alarmsEvent(changed);
  return event.type === 'alarms' ? (event.alarms?.length ?? null) : -1;
};

test.each([
  ['each alarm once', [...alarms(3), ...alarms(2)], 3],
  ['as many as fit', alarms(alarmsPerEvent), alarmsPerEvent],
  ['none of more: lists are read again', alarms(alarmsPerEvent + 1), null],
  ['none that name more devices than fit', alarms(6, 1_000), null],
  ['some that name as many as fit', alarms(5, 1_000), 5],
] as const)('an event carries %s', (_what, changed, expected) => {
  expect(carried(changed)).toBe(expected);
});

test('an alarm that changed twice is told as it is last', () => {
  const [first, last] = [alarms(1), alarms(1, 2)];
  expect(alarmsEvent([...first, ...last])).toEqual({ type: 'alarms', alarms: last });
});
