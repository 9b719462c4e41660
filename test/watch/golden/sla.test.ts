/** Thirty tickets against a table made by hand, and against counting every minute. */
import { readFileSync } from 'node:fs';
import type { Incident, IncidentState, SlaClock } from '@cardwatch/contracts/watch';
import { type EpochMs, epochFromShanghai, epochMs, hourMs, minuteMs, shanghaiFromEpoch } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { type ClockReading, type ClockTerms, clocksOf } from '../../../packages/collector/src/core/sla/clocks.core.ts';
import { onTime } from '../../../packages/collector/src/core/sla/compliance.core.ts';
import { defaultSlaLimits } from '../../../packages/collector/src/core/sla/limits.core.ts';

interface Ticket {
  readonly name: string;
  readonly level: 1 | 2 | 3;
  readonly opened: string;
  readonly steps: readonly string[];
  readonly marks: Readonly<Record<string, string>>;
  readonly expected: Readonly<Record<string, string>>;
  readonly levels?: readonly string[];
  readonly pace?: number;
}
interface Table {
  readonly now: string;
  readonly rates: Readonly<Record<SlaClock, string>>;
  readonly tickets: readonly Ticket[];
}
const table = JSON.parse(readFileSync(new URL('sla.json', import.meta.url), 'utf8')) as Table;
const now = when(table.now);

describe('thirty golden tickets', () => {
  test.each(table.tickets)('$name', (ticket) => {
    const readings = clocksOf(incidentOf(ticket, 0), termsOf(ticket), now);
    expect(Object.fromEntries(readings.map((one) => [one.clock, `${one.state} ${one.elapsedMs / minuteMs}`]))).toEqual(
      ticket.expected,
    );
  });

  test.each(table.tickets)('minute by minute: $name', (ticket) => {
    const incident = incidentOf(ticket, 0);
    for (const reading of clocksOf(incident, termsOf(ticket), now))
      expect([reading.clock, reading.elapsedMs / minuteMs]).toEqual([reading.clock, countMinutes(incident, reading)]);
  });

  test('and what of them was on time, to the decimal', () => {
    const incidents = table.tickets.map(incidentOf);
    const figures = onTime(incidents, (incident) => termsOf(table.tickets[incidents.indexOf(incident)]), now);
    expect(table.tickets).toHaveLength(30);
    for (const [clock, rate] of Object.entries(table.rates)) {
      const figure = figures[clock as SlaClock];
      const [met, decided] = rate.split('/').map(Number);
      expect([clock, `${figure.numerator}/${figure.denominator}`]).toEqual([clock, rate]);
      expect(figure.value).toBe((met ?? 0) / (decided ?? 1));
      expect([figure.counted.length, figure.against.length]).toEqual([decided, (decided ?? 0) - (met ?? 0)]);
    }
  });
});

function termsOf(ticket: Ticket | undefined): ClockTerms {
  return { limits: defaultSlaLimits, calendars: [], pace: ticket?.pace ?? 1 };
}

function incidentOf(ticket: Ticket, index: number): Incident {
  let state: IncidentState = 'new';
  const steps = ticket.steps.map((line) => {
    const [day, time, to, hold] = line.split(' ');
    const step = {
      at: when(`${day} ${time}`),
      by: 'li',
      from: state,
      to: to as IncidentState,
      note: '',
      holdReason: (hold ?? null) as never,
    };
    state = step.to;
    return step;
  });
  const levels = [`${ticket.opened} ${ticket.level}`, ...(ticket.levels ?? [])].map((line) => ({
    level: Number(line.slice(17)) as 1 | 2 | 3,
    at: when(line.slice(0, 16)),
  }));
  return {
    ...({} as Incident),
    number: `GZ-20261201-${String(index + 1).padStart(4, '0')}`,
    state,
    openedAt: when(ticket.opened),
    steps,
    assessments: levels as never,
    marks: Object.fromEntries(Object.entries(ticket.marks).map(([mark, at]) => [mark, when(at)])),
  };
}

/** Walks every minute since the clock started and asks: which state, which hour, which day? Shares nothing with what is tested. */
function countMinutes(incident: Incident, reading: ClockReading): number {
  const marked = incident.marks?.[reading.clock as 'onSite'] ?? Number.POSITIVE_INFINITY;
  let count = 0;
  for (let at = reading.startedAt as number; at < Math.min(now, marked); at += minuteMs) {
    const last = incident.steps.findLast((step) => step.at <= at);
    const state = last?.to ?? 'new';
    const open = ['new', 'accepted', 'working', 'onHold'].includes(state);
    const paused = state === 'onHold' && last?.holdReason !== 'waitingForParts';
    const runs = {
      respond: state === 'new',
      onSite: open && !paused,
      restore: open && !paused,
      resolve: (open && !paused) || state === 'restored',
      preliminaryReport: true,
      finalReport: true,
    }[reading.clock];
    if (runs && (reading.calendar === '7x24' || worked(at))) count++;
  }
  return count;
}

function worked(at: number): boolean {
  const { month, day, hour, minute } = shanghaiFromEpoch(epochMs(at));
  const off = (month === 10 && day <= 7) || (month === 2 && day >= 15 && day <= 23) || (month === 9 && day >= 25 && day <= 27);
  const made = ['2-14', '2-28', '9-20', '10-10'].includes(`${month}-${day}`);
  const weekday = Math.floor((at + 8 * hourMs) / (24 * hourMs) + 4) % 7;
  const clock = hour * 60 + minute;
  const inHours = (clock >= 8 * 60 + 30 && clock < 12 * 60) || (clock >= 14 * 60 && clock < 17 * 60 + 30);
  return inHours && (made || (weekday >= 1 && weekday <= 5 && !off));
}

function when(text: string): EpochMs {
  const [, year, month, day, hour, minute] = /^(\d+)-(\d+)-(\d+) (\d+):(\d+)$/.exec(text)?.map(Number) ?? [];
  const civil = { year: year ?? 0, month: month ?? 0, day: day ?? 0, hour: hour ?? 0, minute: minute ?? 0, second: 0 };
  return epochFromShanghai(civil) ?? epochMs(Number.NaN);
}
