/** 响应及时率 and its sisters: what was on time. Open incidents over the limit count as breached, those still within do not count yet. */
import type { Incident, SlaClock } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { type ClockReading, type ClockTerms, clocksOf, slaClocks } from './clocks.core.ts';
import { type Figure, ratio } from './figure.core.ts';

export interface OnTimeRow {
  readonly number: string;
  readonly reading: ClockReading;
}

/** One figure per clock. The denominator is what is decided: met or breached. */
export function onTime(
  incidents: readonly Incident[],
  termsOf: (incident: Incident) => ClockTerms,
  now: EpochMs,
): Readonly<Record<SlaClock, Figure>> {
  const rows = incidents.flatMap((incident) =>
    clocksOf(incident, termsOf(incident), now).map((reading) => ({ number: incident.number, reading })),
  );
  const figures = slaClocks.map((clock) => [clock, onTimeFigure(clock, rows)] as const);
  return Object.fromEntries(figures) as Record<SlaClock, Figure>;
}

function onTimeFigure(clock: SlaClock, rows: readonly OnTimeRow[]): Figure {
  return ratio({
    definition: `${clock}OnTime.v1`,
    all: rows.filter(({ reading }) => reading.clock === clock && (reading.state === 'met' || reading.state === 'breached')),
    good: ({ reading }) => reading.state === 'met',
    nameOf: ({ number }) => number,
  });
}
