import type { DeviceDto, LiveEvent } from '@cardwatch/contracts/api';
import { expect, test } from 'vitest';
import { devicesNamed, narrow } from './narrow.core.ts';

const place = (building: string, area?: string): DeviceDto['place'] => ({
  campus: 'main',
  building,
  ...(area === undefined ? {} : { area }),
});
const at = (deviceId: string, where: DeviceDto['place']): DeviceDto => ({ deviceId, place: where }) as DeviceDto;
const reading = (deviceId: string): unknown => ({ deviceId, point: 'a', value: 1 });
const homes = new Map([at('p1', place('b-1', 'hall')), at('p2', place('b-2'))].map((device) => [device.deviceId, device]));
const alarm = (alarmId: string, area: string): unknown => ({ alarmId, campus: area.split('/')[0], area });
const events = [
  { type: 'device', device: at('p1', place('b-1', 'hall')) },
  { type: 'device', device: at('p2', place('b-2')) },
  { type: 'readings', readings: [reading('p1'), reading('p2'), reading('gone')] },
  { type: 'gap', gap: { id: 'g1', deviceId: 'p1' } },
  { type: 'gap', gap: { id: 'g2', deviceId: 'p2' } },
  { type: 'gap', gap: { id: 'g3', deviceId: null } },
  { type: 'agent', agent: {} },
  { type: 'flow', points: [] },
  { type: 'passes', points: [] },
  { type: 'overview', overview: {} },
  { type: 'alarms', alarms: [alarm('a1', 'main/b-1/hall'), alarm('a2', 'main/b-2/'), alarm('a3', 'other/b-1/x')] },
  { type: 'alarms', alarms: null },
  { type: 'resync', reason: 'notKept' },
] as unknown as readonly LiveEvent[];

const inShort = (event: LiveEvent): string => {
  if (event.type === 'device') return event.device.deviceId;
  if (event.type === 'readings') return `readings ${event.readings.map(({ deviceId }) => deviceId).join()}`;
  if (event.type === 'alarms') return `alarms ${event.alarms?.map(({ alarmId }) => alarmId).join() ?? '*'}`;
  return event.type === 'gap' ? event.gap.id : event.type;
};
const sums = ['agent', 'flow', 'passes', 'overview'];
const rest = (...alarms: readonly string[]): readonly string[] => [...sums, ...alarms, 'alarms *', 'resync'];

test.each([
  [null, ['p1', 'p2', 'readings p1,p2,gone', 'g1', 'g2', 'g3', ...rest('alarms a1,a2,a3')]],
  [['main'], ['p1', 'p2', 'readings p1,p2', 'g1', 'g2', 'g3', ...rest('alarms a1,a2')]],
  [['main/b-1'], ['p1', 'readings p1', 'g1', 'g3', ...rest('alarms a1')]],
  [
    ['main/b-1/hall', 'main/b-2'],
    ['p1', 'p2', 'readings p1,p2', 'g1', 'g2', 'g3', ...rest('alarms a1,a2')],
  ],
  [['main/b-3'], ['g3', ...rest()]],
  [[], ['g3', ...rest()]],
])('of a step %j sees %j', (areas, expected) => {
  expect(narrow(events, areas, homes).map(inShort)).toEqual(expected);
});

test('asks for the places of what is named without one', () => {
  expect(devicesNamed(events)).toEqual(['p1', 'p2', 'gone']);
});
