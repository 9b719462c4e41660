/** What people do with incidents: each act as the steps of the core allow it, with a line of history. The alarms of an incident are tied to it by the book. */
import type { Alarm, Assessment, Incident, IncidentMark } from '@cardwatch/contracts/watch';
import { assert, type EpochMs, err, ok, type Result, unreachable } from '@cardwatch/kernel';
import { linkIncident } from '../../core/alarm/book-handle.core.ts';
import { type Book, openAlarm } from '../../core/alarm/book.core.ts';
import { moveAction } from '../../core/incident/actions.core.ts';
import { assessByHand, levelOneFrom, levelTwoFrom } from '../../core/incident/assess.core.ts';
import { alarmsPerIncidentMax, isRunning, joinAlarm, merge, openIncident, split } from '../../core/incident/open.core.ts';
import { rootCauseFlaws } from '../../core/incident/root-cause.core.ts';
import { lastNumberKind } from '../../core/incident/tracked.core.ts';
import { incidentStep, type Move, type MoveRefusal } from '../../core/incident/workflow.step.ts';
import type { ActFailure, ActHead, IncidentAct } from '../../core/watch/act.core.ts';
import type { WatchReader } from '../../store/watch/roles.ts';
import { packsPerIncidentMax } from '../incident-evidence.ts';
import { assessmentsMax } from '../incident-tick.ts';
import { incidentHistory, type IncidentWord } from '../incident-turn.ts';
import type { Incidents } from '../incidents.ts';
import { type ActOf, doneWith, type Worked } from './work.ts';

export interface IncidentGround {
  readonly incidents: Pick<Incidents, 'find' | 'nextNumber' | 'tracked' | 'askPack'>;
  readonly book: Book;
  readonly store: Pick<WatchReader, 'incident' | 'alarmsById'>;
}

export const actionsMax = 64;

type Asked = ActHead & IncidentAct;
type Changed = Result<{ readonly incident: Incident; readonly word: IncidentWord }, ActFailure>;

/** `refused.why` is the code of the step that refused, `missing:` with the fields, `endBlocked:` with what the response still waits for. */
export async function incidentWork(ground: IncidentGround, act: Asked, now: EpochMs): Promise<Worked> {
  if (act.kind === 'openIncident') return opened(ground, act, now);
  const incident = await known(ground, act.incidentId);
  if (incident === null) return err({ kind: 'notFound', what: 'incidentId', id: act.incidentId });
  if (act.kind === 'mergeIncident') return merged(ground, incident, act, now);
  if (act.kind === 'splitIncident') return parted(ground, incident, act, now);
  const changed = change(ground, incident, act, now);
  if (!changed.ok) return changed;
  const history = [incidentHistory(incident, { ...changed.value.word, by: act.by }, now)];
  return ok({ done: doneWith(incident.incidentId), change: { incidents: [changed.value.incident], history } });
}

const known = async ({ incidents, store }: IncidentGround, id: string): Promise<Incident | null> =>
  incidents.find(id) ?? store.incident(id);

type ChangeAct = Exclude<Asked, { readonly kind: 'openIncident' | 'mergeIncident' | 'splitIncident' }>;

function change(ground: IncidentGround, incident: Incident, act: ChangeAct, now: EpochMs): Changed {
  switch (act.kind) {
    case 'moveIncident':
      return moved(ground, incident, act, now);
    case 'assessIncident':
      return assessed(incident, act, now);
    case 'setIncidentLevel':
      return levelled(incident, act, now);
    case 'recordIncident': {
      const { record, attributable } = act;
      return ok({ incident: { ...incident, record, attributable }, word: { what: 'recorded', detail: { attributable } } });
    }
    case 'rootCauseIncident':
      return explained(incident, act);
    case 'actionIncident':
      return improved(incident, act, now);
    case 'assignIncident':
      return assigned(incident, act);
    case 'markIncident':
      return marked(incident, act, now);
    case 'packIncident':
      return packed(ground, incident, act);
    default:
      return unreachable(act);
  }
}

