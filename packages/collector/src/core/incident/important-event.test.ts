import type { Incident } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import { eventsAt } from '../calendar/windows.core.ts';
import { clocksOf } from '../sla/clocks.core.ts';
import { defaultSlaLimits } from '../sla/limits.core.ts';
import { assess } from './assess.core.ts';

/** Monday 2026-11-23, 09:00 in Shanghai. */
const start = Date.UTC(2026, 10, 23, 1);
const at = (hours: number): EpochMs => epochMs(start + hours * hourMs);
const events = [
  {
    eventId: '00000000-0000-4000-8000-000000000001',
    name: '四六级',
    from: at(1),
    to: at(5),
    areas: ['main/hall'],
    vip: false,
    freeze: true,
  },
];
const assessed = (area: string, hours: number) => {
  const [event] = eventsAt(events, [area], at(hours));
  const facts = {
    harm: 'inconvenient',
    affectedUsers: 9,
    expectedUsers: 1_000,
    untilPeakMs: 3 * hourMs,
    hardRule: null,
  } as const;
  return assess({ ...facts, importantEvent: event !== undefined, vip: event?.vip ?? false }, 'watch', at(hours));
};

test.each([
  // at  area           level  because
  [0.9, 'main/hall/a', 3, 'score:4'],
  [1, 'main/hall/a', 2, 'importantEvent'],
  [4.9, 'main/hall', 2, 'importantEvent'],
  [2, 'main/hallway', 3, 'score:4'],
  [5, 'main/hall/a', 3, 'score:4'],
])('at %f h in %s: level %i, %s', (hours, area, level, reason) => {
  expect(assessed(area, hours)).toMatchObject({ level, reason });
});

test('raised by the event: the respond clock is due sooner, from when it was raised; lowered when the event ends', () => {
  const incident = (hours: readonly number[]): Incident => ({
    ...({} as Incident),
    state: 'new',
    openedAt: at(0.9),
    steps: [],
    assessments: hours.map((hour) => assessed('main/hall/a', hour)),
  });
  const respond = (hours: readonly number[], now: number) => {
    const [reading] = clocksOf(incident(hours), { limits: defaultSlaLimits, calendars: [], pace: 1 }, at(now));
    return [reading?.level, (reading?.dueAt ?? 0) - start];
  };
  expect(respond([0.9], 1)).toEqual([3, 0.9 * hourMs + 2 * hourMs]);
  expect(respond([0.9, 1], 1.2)).toEqual([2, hourMs + 30 * minuteMs]);
  expect(respond([0.9, 1, 5], 1.2)[0]).toBe(3);
});
