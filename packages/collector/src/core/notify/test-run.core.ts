/** The daily test from its hour to its proof: one at a time, at its hour or not that day, kept over a restart. */
import { isOver } from './notice.core.ts';
import { nextTestAt, testAlarmWaitMs, type TestProof } from './test-alarm.core.ts';
import type { Alarm, Notice } from '@cardwatch/contracts/watch';
import { dayMs, hourMs, type EpochMs } from '@cardwatch/kernel';

/** A test that is later than this after its hour waits for the next day: nobody is woken for it. */
export const testLateMsMax = hourMs;

export interface TestRun {
  readonly nextAt: EpochMs;
  /** Under way: what is waited for. */
  readonly running: Pick<Alarm, 'alarmId' | 'foundAt'> | null;
  readonly last: Pick<TestProof, 'alarmId' | 'at' | 'passed' | 'failed'> | null;
}
export const testRunAtStart = (now: EpochMs): TestRun => ({ nextAt: nextTestAt(now), running: null, last: null });

/** `begin`: make the test alarm. `prove`: read its notices; `over` when none is under way any more or its time is up. `wait`: nothing. */
export type TestDue = 'begin' | 'prove' | 'wait';

export function testDue(run: TestRun, underWay: readonly Notice[], now: EpochMs): TestDue {
  const { running } = run;
  if (running !== null) {
    const open = underWay.some((notice) => notice.alarmIds.includes(running.alarmId) && !isOver(notice));
    return open && Math.abs(now - running.foundAt) <= testAlarmWaitMs ? 'wait' : 'prove';
  }
  return now >= run.nextAt && now - run.nextAt <= testLateMsMax ? 'begin' : 'wait';
}

/** A test that was missed, or that a clock has moved far away, is put to its next hour. */
export function rescheduled(run: TestRun, now: EpochMs): TestRun {
  const missed = now - run.nextAt > testLateMsMax;
  const faraway = run.nextAt - now > dayMs;
  return missed || faraway ? { ...run, nextAt: nextTestAt(now) } : run;
}

export const begun = (run: TestRun, { alarmId, foundAt }: Alarm, now: EpochMs): TestRun => ({
  ...run,
  running: { alarmId, foundAt },
  nextAt: nextTestAt(now),
});

export const proved = (run: TestRun, { alarmId, at, passed, failed }: TestProof): TestRun => ({
  ...run,
  running: null,
  last: { alarmId, at, passed, failed },
});
