/** 故障单 as a step (domain E-3): which move is allowed from where, what it needs, and what follows from it. */
import type { HoldReason, Incident, IncidentMark, IncidentState, ResponseLevel } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, err, hourMs, minuteMs, ok, type Result, unreachable } from '@cardwatch/kernel';

/** A level-1 incident that nobody outside was told of is reminded of after so long, and again at this pace. */
export const noticeWithinMs = 30 * minuteMs;
/** Watched after restoring (E-4). */
export const watchMs: Readonly<Record<ResponseLevel, number>> = { 1: 72 * hourMs, 2: 24 * hourMs, 3: 24 * hourMs };
export const stepsMax = 1_000;

export const moves: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  new: ['accepted', 'merged', 'falseAlarm'],
  accepted: ['working', 'merged', 'falseAlarm'],
  working: ['onHold', 'restored', 'merged', 'falseAlarm'],
  onHold: ['working', 'merged'],
  restored: ['resolved', 'working'],
  resolved: ['awaitingConfirmation', 'working'],
  awaitingConfirmation: ['closed', 'working'],
  closed: ['working'],
  merged: ['new'],
  falseAlarm: ['new'],
};

export interface Move {
  readonly to: IncidentState;
  readonly by: string;
  readonly note: string;
  readonly owner?: string;
  readonly holdReason?: HoldReason;
  readonly mergedInto?: string;
}

export type IncidentEvent =
  | { readonly type: 'moved'; readonly move: Move }
  | { readonly type: 'marked'; readonly mark: IncidentMark; readonly by: string }
  | { readonly type: 'recordFilled'; readonly record: Partial<Incident['record']> }
  | { readonly type: 'ticked' };

export type MoveRefusal =
  | {
      readonly kind: 'illegalMove';
      readonly from: IncidentState;
      readonly to: IncidentState;
      readonly allowed: readonly IncidentState[];
    }
  | { readonly kind: 'missing'; readonly fields: readonly string[] }
  | { readonly kind: 'tooManySteps' };

export type IncidentEffect =
  | { readonly type: 'changed'; readonly from: IncidentState; readonly to: IncidentState }
  | { readonly type: 'refused'; readonly refusal: MoveRefusal }
  | { readonly type: 'watch'; readonly until: EpochMs }
  | { readonly type: 'unwatch' }
  | { readonly type: 'remindNotice'; readonly sinceMs: number }
  | { readonly type: 'wake'; readonly at: EpochMs };

export interface IncidentMachine {
  readonly incident: Incident;
  /** When it was last reminded that nobody outside was told. */
  readonly remindedAt: EpochMs | null;
}

/** Time and moves in, the incident and effects out. A refused move changes nothing. */
export function incidentStep(
  state: IncidentMachine,
  event: IncidentEvent,
  now: EpochMs,
): readonly [IncidentMachine, readonly IncidentEffect[]] {
  switch (event.type) {
    case 'moved': {
      const moved = move(state.incident, event.move, now);
      if (!moved.ok) return [state, [{ type: 'refused', refusal: moved.error }]];
      const incident = moved.value;
      return [
        { ...state, incident },
        [{ type: 'changed', from: state.incident.state, to: incident.state }, ...watching(state.incident, incident)],
      ];
    }
    case 'marked':
      return [{ ...state, incident: { ...state.incident, marks: { ...state.incident.marks, [event.mark]: now } } }, []];
    case 'recordFilled':
      return [{ ...state, incident: { ...state.incident, record: { ...state.incident.record, ...event.record } } }, []];
    case 'ticked':
      return remind(state, now);
    default:
      return unreachable(event);
  }
}

/** The incident after the move, or why not: where it may go instead, or which fields are missing. */
export function move(incident: Incident, wish: Move, now: EpochMs): Result<Incident, MoveRefusal> {
  const from = incident.state;
  const allowed = moves[from];
  if (!allowed.includes(wish.to)) return err({ kind: 'illegalMove', from, to: wish.to, allowed });
  const fields = missingFor(incident, wish);
  if (fields.length > 0) return err({ kind: 'missing', fields });
  if (incident.steps.length >= stepsMax) return err({ kind: 'tooManySteps' });
  const step = { at: now, by: wish.by, from, to: wish.to, note: wish.note.slice(0, 1_000), holdReason: wish.holdReason ?? null };
  const moved: Incident = { ...incident, state: wish.to, steps: [...incident.steps, step], owner: wish.owner ?? incident.owner };
  return ok(withTimes(moved, wish, now));
}

