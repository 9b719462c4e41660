/** The six clocks of an incident. Deadline and clock are two values: a pause stops the clock and never moves what the contract's page says. */
import type {
  BusinessCalendar,
  Incident,
  IncidentState,
  ResponseLevel,
  SlaClock,
  SlaLimit,
  SlaLimits,
} from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import { addWorking, countsFrom } from '../calendar/business.core.ts';
import { intersect, type Span } from '../calendar/span.core.ts';
import { elapsed, reachedAt } from './elapsed.core.ts';
import { calendarNamed } from './limits.core.ts';
import { pausesOf, type StateSpan, stateSpans } from './state-spans.core.ts';

export const slaClocks: readonly SlaClock[] = ['respond', 'onSite', 'restore', 'resolve', 'preliminaryReport', 'finalReport'];

/** `breached`: over the limit, still open or not. `notNeeded`: cured without going there. */
export type ClockState = 'running' | 'paused' | 'met' | 'breached' | 'notNeeded';

export interface ClockReading {
  readonly clock: SlaClock;
  readonly state: ClockState;
  /** Whose limit binds: after a change of level the one that is due first. */
  readonly level: ResponseLevel;
  readonly calendar: string;
  readonly limitMs: number;
  readonly startedAt: EpochMs;
  /** When working time first ran: Monday 08:30 for what was opened on Friday at 17:50. */
  readonly countsFrom: EpochMs | null;
  readonly elapsedMs: number;
  readonly pausedMs: number;
  /** Start plus limit in working time, whatever was paused. */
  readonly deadlineAt: EpochMs | null;
  /** When the clock reaches its limit, reckoned with the pauses so far; null once it stopped in time, or while nothing can be said. */
  readonly dueAt: EpochMs | null;
  readonly stoppedAt: EpochMs | null;
}

export interface ClockTerms {
  readonly limits: SlaLimits;
  readonly calendars: readonly BusinessCalendar[];
  /** 1; 0.5 for what was opened during an important event. Reports keep their time. */
  readonly pace: number;
}

const open: readonly IncidentState[] = ['new', 'accepted', 'working', 'onHold'];
const runningIn: Readonly<Record<SlaClock, readonly IncidentState[]>> = {
  respond: ['new'],
  onSite: open,
  restore: open,
  resolve: [...open, 'restored'],
  preliminaryReport: [...open, 'restored', 'resolved', 'awaitingConfirmation', 'closed'],
  finalReport: [...open, 'restored', 'resolved', 'awaitingConfirmation', 'closed'],
};
const pausable: readonly SlaClock[] = ['onSite', 'restore', 'resolve'];

/** Readings of all clocks that the level promises; none for what was merged or a false alarm. */
export function clocksOf(incident: Incident, terms: ClockTerms, now: EpochMs): readonly ClockReading[] {
  if (incident.state === 'merged' || incident.state === 'falseAlarm') return [];
  const spans = stateSpans(incident, now);
  return slaClocks.flatMap((clock) => {
    const readings = bindings(incident).flatMap(({ level, from }) => {
      const limit = terms.limits[level][clock];
      return limit === null ? [] : [readingOf(incident, clock, spans, { level, from, limit, terms, now })];
    });
    const begun = readings.filter((reading) => reading.stoppedAt === null || reading.startedAt <= reading.stoppedAt);
    const binding = (begun.length > 0 ? begun : readings).toSorted((a, b) => endOf(a) - endOf(b))[0];
    return binding === undefined ? [] : [binding];
  });
}

/** Levels and since when each counts. A raise counts from when it was decided and only ever brings the end nearer; a lowered level counts from opening. */
export function bindings(incident: Incident): readonly { readonly level: ResponseLevel; readonly from: EpochMs }[] {
  const opened = epochMs(incident.openedAt);
  let chain: { level: ResponseLevel; from: EpochMs }[] = [];
  for (const { level, at } of incident.assessments.toSorted((a, b) => a.at - b.at)) {
    const last = chain.at(-1);
    if (last === undefined || level > last.level) chain = [{ level, from: opened }];
    else if (level < last.level) chain.push({ level, from: epochMs(at) });
  }
  return chain.length === 0 ? [{ level: 3, from: opened }] : chain;
}

