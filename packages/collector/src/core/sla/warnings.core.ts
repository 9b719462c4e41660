/** Warnings at 50, 75 and 90 % of a limit, and the breach. Each is told once. */
import type { SlaClock } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import { addWorking } from '../calendar/business.core.ts';
import type { ClockReading, ClockTerms } from './clocks.core.ts';
import { calendarNamed } from './limits.core.ts';

export const warnPercents = [50, 75, 90] as const;
export type WarnPercent = (typeof warnPercents)[number] | 100;

export interface SlaWarning {
  readonly clock: SlaClock;
  /** 100: the limit is over. */
  readonly percent: WarnPercent;
  /** `restore:75`: the key under which it is remembered as told. */
  readonly key: string;
  readonly leftMs: number;
  readonly dueAt: EpochMs | null;
}

/** What is to be told now: of each clock the highest mark that it passed, unless that or a higher one was told. A stopped clock warns no more. */
export function warningsDue(readings: readonly ClockReading[], told: readonly string[]): readonly SlaWarning[] {
  return readings.flatMap((reading) => {
    if (reading.stoppedAt !== null) return [];
    const percent = passed(reading);
    if (percent === null || percentsFrom(percent).some((one) => told.includes(`${reading.clock}:${one}`))) return [];
    const leftMs = Math.max(0, reading.limitMs - reading.elapsedMs);
    return [{ clock: reading.clock, percent, key: `${reading.clock}:${percent}`, leftMs, dueAt: reading.dueAt }];
  });
}

/** When the next mark of any running clock is reached: what the runner sleeps until. Null: nothing runs. */
export function nextWarningAt(readings: readonly ClockReading[], terms: ClockTerms, now: EpochMs): EpochMs | null {
  const times = readings.flatMap((reading) => {
    if (reading.state !== 'running') return [];
    const next = warnPercents.map((percent) => (reading.limitMs * percent) / 100).find((mark) => mark > reading.elapsedMs);
    const mark = Math.ceil(next ?? reading.limitMs + 1);
    return addWorking(calendarNamed(terms.calendars, reading.calendar), now, mark - reading.elapsedMs) ?? [];
  });
  return times.length === 0 ? null : epochMs(Math.min(...times));
}

function passed({ elapsedMs, limitMs }: ClockReading): WarnPercent | null {
  if (elapsedMs > limitMs) return 100;
  return warnPercents.toReversed().find((percent) => elapsedMs * 100 >= limitMs * percent) ?? null;
}

const percentsFrom = (percent: WarnPercent): readonly WarnPercent[] =>
  ([50, 75, 90, 100] as const).filter((one) => one >= percent);
