import { learn } from '../../words/say.ts';
import type { DeviceDto, ReadingDto } from '@cardwatch/contracts/api';
import { describe, expect, test } from 'vitest';
import { reading } from '../../test-data/dto.ts';
import { factKeys } from './fact-keys.core.ts';
import { portState, portsOf } from './ports.core.ts';
import { pointWord, readingText } from './reading-text.ts';

await learn('en');

const at = (point: string, value: ReadingDto['value'], observedAt = 1): ReadingDto => reading({ point, value, observedAt });

describe('the facts of a device', () => {
  const keys = (kind: DeviceDto['kind'], told: readonly string[]) => factKeys(kind, (key) => told.includes(key)).join(' ');

  test.each([
    ['network', [], 'model lastSeen rtt'],
    ['network', ['serial', 'freeRecords', 'listVersion'], 'model serial lastSeen rtt'],
    ['gate', ['busErrors', 'listVersion'], 'model firmware serial lastSeen lastEventAt lastEventNo drift discardedParts'],
    ['meter', ['drift', 'uncollected'], 'model serial lastSeen uncollected drift'],
    [
      'pos',
      ['discardedParts'],
      'model lastSeen lastRecordAt lastRecordNo uncollected freeRecords listVersion parameterVersion sellingOffline drift',
    ],
    ['other', ['lastRecordNo'], 'model lastSeen lastRecordNo'],
  ] as const)('%s, told %j', (kind, told, expected) => {
    expect(keys(kind, told)).toBe(expected);
  });
});

describe('the ports of a switch', () => {
  test('are one each, in their order, and leave all other points alone', () => {
    const readings = [
      at('port12In', 1),
      at('uptime', 5),
      at('port02Oper', 'up', 7),
      at('port02Mac', '02:00:5e:00:00:01', 9),
      at('port02Colour', 'red'),
      at('portfolio', 3),
    ];
    const { ports, others } = portsOf(readings);
    expect(ports.map(({ no, readings: found, observedAt }) => [no, [...found.keys()].join(' '), observedAt])).toEqual([
      [2, 'Oper Mac', 9],
      [12, 'In', 1],
    ]);
    expect(others.map(({ point }) => point)).toEqual(['uptime', 'port02Colour', 'portfolio']);
  });

  test.each([
    [[at('port01Oper', 'up')], 'up'],
    [[at('port01Oper', 'up'), at('port01Admin', 'down')], 'off'],
    [[at('port01Oper', 'lowerLayerDown'), at('port01Admin', 'up')], 'down'],
    [[at('port01Oper', 'unknown')], 'unknown'],
    [[at('port01Oper', null)], 'unknown'],
    [[at('port01In', 4)], 'unknown'],
  ] as const)('are told by what was read: case %#', (readings, expected) => {
    expect(portsOf(readings).ports.map(portState)).toEqual([expected]);
  });
});

test.each([
  ['power', 'ACPowerSupply', '市电', 'mains'],
  ['contact', 'Closed', '关', 'closed'],
  ['lock', 'Locked', '锁闭', 'locked'],
  ['state', 'locked', '锁定', 'locked'],
  ['doorTamper', 'NotInTamper', '正常', 'not tampered'],
  ['model', 'Somewhat New', 'Somewhat New', 'Somewhat New'],
] as const)('%s %s is said as a person says it', (point, value, zh, en) => {
  const texts = (['zh', 'en'] as const).map((language) => readingText({ point, value, unit: '' }, language).value);
  expect(texts).toEqual([zh, en]);
});

test('a point has its word, or its own name', () => {
  expect([pointWord('doorContact', 'zh'), pointWord('newPoint', 'en')]).toEqual(['门磁', 'newPoint']);
});