interface Binding {
  readonly level: ResponseLevel;
  readonly from: EpochMs;
  readonly limit: SlaLimit;
  readonly terms: ClockTerms;
  readonly now: EpochMs;
}

function readingOf(incident: Incident, clock: SlaClock, spans: readonly StateSpan[], binding: Binding): ClockReading {
  const { level, from, limit, terms, now } = binding;
  const calendar = calendarNamed(terms.calendars, limit.calendar);
  const limitMs = Math.round(limit.limitMs * (clock.endsWith('Report') ? 1 : terms.pace));
  const marked = markOf(incident, clock);
  const running = runningSpans(clock, spans, from, marked ?? now);
  const pauses = pausable.includes(clock) ? pausesOf(spans) : [];
  const elapsedMs = elapsed(calendar, running, pauses);
  const last = spans.at(-1);
  const runs = marked === null && last !== undefined && runningIn[clock].includes(last.state);
  const paused = runs && pausesOf(spans.slice(-1)).length > 0 && pausable.includes(clock);
  const stoppedAt = runs ? null : (marked ?? stoppedOf(clock, spans) ?? from);
  return {
    clock,
    level,
    calendar: calendar.name,
    limitMs,
    startedAt: from,
    countsFrom: countsFrom(calendar, from),
    elapsedMs,
    pausedMs: elapsed(calendar, intersect(running, pauses), []),
    deadlineAt: addWorking(calendar, from, limitMs),
    stoppedAt,
    state: stateOf({ clock, over: elapsedMs > limitMs, runs, paused, marked }),
    dueAt: dueOf({ calendar, running, pauses, limitMs, left: limitMs - elapsedMs, runs, now }),
  };
}

const endOf = (reading: ClockReading): number => reading.dueAt ?? reading.deadlineAt ?? Number.POSITIVE_INFINITY;

function markOf(incident: Incident, clock: SlaClock): EpochMs | null {
  const at = clock === 'onSite' || clock === 'preliminaryReport' || clock === 'finalReport' ? incident.marks?.[clock] : undefined;
  return at === undefined ? null : epochMs(at);
}

/** When it last left a state in which the clock runs, however the level stood then. */
const stoppedOf = (clock: SlaClock, spans: readonly StateSpan[]): EpochMs | undefined =>
  spans.findLast((span) => runningIn[clock].includes(span.state))?.to;

function runningSpans(clock: SlaClock, spans: readonly StateSpan[], from: EpochMs, to: EpochMs): readonly Span[] {
  const within = spans.filter((span) => runningIn[clock].includes(span.state));
  return intersect(within, [{ from, to }]);
}

interface StateParts {
  readonly clock: SlaClock;
  readonly over: boolean;
  readonly runs: boolean;
  readonly paused: boolean;
  readonly marked: EpochMs | null;
}

function stateOf({ clock, over, runs, paused, marked }: StateParts): ClockState {
  if (clock === 'onSite' && !runs && marked === null && !over) return 'notNeeded';
  if (over) return 'breached';
  if (!runs) return 'met';
  return paused ? 'paused' : 'running';
}

interface DueParts {
  readonly calendar: BusinessCalendar;
  readonly running: readonly Span[];
  readonly pauses: readonly Span[];
  readonly limitMs: number;
  readonly left: number;
  readonly runs: boolean;
  readonly now: EpochMs;
}

function dueOf({ calendar, running, pauses, limitMs, left, runs, now }: DueParts): EpochMs | null {
  if (left < 0) return reachedAt(calendar, running, pauses, limitMs);
  return runs ? addWorking(calendar, now, left) : null;
}