/** Taking an incident makes its taker the owner where it has none. */
function moved(ground: IncidentGround, incident: Incident, act: ActOf<'moveIncident'>, now: EpochMs): Changed {
  const { to, by, note, holdReason } = act;
  const takes = to === 'accepted' || to === 'working';
  const owner = takes && (incident.owner === null || incident.owner === 'watch') ? { owner: by } : {};
  const move: Move = { to, by, note, ...owner, ...(holdReason === null ? {} : { holdReason }) };
  const { blocks } = ground.incidents.tracked(incident.incidentId);
  if (to === 'resolved' && incident.state === 'restored' && blocks.length > 0) return refused(`endBlocked:${blocks.join(',')}`);
  const [next, effects] = incidentStep({ incident, remindedAt: null }, { type: 'moved', move }, now);
  for (const effect of effects) if (effect.type === 'refused') return err(failureOf(effect.refusal));
  return ok({ incident: next.incident, word: { what: 'moved', detail: { from: incident.state, to, note, holdReason } } });
}

function failureOf(refusal: MoveRefusal): ActFailure {
  if (refusal.kind === 'missing') return { kind: 'refused', why: `missing:${refusal.fields.join(',')}` };
  return refusal.kind === 'tooManySteps' ? { kind: 'full', limit: 1_000 } : { kind: 'refused', why: refusal.kind };
}

/** The four factors by hand: the level follows from them, the reason is required. */
function assessed(incident: Incident, act: ActOf<'assessIncident'>, now: EpochMs): Changed {
  const { severity, scope, urgency, bump, hardRule, by } = act;
  const reason = act.reason.trim();
  if (reason === '') return refused('reasonMissing');
  if (incident.assessments.length >= assessmentsMax) return err({ kind: 'full', limit: assessmentsMax });
  const score = 4 * severity + 3 * scope + 2 * urgency + bump;
  const level = hardRule !== null || score >= levelOneFrom ? 1 : score >= levelTwoFrom ? 2 : 3;
  const assessment: Assessment = {
    severity,
    scope,
    urgency,
    bump,
    score,
    hardRule,
    level,
    by,
    reason: reason.slice(0, 400),
    at: now,
  };
  const word = { what: 'assessed', detail: { ...assessment } };
  return ok({ incident: { ...incident, assessments: [...incident.assessments, assessment] }, word });
}

/** The level alone: the factors stay as they were assessed (domain E-2). */
function levelled(incident: Incident, act: ActOf<'setIncidentLevel'>, now: EpochMs): Changed {
  if (!isRunning(incident)) return refused('notOpen');
  if (incident.assessments.length >= assessmentsMax) return err({ kind: 'full', limit: assessmentsMax });
  const by = assessByHand(incident.assessments.at(-1) ?? unassessed(now), act, now);
  if (!by.ok) return refused(by.error.kind);
  const word = { what: 'assessed', detail: { ...by.value } };
  return ok({ incident: { ...incident, assessments: [...incident.assessments, by.value] }, word });
}

function explained(incident: Incident, { rootCause }: ActOf<'rootCauseIncident'>): Changed {
  const flaws = rootCauseFlaws(rootCause);
  if (flaws.length > 0) return refused(`rootCause:${flaws.join(',')}`);
  return ok({ incident: { ...incident, rootCause }, word: { what: 'rootCause', detail: { code: rootCause.code } } });
}

/** A new action begins open; another state of a known one passes by its step, and verified needs its effect. */
function improved(incident: Incident, { action }: ActOf<'actionIncident'>, now: EpochMs): Changed {
  const before = incident.actions.find(({ actionId }) => actionId === action.actionId);
  const word = { what: 'action', detail: { actionId: action.actionId, state: action.state } };
  if (before === undefined) {
    if (action.state !== 'open') return refused('illegalMove');
    if (incident.actions.length >= actionsMax) return err({ kind: 'full', limit: actionsMax });
    return ok({ incident: { ...incident, actions: [...incident.actions, action] }, word });
  }
  const wish = { to: action.state, ...(action.effect === null ? {} : { effect: action.effect }) };
  const next = before.state === action.state ? ok(action) : moveAction({ ...action, state: before.state }, wish, now);
  if (!next.ok) return refused(next.error.kind);
  if (before.state === 'verified') return refused('illegalMove');
  const actions = incident.actions.map((one) => (one.actionId === action.actionId ? next.value : one));
  return ok({ incident: { ...incident, actions }, word });
}

function assigned(incident: Incident, { owner, note }: ActOf<'assignIncident'>): Changed {
  if (['closed', 'merged', 'falseAlarm'].includes(incident.state)) return refused('illegalMove');
  const word = { what: 'assigned', detail: { from: incident.owner, to: owner, note } };
  return ok({ incident: { ...incident, owner }, word });
}

