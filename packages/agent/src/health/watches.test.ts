import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type BusLook, type BusWatch, busStep, newBusWatch } from './bus-watch.step.ts';
import { type ShowerEvent, type ShowerWatch, newShowerWatch, showerStep } from './shower-watch.step.ts';

const told = (effects: readonly { readonly alarm: string; readonly active: boolean }[]): string =>
  effects.map(({ alarm, active }) => (active ? '+' : '-') + alarm).join(' ');

/** `1` answers, `.` is silent; stations a, b, c… in the order of the line. */
const look = (stations: string, requests = 0, crcErrors = 0): BusLook => ({
  stations: stations.split('').map((mark, index) => ({ deviceId: String.fromCharCode(97 + index), answering: mark === '1' })),
  requests,
  crcErrors,
});

type BusRow = readonly [atMin: number, look: BusLook, effects: string];

const busTimelines: Readonly<Record<string, readonly BusRow[]>> = {
  'more than 2 of 100 damaged, until at most 1': [
    [0, look('11', 99, 50), ''],
    [1, look('11', 1, 0), '+busErrorRate'],
    [2, look('11', 100, 2), ''],
    [3, look('11', 100, 1), '-busErrorRate'],
  ],
  'exactly 2 of 100 is no alarm': [[0, look('11', 100, 2), '']],
  'three neighbours one after the other': [
    [0, look('111111'), ''],
    [5, look('1.1111'), ''],
    [10, look('1..111'), ''],
    [15, look('1...11'), '+busSegment'],
    [20, look('1...11'), ''],
    [25, look('1.1.11'), '-busSegment'],
  ],
  'three that are no neighbours': [
    [0, look('111111'), ''],
    [5, look('.1.1.1'), ''],
  ],
  'three neighbours over hours': [
    [0, look('11111'), ''],
    [5, look('.1111'), ''],
    [100, look('..111'), ''],
    [200, look('...11'), ''],
  ],
  'neighbours that never answered were never there': [
    [0, look('...11'), ''],
    [5, look('...11'), ''],
  ],
  'a line of which nothing answers is its parent’s fault': [
    [0, look('111'), ''],
    [5, look('...'), ''],
    [6, look('111'), ''],
  ],
  'a line without stations': [[0, look(''), '']],
};

describe('bus watch', () => {
  test.each(Object.entries(busTimelines))('%s', (_, rows) => {
    let state: BusWatch = newBusWatch;
    for (const [atMin, seen, expected] of rows) {
      const [next, effects] = busStep(state, seen, epochMs(60_000 * atMin));
      state = next;
      expect(`${atMin} ${told(effects)}`).toBe(`${atMin} ${expected}`);
    }
  });

  test('the segment is named, and told of its first station', () => {
    const [before] = busStep(newBusWatch, look('1111'), epochMs(0));
    const [, effects] = busStep(before, look('1...'), epochMs(60_000));
    expect(effects).toEqual([
      { alarm: 'busSegment', active: true, deviceId: 'b', detail: 'fell silent one after the other: b, c, d' },
    ]);
  });
});

const points = (values: Readonly<Record<string, boolean>>): ShowerEvent => ({
  type: 'points',
  values: new Map(Object.entries(values)),
  unreleasedAfterMs: 30 * 60_000,
});
const record = (kind: string, sessionRef: number): ShowerEvent => ({ type: 'record', kind, sessionRef });

type ShowerRow = readonly [atS: number, event: ShowerEvent, effects: string];

const showerTimelines: Readonly<Record<string, readonly ShowerRow[]>> = {
  'a valve that does not follow for 30 s': [
    [0, points({ valveCommand: true, valveOpen: false }), ''],
    [29, points({ valveCommand: true, valveOpen: false }), ''],
    [30, points({ valveCommand: true, valveOpen: false }), '+valveStuck'],
    [40, points({ valveCommand: true, valveOpen: true }), '-valveStuck'],
  ],
  'water without a session for a minute': [
    [0, points({ flowPresent: true, sessionRunning: true }), ''],
    [10, points({ flowPresent: true, sessionRunning: false }), ''],
    [69, points({ flowPresent: true, sessionRunning: false }), ''],
    [70, points({ flowPresent: true, sessionRunning: false }), '+leak'],
    [80, points({ flowPresent: false, sessionRunning: false }), '-leak'],
  ],
  'what the controller says of itself': [
    [0, points({ tamper: true, supplyLow: true }), '+tamper +supplyLow'],
    [5, points({ tamper: true, supplyLow: true }), ''],
    [10, points({ tamper: false, supplyLow: true }), '-tamper'],
  ],
  'points that a model does not have say nothing': [
    [0, points({}), ''],
    [600, points({ valveCommand: true, flowPresent: true }), ''],
  ],
  'a hold that is released is no alarm': [
    [0, record('waterHold', 7), ''],
    [60, record('waterContinue', 7), ''],
    [100, record('waterRelease', 7), ''],
    [4_000, points({}), ''],
  ],
  'a hold without a release after 30 min from its last record, told once, ended by the next release': [
    [0, record('waterHold', 7), ''],
    [600, record('waterContinue', 7), ''],
    [2_399, points({}), ''],
    [2_400, points({}), '+unreleasedSession'],
    [2_500, points({}), ''],
    [2_600, record('waterHold', 8), ''],
    [2_700, record('waterRelease', 8), '-unreleasedSession'],
  ],
};

describe('shower watch', () => {
  test.each(Object.entries(showerTimelines))('%s', (_, rows) => {
    let state: ShowerWatch = newShowerWatch;
    for (const [atS, event, expected] of rows) {
      const [next, effects] = showerStep(state, event, epochMs(1_000 * atS));
      state = next;
      expect(`${atS} ${told(effects)}`).toBe(`${atS} ${expected}`);
    }
  });

  test('open sessions are bounded: the 65th pushes out the oldest', () => {
    let state: ShowerWatch = newShowerWatch;
    for (let ref = 1; ref <= 65; ref++) [state] = showerStep(state, record('waterHold', ref), epochMs(0));
    expect([state.open.size, state.open.has(1), state.open.has(2)]).toEqual([64, false, true]);
  });
});
