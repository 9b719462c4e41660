import type { HoldReason, Incident, IncidentState } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, intBetween, minuteMs, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { officeCalendar, roundTheClock } from '../calendar/business.core.ts';
import { availabilityOf, clusterAvailability, type StateChange } from './availability.core.ts';
import { clocksOf } from './clocks.core.ts';
import { elapsed } from './elapsed.core.ts';
import { defaultSlaLimits } from './limits.core.ts';
import { qualityOf } from './quality.core.ts';
import { nextWarningAt, warningsDue } from './warnings.core.ts';

/** Monday 2026-09-28, 00:00 in Shanghai: a week that runs into National Day. */
const start = Date.UTC(2026, 8, 27, 16);
const at = (hours: number): EpochMs => epochMs(start + hours * hourMs);
const span = (from: number, to: number) => ({ from: at(from), to: at(to) });
const terms = { limits: defaultSlaLimits, calendars: [], pace: 1 };
const step = (hours: number, from: IncidentState, to: IncidentState, holdReason: HoldReason | null = null) => ({
  at: at(hours),
  by: 'li',
  from,
  to,
  note: '',
  holdReason,
});
const incident = (no: number, level: 1 | 2 | 3, steps: Incident['steps'], more: Partial<Incident> = {}): Incident => ({
  incidentId: String(no),
  number: `GZ-${no}`,
  title: 't',
  state: steps.at(-1)?.to ?? 'new',
  openedAt: at(0),
  occurredAt: at(0),
  restoredAt: null,
  closedAt: null,
  alarmIds: [],
  assessments: [
    { severity: 0, scope: 0, urgency: 0, bump: 0, score: 0, hardRule: null, level, by: 'watch', reason: '', at: at(0) },
  ],
  owner: null,
  steps,
  record: { time: '', place: '', symptom: '', cause: '', handling: '', result: '' },
  rootCause: null,
  actions: [],
  watchUntil: null,
  previousId: null,
  visits: 1,
  attributable: null,
  ...more,
});

describe('elapsed', () => {
  test('additive over splits and deaf to order and overlap, over a holiday, in 60 seeded rounds', () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 60; round++) {
      const whole = span(intBetween(random, 0, 100), intBetween(random, 100, 340));
      const pauses = Array.from({ length: 4 }, () => intBetween(random, 0, 300)).map((from) =>
        span(from, from + intBetween(random, 0, 40)),
      );
      const middle = epochMs(intBetween(random, whole.from, whole.to));
      const parts = [
        { from: middle, to: whole.to },
        { from: whole.from, to: middle },
      ];
      for (const calendar of [officeCalendar, roundTheClock]) {
        const sum = elapsed(calendar, [whole], pauses);
        expect(elapsed(calendar, parts, pauses.toReversed())).toBe(sum);
        expect(parts.reduce((all, part) => all + elapsed(calendar, [part], pauses), 0)).toBe(sum);
        expect(elapsed(calendar, [whole, ...parts], [...pauses, ...pauses])).toBe(sum);
      }
    }
  });

  test('a clock does not care in which order the steps come', () => {
    const steps = [
      step(1, 'new', 'accepted'),
      step(1, 'accepted', 'working'),
      step(2, 'working', 'onHold', 'waitingForUser'),
      step(200, 'onHold', 'working'),
      step(201, 'working', 'restored'),
    ];
    const once = clocksOf(incident(1, 2, steps), terms, at(300));
    expect(once.find(({ clock }) => clock === 'restore')).toMatchObject({
      state: 'met',
      elapsedMs: 3 * hourMs,
      pausedMs: 198 * hourMs,
    });
    expect(clocksOf({ ...incident(1, 2, steps), steps: steps.toReversed() }, terms, at(300))).toEqual(once);
  });
});

describe('deadline, clock and warnings', () => {
  test('a pause stops the clock and moves when it is due, never the deadline', () => {
    const steps = [step(1, 'new', 'accepted'), step(1, 'accepted', 'working'), step(2, 'working', 'onHold', 'waitingForUser')];
    const read = (hours: number) => clocksOf(incident(1, 2, steps), terms, at(hours)).find(({ clock }) => clock === 'restore');
    expect(read(5)).toMatchObject({ state: 'paused', elapsedMs: 2 * hourMs, deadlineAt: at(8), dueAt: at(11) });
    expect(read(9)).toMatchObject({ state: 'paused', elapsedMs: 2 * hourMs, deadlineAt: at(8), dueAt: at(15) });
  });

  test('50, 75, 90 % and the breach are told once each; a jump tells the highest', () => {
    const told: string[] = [];
    const readings = (minutes: number) =>
      clocksOf(incident(1, 1, []), terms, epochMs(at(0) + minutes * minuteMs)).filter(({ clock }) => clock === 'respond');
    const timeline: string[] = [];
    for (let minute = 0; minute <= 20; minute++)
      for (const { key } of warningsDue(readings(minute), told)) {
        told.push(key);
        timeline.push(`${minute} ${key}`);
      }
    expect(timeline).toEqual(['8 respond:50', '12 respond:75', '14 respond:90', '16 respond:100']);
    expect(warningsDue(readings(14), []).map(({ percent }) => percent)).toEqual([90]);
    expect(nextWarningAt(readings(1), terms, epochMs(at(0) + minuteMs))).toBe(at(0) + 7.5 * minuteMs);
    expect(nextWarningAt([], terms, at(0))).toBeNull();
  });
});