const firstCounts: ReadonlySet<IncidentMark> = new Set(['onSite', 'preliminaryReport', 'finalReport', 'startNotice']);

/** Each time somebody comes is a visit; the clock knows the first. */
function marked(incident: Incident, { mark, by, note }: ActOf<'markIncident'>, now: EpochMs): Changed {
  if (incident.state === 'merged' || incident.state === 'falseAlarm') return refused('illegalMove');
  const word = { what: 'marked', detail: { mark, note } };
  const visited = mark === 'onSite' ? { ...incident, visits: incident.visits + 1 } : incident;
  if (firstCounts.has(mark) && incident.marks?.[mark] !== undefined)
    return mark === 'onSite' ? ok({ incident: visited, word }) : refused('alreadyMarked');
  const [next] = incidentStep({ incident: visited, remindedAt: null }, { type: 'marked', mark, by }, now);
  return ok({ incident: next.incident, word });
}

const refused = (why: string): { readonly ok: false; readonly error: ActFailure } => err({ kind: 'refused', why });

/** An incident that a person opens stands at level 3 until somebody assesses it, or the watch by what burns. */
async function opened(ground: IncidentGround, act: ActOf<'openIncident'>, now: EpochMs): Promise<Worked> {
  if ((await known(ground, act.incidentId)) !== null) return ok({ done: doneWith(act.incidentId) });
  if (act.alarmIds.length > alarmsPerIncidentMax) return err({ kind: 'full', limit: alarmsPerIncidentMax });
  const alarms = await alarmsOf(ground, act.alarmIds);
  const stranger = act.alarmIds.find((id) => !alarms.some(({ alarmId }) => alarmId === id));
  if (stranger !== undefined) return err({ kind: 'notFound', what: 'alarmIds', id: stranger });
  const taken = alarms.find(({ incidentId }) => incidentId !== null);
  if (taken !== undefined) return refused('inAnotherIncident');
  const [first, ...others] = alarms;
  const number = ground.incidents.nextNumber(now);
  const { incidentId, title, by } = act;
  const reason = act.note.trim().slice(0, 400) || 'openedByHand';
  const assessment = { ...unassessed(now), reason };
  const parts = { incidentId, number, title, deviceClasses: [], assessment, previousId: null };
  const begun = first === undefined ? bare(parts, now) : openIncident({ ...parts, alarm: first }, now);
  const incident = { ...others.reduce((one, alarm) => joinAlarm(one, alarm, []), begun), occurredAt: act.occurredAt };
  const history = incidentHistory(
    incident,
    { what: 'opened', by, detail: { number, alarms: alarms.length, note: act.note } },
    now,
  );
  const tied = tie(ground.book, alarms, { incidentId, by }, now);
  const machines = [...tied.machines, { kind: lastNumberKind, key: '', state: number, dueAt: null }];
  return ok({
    done: doneWith(incidentId),
    book: tied.book,
    change: { incidents: [incident], alarms: tied.alarms, history: [history, ...tied.history], machines },
  });
}

type BareParts = Pick<Incident, 'incidentId' | 'number' | 'title'> & { readonly assessment: Assessment };

/** What somebody reported and no alarm told. */
const bare = ({ incidentId, number, title, assessment }: BareParts, now: EpochMs): Incident => ({
  incidentId,
  number,
  title,
  state: 'new',
  openedAt: now,
  occurredAt: now,
  restoredAt: null,
  closedAt: null,
  alarmIds: [],
  assessments: [assessment],
  owner: null,
  steps: [],
  record: { time: '', place: '', symptom: '', cause: '', handling: '', result: '' },
  rootCause: null,
  actions: [],
  watchUntil: null,
  previousId: null,
  visits: 0,
  attributable: null,
});

