import type { RuleTiming } from '@cardwatch/contracts/watch';
import { epochMs } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type ConditionState, conditionAtStart, conditionStep, type Looked } from './condition.step.ts';
import { calm, scorePct, withChange } from './flapping.core.ts';
import { lookGapMsMax, steadyAt, steadyStep } from './steady.core.ts';

const start = epochMs(1_790_000_000_000);
const timing: RuleTiming = { raiseAfterMs: 30_000, clearAfterMs: 60_000, nOfM: null };
const atOnce: RuleTiming = { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null };

/** Rows `at grade -> condition effects`, at in seconds; the state goes through JSON before each look, as a restart would take it. */
function play(rules: RuleTiming, table: string): void {
  let state: ConditionState = conditionAtStart(start);
  const rows = table.trim().split('\n');
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) {
    const [at, grade, , condition, ...effects] = row.trim().split(/\s+/);
    const steadyMs = Number(at) * 1_000;
    state = JSON.parse(JSON.stringify(state)) as ConditionState;
    const event: Looked = { type: 'looked', grade: grade as Looked['grade'], timing: rules, steadyMs };
    const [next, seen] = conditionStep(state, event, epochMs(start + steadyMs));
    state = next;
    expect(`${at} ${grade} -> ${[next.condition, ...seen.map((effect) => effect.type)].join(' ')}`).toBe(
      `${at} ${grade} -> ${[condition, ...effects].join(' ')}`,
    );
  }
}

describe('durations and hysteresis', () => {
  test('a breach without a break is raised, gone without a break is cleared, the band keeps what is there', () => {
    play(
      timing,
      `0   breach -> pending found
       20  breach -> pending
       25  normal -> cleared dropped
       26  breach -> pending found
       40  band   -> pending
       60  band   -> pending
       61  breach -> active raised
       70  band   -> active
       80  normal -> active
       130 band   -> active
       139 normal -> active
       198 normal -> active
       199 normal -> cleared cleared
       200 band   -> cleared`,
    );
  });

  test('without durations, at once', () => {
    play(
      atOnce,
      `0 breach -> active raised
       1 breach -> active
       2 normal -> cleared cleared
       3 normal -> cleared`,
    );
  });

  test('the same state comes back when nothing changed', () => {
    const look = (grade: Looked['grade'], steadyMs: number): Looked => ({ type: 'looked', grade, timing, steadyMs });
    let state = conditionAtStart(start);
    for (const grade of ['breach', 'normal'] as const)
      for (const steadyMs of [0, 30_000])
        [state] = conditionStep(state, look(grade, steadyMs + (grade === 'normal' ? 31_000 : 0)), start);
    expect(state).toMatchObject({ condition: 'active', goneAt: 31_000 });
    expect(conditionStep(state, look('normal', 62_000), start)[0]).toBe(state);
  });
});

describe('N of M', () => {
  const twoOfThree: RuleTiming = { raiseAfterMs: 0, clearAfterMs: 0, nOfM: { n: 2, m: 3 } };

  test('two of three slots raise, one or two too far apart do not', () => {
    play(
      twoOfThree,
      `0   breach -> pending found
       59  breach -> pending
       60  normal -> pending
       180 normal -> cleared dropped
       200 breach -> pending found
       245 normal -> pending
       310 breach -> active raised
       320 normal -> cleared cleared
       330 breach -> pending found`,
    );
  });
});

describe('unknown', () => {
  test('what cannot be heard is neither raised nor cleared, and its time does not count', () => {
    play(
      timing,
      `0   unknown -> cleared
       1   breach  -> pending found
       21  unknown -> unknown lost
       300 unknown -> unknown
       400 breach  -> pending heard
       409 breach  -> pending
       410 breach  -> active raised
       420 normal  -> active
       450 unknown -> unknown lost
       900 normal  -> active heard
       929 normal  -> active
       930 normal  -> cleared cleared`,
    );
  });
});

describe('flapping', () => {
  test('the score weighs newer slots more and fades', () => {
    let flap = calm;
    const seen: number[] = [];
    for (let change = 1; change <= 6; change++) {
      flap = withChange(flap, change * 1_000);
      seen.push(Math.round(scorePct(flap, change * 1_000) * 10) / 10);
    }
    expect(seen).toEqual([5.9, 11.7, 17.4, 23, 28.5, 33.9]);
    expect(scorePct(flap, 6_000 + 20 * 45_000)).toBe(0);
    expect(scorePct(flap, 6_000 + 14 * 45_000)).toBeCloseTo(25.5);
    expect(scorePct(flap, 6_000 + 15 * 45_000)).toBeCloseTo(21);
  });

  test('in at the sixth turn, out after quiet; who was told raised is told that it is over', () => {
    play(
      atOnce,
      `0    breach -> active raised
       10   normal -> cleared cleared
       20   breach -> active raised
       30   normal -> cleared cleared
       40   breach -> active raised
       50   normal -> flapping flapping
       60   breach -> flapping
       70   normal -> flapping
       80   breach -> flapping
       90   normal -> flapping
       300  normal -> flapping
       764  normal -> flapping
       765  normal -> cleared settled
       701  normal -> cleared`,
    );
  });

  test('out into the state that was last announced: nothing to say', () => {
    play(
      atOnce,
      `0    breach -> active raised
       10   normal -> cleared cleared
       20   breach -> active raised
       30   normal -> cleared cleared
       40   breach -> active raised
       50   normal -> flapping flapping
       60   breach -> flapping
       900  breach -> active calmed
       901  normal -> cleared cleared`,
    );
  });

  test('unknown while flapping freezes the score', () => {
    play(
      atOnce,
      `0    breach -> active raised
       10   normal -> cleared cleared
       20   breach -> active raised
       30   normal -> cleared cleared
       40   breach -> active raised
       50   normal -> flapping flapping
       60   unknown -> unknown lost
       5000 normal -> flapping heard
       5010 normal -> flapping
       5900 normal -> cleared settled`,
    );
  });
});

describe('steady time', () => {
  test('counts on, but not back, nor far ahead', () => {
    let steady = steadyAt(start);
    const seen: number[] = [];
    for (const offset of [
      1_000,
      2_000,
      -3_600_000,
      -3_599_000,
      7_200_000,
      7_201_000,
      7_201_000 + lookGapMsMax,
      7_201_001 + 2 * lookGapMsMax,
    ]) {
      steady = steadyStep(steady, epochMs(start + offset));
      seen.push(steady.steadyMs);
    }
    expect(seen).toEqual([1_000, 2_000, 2_000, 3_000, 3_000, 4_000, 64_000, 64_000]);
  });
});