describe('quality', () => {
  const cause = { method: 'fishbone', whyChain: [], bones: [], direct: 'd', indirect: '', code: 'power' } as const;
  const scope = (device: string) => ({ campus: 'main', areas: ['main/a'], devices: [device], deviceClasses: [], rules: [] });
  const closed = (no: number, hours: number, device: string, more: Partial<Incident> = {}) =>
    incident(no, 2, [step(hours + 1, 'new', 'accepted'), step(hours + 2, 'accepted', 'closed')], {
      openedAt: at(hours),
      occurredAt: at(hours),
      restoredAt: at(hours + 2),
      rootCause: { ...cause, whyChain: [], bones: [] },
      scope: scope(device),
      ...more,
    });

  test('counts what its definitions say, and names the rows', () => {
    const all = [
      closed(1, 0, 'pos-1'),
      closed(2, 24 * 7, 'pos-1'),
      closed(3, 0, 'pos-2', { visits: 2 }),
      closed(4, 0, 'pos-3', { steps: [step(1, 'new', 'accepted'), step(2, 'restored', 'working')] }),
      closed(5, 0, 'pos-4'),
      closed(6, 0, 'pos-5', { state: 'merged' }),
      incident(7, 1, [], { attributable: true }),
    ];
    const figures = Object.fromEntries(
      qualityOf(all, { from: at(0), to: at(24 * 30) }).map((figure) => [figure.definition, figure]),
    );
    expect(figures['firstTimeFix.v1']).toMatchObject({
      value: 0.4,
      numerator: 2,
      denominator: 5,
      against: ['GZ-1', 'GZ-3', 'GZ-4'],
      parameters: { repeatWithinDays: 7 },
    });
    expect(figures['repeatRate.v1']).toMatchObject({ numerator: 1, denominator: 6, against: ['GZ-1'] });
    expect(figures['majorIncidents.v1']).toMatchObject({ value: 1, against: ['GZ-7'] });
    expect(figures['majorIncidentsAttributable.v1']?.value).toBe(1);
    expect([figures['mtta.v1']?.value, figures['mttr.v1']?.value]).toEqual([hourMs, 2 * hourMs]);
  });

  test('nothing to count is no figure, not 100 %', () => {
    expect(
      qualityOf([], { from: at(0), to: at(1) })
        .filter(({ unit }) => unit !== 'count')
        .map(({ value }) => value),
    ).toEqual([null, null, null, null, null]);
  });
});

describe('availability', () => {
  const change = (hours: number, state: string, cause: string | null = null): StateChange => ({ at: at(hours), state, cause });
  // Monday: up, 2 h down by itself, 1 h behind a dead switch, 1 h in a window, 4 h unheard
  const changes = [
    change(-5, 'online'),
    change(9, 'offline', 'noReply'),
    change(11, 'online'),
    change(15, 'offline', 'unreachableParent'),
    change(16, 'online'),
    change(18, 'offline'),
    change(19, 'online'),
    change(20, 'unknown'),
  ];
  const read = availabilityOf({
    changes: changes.toReversed(),
    from: at(0),
    to: at(24),
    maintenance: [span(18, 19)],
    upstreamDown: [],
    service: officeCalendar,
  });

  test('three ways, and what was not heard is in none', () => {
    expect(read.raw).toEqual({ value: 16 / 20, upMs: 16 * hourMs, downMs: 4 * hourMs });
    expect(read.net).toEqual({ value: 16 / 18, upMs: 16 * hourMs, downMs: 2 * hourMs });
    expect(read.contract).toEqual({ value: 4 / 7, upMs: 4 * hourMs, downMs: 3 * hourMs });
    expect([read.unknownMs, read.failures, read.mtbfMs, read.mttrMs]).toEqual([4 * hourMs, 1, 16 * hourMs, 2 * hourMs]);
  });

  test('a state before the period counts from its beginning; nothing known is no figure', () => {
    const input = { from: at(0), to: at(1), maintenance: [], upstreamDown: [], service: roundTheClock };
    expect(availabilityOf({ ...input, changes: [change(-9, 'offline')] }).raw.value).toBe(0);
    expect(availabilityOf({ ...input, changes: [] }).raw.value).toBeNull();
    expect(availabilityOf({ ...input, changes: [change(-9, 'maintenance')] })).toMatchObject({
      raw: { value: 0 },
      net: { value: null },
    });
  });

  test('a cluster is weighted by what it should sell', () => {
    const perfect = { ...read, raw: { value: 1, upMs: 1, downMs: 0 } };
    expect(
      clusterAvailability(
        [
          { availability: read, baseline: 0.25 },
          { availability: perfect, baseline: 0.75 },
        ],
        'raw',
      ),
    ).toBeCloseTo(0.95, 12);
    expect(
      clusterAvailability(
        [
          { availability: read, baseline: null },
          { availability: perfect, baseline: 0.75 },
        ],
        'raw',
      ),
    ).toBeCloseTo(0.9, 12);
    expect(clusterAvailability([], 'raw')).toBeNull();
  });
});
