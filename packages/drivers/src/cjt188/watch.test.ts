import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { ValveState } from './data.core.ts';
import { type MeterEvent, type MeterWatch, meterStep, newMeterWatch } from './watch.step.ts';

const read = (litres: number | undefined, valve: ValveState = 'open', batteryLow = false): MeterEvent => ({
  type: 'read',
  litres,
  valve,
  batteryLow,
  leakLitres: 20,
});
const order = (valve: 'open' | 'closed'): MeterEvent => ({ type: 'ordered', valve, motorMs: 10_000 });

/** at seconds, event -> alarms that begin (+) or end (-). */
type Row = readonly [atS: number, event: MeterEvent, effects: string];

const timelines: Readonly<Record<string, readonly Row[]>> = {
  'battery low begins and ends once': [
    [0, read(1, 'open', true), '+batteryLow'],
    [60, read(1, 'open', true), ''],
    [120, read(1, 'open'), '-batteryLow'],
  ],
  'a counter that runs backwards, until it passed where it was': [
    [0, read(100), ''],
    [60, read(90), '+meterBackwards'],
    [120, read(95), ''],
    [180, read(undefined), ''],
    [240, read(100), '-meterBackwards'],
  ],
  'water through a closed valve': [
    [0, read(100), ''],
    [60, read(105, 'closed'), ''],
    [120, read(125, 'closed'), ''],
    [180, read(126, 'closed'), '+leak'],
    [240, read(200, 'closed'), ''],
    [300, read(210, 'open'), '-leak'],
    [360, read(900, 'open'), ''],
  ],
  'an order that is obeyed in time is no alarm': [
    [0, order('closed'), ''],
    [5, read(1, 'open'), ''],
    [9, read(1, 'closed'), ''],
    [60, read(1, 'closed'), ''],
  ],
  'an order that is not obeyed is a stuck valve, until it is': [
    [0, order('closed'), ''],
    [5, read(1, 'open'), ''],
    [10, read(1, 'open'), '+valveStuck'],
    [60, read(1, 'open'), ''],
    [90, read(1, 'closed'), '-valveStuck'],
  ],
  'a meter that says abnormal is stuck; unknown bits say nothing': [
    [0, read(1, 'abnormal'), '+valveStuck'],
    [60, read(1, 'unknown'), ''],
    [120, read(1, 'open'), '-valveStuck'],
  ],
};

describe('meter watch', () => {
  test.each(Object.entries(timelines))('%s', (_, rows) => {
    let state: MeterWatch = newMeterWatch;
    for (const [atS, event, expected] of rows) {
      const [next, effects] = meterStep(state, event, epochMs(1_000 * atS));
      state = next;
      expect(`${atS} ${effects.map(({ alarm, active }) => (active ? '+' : '-') + alarm).join(' ')}`).toBe(`${atS} ${expected}`);
    }
  });

  test('every timeline was played', () => {
    expect(Object.keys(timelines)).toHaveLength(6);
  });
});