async function merged(ground: IncidentGround, from: Incident, act: ActOf<'mergeIncident'>, now: EpochMs): Promise<Worked> {
  const into = await known(ground, act.into);
  if (into === null) return err({ kind: 'notFound', what: 'into', id: act.into });
  const both = merge(into, from, act.by, now);
  if (!both.ok)
    return both.error.kind === 'tooManyAlarms' ? err({ kind: 'full', limit: alarmsPerIncidentMax }) : refused(both.error.kind);
  const { by, note } = act;
  const tied = tie(ground.book, await alarmsOf(ground, from.alarmIds), { incidentId: into.incidentId, by }, now);
  const history = [
    incidentHistory(from, { what: 'merged', by, detail: { into: into.number, note } }, now),
    incidentHistory(into, { what: 'tookIn', by, detail: { from: from.number, alarms: from.alarmIds.length, note } }, now),
  ];
  return ok({
    done: doneWith(from.incidentId, into.incidentId),
    book: tied.book,
    change: {
      incidents: [both.value.from, both.value.into],
      alarms: tied.alarms,
      history: [...history, ...tied.history],
      machines: tied.machines,
    },
  });
}

/** Of one that the watch still follows. */
function packed({ incidents }: IncidentGround, incident: Incident, { note }: ActOf<'packIncident'>): Changed {
  if (incidents.find(incident.incidentId) === undefined) return refused('illegalMove');
  if ((incident.evidence ?? []).length >= packsPerIncidentMax) return err({ kind: 'full', limit: packsPerIncidentMax });
  incidents.askPack(incident.incidentId);
  return ok({ incident, word: { what: 'evidenceAsked', detail: { note } } });
}

async function parted(ground: IncidentGround, incident: Incident, act: ActOf<'splitIncident'>, now: EpochMs): Promise<Worked> {
  const { newId, title, alarmIds, note, by } = act;
  if ((await known(ground, newId)) !== null) return ok({ done: doneWith(incident.incidentId, newId) });
  if (!isRunning(incident)) return refused('notOpen');
  const leaving = await alarmsOf(ground, alarmIds);
  const staying = await alarmsOf(
    ground,
    incident.alarmIds.filter((id) => !alarmIds.includes(id)),
  );
  const number = ground.incidents.nextNumber(now);
  const assessment = { ...(incident.assessments.at(-1) ?? unassessed(now)), by, reason: `split:${incident.number}`, at: now };
  const deviceClasses = incident.scope?.deviceClasses ?? [];
  const both = split(incident, leaving, staying, { incidentId: newId, number, title, deviceClasses, assessment }, now);
  if (!both.ok || leaving.length < alarmIds.length) return refused(both.ok ? 'notInIt' : both.error.kind);
  const tied = tie(ground.book, leaving, { incidentId: newId, by }, now);
  const history = [
    incidentHistory(incident, { what: 'split', by, detail: { into: number, alarms: leaving.length, note } }, now),
    incidentHistory(both.value.gone, { what: 'opened', by, detail: { number, from: incident.number, note } }, now),
  ];
  return ok({
    done: doneWith(incident.incidentId, newId),
    book: tied.book,
    change: {
      incidents: [both.value.kept, both.value.gone],
      alarms: tied.alarms,
      history: [...history, ...tied.history],
      machines: [...tied.machines, { kind: lastNumberKind, key: '', state: number, dueAt: null }],
    },
  });
}

const unassessed = (now: EpochMs): Assessment => ({
  severity: 0,
  scope: 0,
  urgency: 0,
  bump: 0,
  score: 0,
  hardRule: null,
  level: 3,
  by: 'watch',
  reason: 'openedByHand',
  at: now,
});

async function alarmsOf({ book, store }: IncidentGround, ids: readonly Alarm['alarmId'][]): Promise<readonly Alarm[]> {
  const open = ids.map((id) => openAlarm(book, id)).filter((alarm) => alarm !== undefined);
  const over = ids.filter((id) => !open.some(({ alarmId }) => alarmId === id));
  const rows = over.length === 0 ? [] : await store.alarmsById(over);
  assert(open.length + rows.length <= ids.length, 'an alarm is open or over');
  return [...open, ...rows];
}

/** Those that burn through the book, those that are over by their row. */
function tie(
  book: Book,
  alarms: readonly Alarm[],
  { incidentId, by }: { readonly incidentId: string; readonly by: string },
  now: EpochMs,
) {
  const open = alarms.filter(({ alarmId }) => openAlarm(book, alarmId) !== undefined);
  const over = alarms.filter(({ alarmId }) => openAlarm(book, alarmId) === undefined);
  const alarmIds = open.map(({ alarmId }) => alarmId);
  const linked = linkIncident(book, { links: [{ alarmIds, incidentId }], by }, now);
  return { ...linked, alarms: [...linked.alarms, ...over.map((alarm) => ({ ...alarm, incidentId }))] };
}
