import type { ImportantEvent, MaintenanceWindow } from '@cardwatch/contracts/watch';
import { dayMs, epochMs, hourMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { intersect, lengthMs, subtract, union } from './span.core.ts';
import { activeAt, covers, eventsAt, maintenanceAt, occurrences, occurrencesMax } from './windows.core.ts';

const start = 1_795_392_000_000;
const at = (hours: number) => epochMs(start + hours * hourMs);
const span = (from: number, to: number) => ({ from: at(from), to: at(to) });
const window = (more: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  windowId: '00000000-0000-4000-8000-000000000001',
  name: '交换机升级',
  from: at(0),
  to: at(2),
  weekly: true,
  until: null,
  subjects: ['main/canteen-3', 'sw-07'],
  reason: '固件',
  createdBy: 'wang',
  endedAt: null,
  ...more,
});
const event = (more: Partial<ImportantEvent> = {}): ImportantEvent => ({
  eventId: '00000000-0000-4000-8000-000000000002',
  name: '开学迎新',
  from: at(0),
  to: at(48),
  areas: ['main/canteen-3'],
  vip: false,
  freeze: true,
  ...more,
});

describe('maintenance windows', () => {
  test.each([
    // window                           hours     active
    ['once, before', { weekly: false }, -1, false],
    ['once, first instant', { weekly: false }, 0, true],
    ['once, at its end', { weekly: false }, 2, false],
    ['once, a week later', { weekly: false }, 168, false],
    ['weekly, before the first', {}, -167, false],
    ['weekly, third time', {}, 2 * 168 + 1, true],
    ['weekly, between', {}, 2 * 168 + 3, false],
    ['weekly, past until', { until: at(168) }, 169, false],
    ['weekly, until cuts the third short', { until: at(2 * 168 + 1) }, 2 * 168 + 1, false],
    ['weekly, ended early', { endedAt: at(1) }, 1, false],
    ['weekly, not yet ended', { endedAt: at(1) }, 0, true],
    ['weekly, longer than a week', { to: at(200) }, 190, true],
  ])('%s', (_, more, hours, active) => {
    expect(activeAt(window(more), at(hours))).toBe(active);
  });

  test('hold for what lies in them, by whole names', () => {
    const windows = [window()];
    const names = (...of: string[]) => maintenanceAt(windows, of, at(1)).length;
    expect([names('pos-1', 'main/canteen-3/hall'), names('pos-1', 'main/canteen-31'), names('sw-07'), names('main')]).toEqual([
      1, 0, 1, 0,
    ]);
    expect(covers(['main'], ['main/canteen-3'])).toBe(true);
  });

  test('are listed to a limit', () => {
    expect(occurrences(window(), at(0), epochMs(at(0) + 3 * 7 * dayMs))).toHaveLength(3);
    expect(occurrences(window(), at(0), epochMs(at(0) + 3 * 7 * dayMs + 1))).toHaveLength(4);
    expect(occurrences(window(), at(0), epochMs(at(0) + 7 * dayMs * occurrencesMax))).toHaveLength(occurrencesMax);
    expect(occurrences(window(), at(0), epochMs(at(0) + 7 * dayMs * (occurrencesMax + 5)))).toHaveLength(occurrencesMax);
  });
});

describe('important events', () => {
  test('hold in their areas until they end by themselves; without areas everywhere', () => {
    const held = (more: Partial<ImportantEvent>, name: string, hours: number) =>
      eventsAt([event(more)], [name], at(hours)).length;
    expect(held({}, 'main/canteen-3/hall', 47)).toBe(1);
    expect(held({}, 'main/canteen-3/hall', 48)).toBe(0);
    expect(held({}, 'main/dorm-1', 1)).toBe(0);
    expect(held({ areas: [] }, 'main/dorm-1', 1)).toBe(1);
  });
});

describe('spans', () => {
  test('union, intersection and difference', () => {
    expect(union([span(3, 4), span(0, 1), span(1, 2), span(5, 5)])).toEqual([span(0, 2), span(3, 4)]);
    expect(intersect([span(0, 4), span(6, 9)], [span(3, 7), span(8, 12)])).toEqual([span(3, 4), span(6, 7), span(8, 9)]);
    expect(subtract([span(0, 10)], [span(2, 3), span(5, 12), span(2, 4)])).toEqual([span(0, 2), span(4, 5)]);
    expect(subtract([span(0, 2)], [])).toEqual([span(0, 2)]);
    expect(lengthMs([span(0, 2), span(1, 3)])).toBe(3 * hourMs);
  });
});
