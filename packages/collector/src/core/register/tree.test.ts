import type { DeviceId } from '@cardwatch/contracts';
import { expect, test } from 'vitest';
import { emptyRegister, type Register } from './register.core.ts';
import { placeTree } from './tree.core.ts';

const id = (text: string): DeviceId => text as DeviceId;
const declared = (deviceId: string, line = '/dev/ttyUSB0') => ({
  deviceId,
  agentId: 'edge-a',
  line,
  place: { campus: '宜宾', building: '三食堂', area: '一楼' },
});
const shown = (register: Register, ...devices: string[]): string[] =>
  placeTree(
    devices.map((deviceId) => declared(deviceId)),
    register,
  ).map(({ id: node, level, name, devices: count }) => `${'  '.repeat(node.split('/').length - 1)}${level} ${name} ${count}`);

test('what agents declare, a device hangs on its agent and line', () => {
  expect(shown(emptyRegister, 'pos-1', 'pos-2')).toEqual([
    'campus 宜宾 2',
    '  building 三食堂 2',
    '    area 一楼 2',
    '      cluster edge-a 2',
    '        line /dev/ttyUSB0 2',
  ]);
});

test('the register stands before it: zone, cluster and port', () => {
  const register: Register = {
    ...emptyRegister,
    places: [{ deviceId: id('pos-1'), area: '宜宾', zone: '东区', cluster: '一组' }],
    topology: [{ deviceId: id('pos-1'), upstream: [{ name: '', parents: [id('sw-1')] }], port: '7', source: 'person' }],
  };
  expect(shown(register, 'pos-1', 'pos-2')).toEqual([
    'campus 宜宾 2',
    '  building 三食堂 1',
    '    area 一楼 1',
    '      cluster edge-a 1',
    '        line /dev/ttyUSB0 1',
    '  zone 东区 1',
    '    cluster 一组 1',
    '      port sw-1 7 1',
  ]);
});