export const levelOf = (incident: Pick<Incident, 'assessments'>): ResponseLevel => incident.assessments.at(-1)?.level ?? 3;

/** Fields of the record that a level 1 or 2 incident cannot be closed without. */
export const recordFields = ['time', 'place', 'symptom', 'cause', 'handling', 'result'] as const;

/** Names of what the state that is wished for needs and does not have. */
export function missingFor(incident: Incident, wish: Move): readonly string[] {
  const missing: string[] = [];
  const need = (present: boolean, field: string): void => {
    if (!present) missing.push(field);
  };
  const reopens = wish.to === 'working' && !['accepted', 'onHold'].includes(incident.state);
  if (wish.to === 'accepted' || wish.to === 'working') need((wish.owner ?? incident.owner) !== null, 'owner');
  if (reopens || wish.to === 'falseAlarm' || wish.to === 'new' || wish.to === 'restored') need(wish.note.trim() !== '', 'note');
  if (wish.to === 'onHold') need(wish.holdReason !== undefined, 'holdReason');
  if (wish.to === 'merged') need(wish.mergedInto !== undefined && wish.mergedInto !== incident.incidentId, 'mergedInto');
  if (wish.to === 'resolved') {
    need(incident.record.cause.trim() !== '', 'record.cause');
    need(incident.record.handling.trim() !== '', 'record.handling');
  }
  if (wish.to === 'closed') missing.push(...missingToClose(incident));
  return missing;
}

function missingToClose(incident: Incident): readonly string[] {
  if (levelOf(incident) === 3) return incident.record.result.trim() === '' ? ['record.result'] : [];
  const empty = recordFields.filter((field) => incident.record[field].trim() === '').map((field) => `record.${field}`);
  return incident.rootCause === null ? [...empty, 'rootCause'] : empty;
}

function withTimes(incident: Incident, wish: Move, now: EpochMs): Incident {
  if (wish.to === 'restored') return { ...incident, restoredAt: now, watchUntil: now + watchMs[levelOf(incident)] };
  if (wish.to === 'closed') return { ...incident, closedAt: now };
  if (wish.to === 'merged') return { ...incident, mergedInto: wish.mergedInto ?? null };
  if (wish.to === 'new') return { ...incident, mergedInto: null };
  const reopened = wish.to === 'working' && incident.restoredAt !== null;
  return reopened ? { ...incident, restoredAt: null, closedAt: null, watchUntil: null } : incident;
}

function watching(before: Incident, after: Incident): readonly IncidentEffect[] {
  if (after.state === 'restored' && after.watchUntil !== null) return [{ type: 'watch', until: epochMs(after.watchUntil) }];
  return before.watchUntil !== null && after.watchUntil === null ? [{ type: 'unwatch' }] : [];
}

const untold: readonly IncidentState[] = ['new', 'accepted', 'working', 'onHold'];

/** Level 1 and nobody outside told for half an hour: a reminder, and another each half hour until somebody is. */
function remind(state: IncidentMachine, now: EpochMs): readonly [IncidentMachine, readonly IncidentEffect[]] {
  const { incident } = state;
  if (levelOf(incident) !== 1 || !untold.includes(incident.state)) return [state, []];
  const told = Math.max(incident.marks?.startNotice ?? 0, incident.marks?.latestNotice ?? 0);
  const begun = levelOneSince(incident);
  const due = Math.max(told, begun, state.remindedAt ?? 0) + noticeWithinMs;
  if (now < due) return [state, [{ type: 'wake', at: epochMs(due) }]];
  const sinceMs = now - Math.max(told, begun);
  return [
    { ...state, remindedAt: now },
    [
      { type: 'remindNotice', sinceMs },
      { type: 'wake', at: epochMs(now + noticeWithinMs) },
    ],
  ];
}

/** When it last became level 1. */
function levelOneSince(incident: Incident): number {
  const lastOther = incident.assessments.findLastIndex(({ level }) => level !== 1);
  return lastOther < 0 ? incident.openedAt : (incident.assessments[lastOther + 1]?.at ?? incident.openedAt);
}
