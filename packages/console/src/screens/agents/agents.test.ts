import { describe, expect, test } from 'vitest';
import { device } from '../../test-data/dto.ts';
import { devicesOn, linesOf, shareText } from './lines.core.ts';

const line = (name: string, change: object = {}) => ({
  line: name,
  utilisationPct: 0,
  requests: 0,
  timeouts: 0,
  crcErrors: 0,
  noiseBytes: 0,
  lateFrames: 0,
  ...change,
});

describe('lines of an agent', () => {
  test('are one by name, in the order of their numbers', () => {
    const lines = linesOf([
      line('bus-10'),
      line('bus-2', { requests: 90, timeouts: 3, utilisationPct: 4 }),
      line('bus-2', { requests: 10, crcErrors: 1, lateFrames: 1, utilisationPct: 7 }),
    ]);
    expect(lines.map((one) => one.line)).toEqual(['bus-2', 'bus-10']);
    expect(lines[0]).toMatchObject({
      connections: 2,
      requests: 100,
      timeoutShare: 0.03,
      errorShare: 0.02,
      utilisationPct: 7,
      silent: false,
    });
  });

  test('that were asked nothing are silent, not well', () => {
    expect(linesOf([line('lan')])[0]).toMatchObject({ silent: true, timeoutShare: null, errorShare: null });
  });

  test('name the devices that are not well first', () => {
    const devices = [
      device({ deviceId: 'a', name: '1 号', line: 'x' }),
      device({ deviceId: 'b', name: '10 号', line: 'x', state: 'offline' }),
      device({ deviceId: 'c', name: '2 号', line: 'x' }),
      device({ deviceId: 'd', name: '3 号', line: 'y' }),
    ];
    expect(devicesOn(devices, 'x').map(({ deviceId }) => deviceId)).toEqual(['b', 'a', 'c']);
  });
});

test.each([
  [0, '0'],
  [0.0004, '< 0.1 %'],
  [0.0123, '1.2 %'],
  [1, '100 %'],
])('%f is %s', (share, text) => {
  expect(shareText(share)).toBe(text);
});
