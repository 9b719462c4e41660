import type { DeviceDto } from '@cardwatch/contracts/api';
import { dayMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { device } from '../../test-data/dto.ts';
import { newestLists } from '../devices/newest.core.ts';
import { hourMarks, placeIn, ribbonLimits, ribbonParts } from './ribbon.core.ts';
import { versionsOf } from './versions.core.ts';
import { type MaintenanceWindow, namesOf, spansOf, windowsOf } from './windows.core.ts';

const from = Date.UTC(2026, 10, 22, 16);
const whole = { from, to: from + dayMs };
const state = (minutes: readonly [number, number], name: string, cause: string | null = null) => ({
  from: from + minutes[0] * minuteMs,
  to: from + minutes[1] * minuteMs,
  state: name,
  cause,
});

describe('the ribbon', () => {
  test('joins what did not change, and says what lay upstream', () => {
    const states = [
      state([0, 60], 'online'),
      state([60, 90], 'online'),
      state([90, 100], 'offline', 'unreachableParent'),
      state([100, 130], 'offline', 'noReply'),
      state([130, 1_440], 'asleep'),
    ];
    const parts = ribbonParts({ ...whole, states });
    expect(parts.map((part) => [part.state, part.upstream, (part.to - part.from) / minuteMs])).toEqual([
      ['online', false, 90],
      ['offline', true, 10],
      ['offline', false, 30],
      ['unknown', false, 1_310],
    ]);
  });

  test('shows the worst of each five minutes when a device flapped all day', () => {
    const states = Array.from({ length: 1_440 }, (_, n) => state([n, n + 1], n < 720 && n % 2 === 0 ? 'offline' : 'online'));
    const parts = ribbonParts({ ...whole, states });
    expect(parts.length).toBeLessThanOrEqual(dayMs / ribbonLimits.slotMs);
    expect(parts.map((part) => [part.state, (part.to - part.from) / hourMs])).toEqual([
      ['offline', 12],
      ['online', 12],
    ]);
  });

  test.each([
    [
      { from, to: from + 6 * hourMs },
      { left: 0, width: 25 },
    ],
    [
      { from: from - hourMs, to: from + 12 * hourMs },
      { left: 0, width: 50 },
    ],
    [
      { from: from + 23 * hourMs, to: from + 30 * hourMs },
      { left: 95.83, width: 4.17 },
    ],
  ])('%j stands at %j', (span, place) => {
    expect(placeIn(span, whole)).toEqual(place);
  });

  test('is marked at full hours of Shanghai', () => {
    const late = { from: from + 30 * minuteMs, to: from + 30 * minuteMs + dayMs };
    expect(hourMarks(late, 4 * hourMs, 8 * hourMs).map((at) => (at - from) / hourMs)).toEqual([4, 8, 12, 16, 20, 24]);
  });
});

const window = (change: Partial<MaintenanceWindow>): MaintenanceWindow => ({
  windowId: '00000000-0000-4000-8000-000000000000',
  name: '换阀',
  from: from + hourMs,
  to: from + 2 * hourMs,
  weekly: false,
  until: null,
  subjects: ['d-1'],
  reason: '换阀',
  createdBy: 'zhang.gong',
  endedAt: null,
  ...change,
});

describe('maintenance windows', () => {
  const one = device({
    deviceId: 'd-1',
    parents: ['sw-1'],
    place: { campus: '宜宾', building: '一栋', area: '浴室', areaType: 'bathhouse' },
  });

  test.each([
    [['d-1'], 1],
    [['sw-1'], 1],
    [['yb-1'], 1],
    [['宜宾'], 1],
    [['宜宾/一栋'], 1],
    [['宜宾/一栋/浴室'], 1],
    [['宜宾/一栋/浴'], 0],
    [['d-11'], 0],
  ])('of %j cover the device %i times', (subjects, times) => {
    expect(windowsOf([window({ subjects })], one)).toHaveLength(times);
  });

  test('know a device by itself and all above it', () => {
    expect(namesOf(one)).toEqual(['d-1', 'yb-1', 'sw-1', '宜宾', '宜宾/一栋', '宜宾/一栋/浴室']);
  });

  test.each([
    ['once', {}, [1]],
    ['once, long ago', { from: from - 9 * dayMs, to: from - 8 * dayMs }, []],
    ['weekly since long ago', { from: from - 14 * dayMs + hourMs, to: from - 14 * dayMs + 2 * hourMs, weekly: true }, [1]],
    ['weekly, over', { from: from - 14 * dayMs, to: from - 14 * dayMs + hourMs, weekly: true, until: from - dayMs }, []],
    ['ended early', { endedAt: from + 90 * minuteMs }, [0.5]],
  ])('%s', (_what, change, hours) => {
    expect(spansOf(window(change), whole).map((span) => (span.to - span.from) / hourMs)).toEqual(hours);
  });
});

describe('versions', () => {
  const of = (deviceId: string, change: Partial<DeviceDto>): DeviceDto => device({ deviceId, ...change });
  const peers = [
    of('a', { blacklistVersion: 214 }),
    of('b', { blacklistVersion: 217 }),
    of('c', { blacklistVersion: 900, profile: 'another' }),
  ];

  test('are held against the newest of the same model', () => {
    expect(versionsOf(of('a', { blacklistVersion: 214 }), peers)).toEqual({
      list: { own: 214, newest: 217, behind: 3 },
      parameters: { own: null, newest: null, behind: null },
    });
    expect(newestLists(peers)).toEqual(
      new Map([
        ['modbus/cardwatch/ring-shower', 217],
        ['another', 900],
      ]),
    );
  });
});
