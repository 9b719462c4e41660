/** Which incident an alarm belongs to (domain E-3, E-4): an open one, one that it reopens, a new one, or none. Merge and split. */
import type { Alarm, Assessment, Incident, IncidentScope } from '@cardwatch/contracts/watch';
import { type EpochMs, err, ok, type Result } from '@cardwatch/kernel';
import { type IncidentMachine, levelOf, move } from './workflow.step.ts';

export const alarmsPerIncidentMax = 1_000;

export type Intake =
  | {
      readonly kind: 'ignored';
      readonly why: 'symptomWithoutIncident' | 'level3' | 'suppressed' | 'notRaised' | 'full' | 'known';
    }
  | { readonly kind: 'joins'; readonly incidentId: string; readonly why: 'symptom' | 'sameFault' }
  | { readonly kind: 'reopens'; readonly incidentId: string }
  | { readonly kind: 'opens'; readonly previousId: string | null };

/**
 * Level 1 and 2 alarms that are causes open an incident; symptoms join the one of their cause. The same fault while an incident is open joins it; on its
 * watch list it reopens; later it opens a new one that names the old (复发). `candidates`: open incidents and those restored not long ago.
 */
export function intakeOf(alarm: Alarm, candidates: readonly Incident[], now: EpochMs): Intake {
  if (alarm.raisedAt === null || alarm.condition === 'pending') return { kind: 'ignored', why: 'notRaised' };
  if (candidates.some(({ alarmIds }) => alarmIds.includes(alarm.alarmId))) return { kind: 'ignored', why: 'known' };
  if (alarm.causeId !== null) return joined(candidates, alarm.causeId);
  if (alarm.level === 3) return { kind: 'ignored', why: 'level3' };
  if (alarm.suppressedBy.length > 0) return { kind: 'ignored', why: 'suppressed' };
  const alike = candidates.filter((one) => sameFault(one.scope, alarm)).toSorted((a, b) => b.openedAt - a.openedAt);
  const running = alike.find(isRunning);
  if (running !== undefined) return roomIn(running, 'sameFault');
  const watched = alike.find(({ watchUntil, restoredAt }) => restoredAt !== null && watchUntil !== null && now <= watchUntil);
  if (watched !== undefined) return { kind: 'reopens', incidentId: watched.incidentId };
  return { kind: 'opens', previousId: alike.find(isOver)?.incidentId ?? null };
}

function joined(candidates: readonly Incident[], causeId: Alarm['alarmId']): Intake {
  const cause = candidates.find((one) => isRunning(one) && one.alarmIds.includes(causeId));
  return cause === undefined ? { kind: 'ignored', why: 'symptomWithoutIncident' } : roomIn(cause, 'symptom');
}

const roomIn = (one: Incident, why: 'symptom' | 'sameFault'): Intake =>
  one.alarmIds.length >= alarmsPerIncidentMax
    ? { kind: 'ignored', why: 'full' }
    : { kind: 'joins', incidentId: one.incidentId, why };

export interface OpenParts {
  readonly incidentId: string;
  readonly number: string;
  readonly title: string;
  readonly alarm: Alarm;
  readonly deviceClasses: readonly string[];
  readonly assessment: Assessment;
  readonly previousId: string | null;
}

/** A new incident of one alarm. Time, place and symptom are filled from the alarm's facts; people add the rest. */
export function openIncident(parts: OpenParts, now: EpochMs): Incident {
  const { alarm } = parts;
  return {
    incidentId: parts.incidentId,
    number: parts.number,
    title: parts.title.slice(0, 200),
    state: 'new',
    openedAt: now,
    occurredAt: alarm.since,
    restoredAt: null,
    closedAt: null,
    alarmIds: [alarm.alarmId],
    assessments: [parts.assessment],
    owner: null,
    steps: [],
    record: {
      time: '',
      place: alarm.area ?? alarm.campus ?? '',
      symptom: alarm.reason.code,
      cause: '',
      handling: '',
      result: '',
    },
    rootCause: null,
    actions: [],
    watchUntil: null,
    previousId: parts.previousId,
    visits: 0,
    attributable: null,
    marks: {},
    scope: scopeOf(alarm, parts.deviceClasses),
    mergedInto: null,
    evidence: [],
  };
}

/** The alarm's id and scope come into the incident. */
export function joinAlarm(incident: Incident, alarm: Alarm, deviceClasses: readonly string[]): Incident {
  if (incident.alarmIds.includes(alarm.alarmId) || incident.alarmIds.length >= alarmsPerIncidentMax) return incident;
  const scope = unite(incident.scope, scopeOf(alarm, deviceClasses));
  return { ...incident, alarmIds: [...incident.alarmIds, alarm.alarmId], scope };
}

/** The same fault came back while watched: back to work, with the alarm that says so. */
export function reopenByAlarm(machine: IncidentMachine, alarm: Alarm, now: EpochMs): IncidentMachine {
  const { incident } = machine;
  const moved = move(
    incident,
    { to: 'working', by: 'watch', note: `recurred:${alarm.alarmId}`, owner: incident.owner ?? 'watch' },
    now,
  );
  return moved.ok ? { incident: joinAlarm(moved.value, alarm, []), remindedAt: null } : machine;
}

export type MergeFailure = { readonly kind: 'same' } | { readonly kind: 'notOpen' } | { readonly kind: 'tooManyAlarms' };

/** `from` goes into `into`: alarms and scope move over, the higher level holds, the earlier time of occurrence too. */
export function merge(
  into: Incident,
  from: Incident,
  by: string,
  now: EpochMs,
): Result<{ readonly into: Incident; readonly from: Incident }, MergeFailure> {
  if (into.incidentId === from.incidentId) return err({ kind: 'same' });
  const alarmIds = [...new Set([...into.alarmIds, ...from.alarmIds])];
  if (alarmIds.length > alarmsPerIncidentMax) return err({ kind: 'tooManyAlarms' });
  const moved = move(from, { to: 'merged', by, note: into.number, mergedInto: into.incidentId }, now);
  if (!moved.ok || !isRunning(into)) return err({ kind: 'notOpen' });
  const worse = from.assessments.at(-1);
  const raised =
    worse !== undefined && worse.level < levelOf(into) ? [{ ...worse, by, reason: `merged:${from.number}`, at: now }] : [];
  const occurredAt = Math.min(into.occurredAt, from.occurredAt);
  const assessments = [...into.assessments, ...raised].slice(-64);
  return ok({ from: moved.value, into: { ...into, alarmIds, assessments, occurredAt, scope: unite(into.scope, from.scope) } });
}

export type SplitFailure = { readonly kind: 'notInIt' } | { readonly kind: 'nothingLeft' };

/** Some alarms leave into an incident of their own, which names the old one. Scopes are told anew from the alarms. */
export function split(
  incident: Incident,
  leaving: readonly Alarm[],
  staying: readonly Alarm[],
  parts: Omit<OpenParts, 'alarm' | 'previousId'>,
  now: EpochMs,
): Result<{ readonly kept: Incident; readonly gone: Incident }, SplitFailure> {
  const [first, ...rest] = leaving;
  const ids = leaving.map(({ alarmId }) => alarmId);
  if (first === undefined || ids.some((id) => !incident.alarmIds.includes(id))) return err({ kind: 'notInIt' });
  const alarmIds = incident.alarmIds.filter((id) => !ids.includes(id));
  if (alarmIds.length === 0) return err({ kind: 'nothingLeft' });
  const opened = openIncident({ ...parts, alarm: first, previousId: incident.incidentId }, now);
  const gone = rest.reduce((one, alarm) => joinAlarm(one, alarm, parts.deviceClasses), opened);
  const classes = incident.scope?.deviceClasses ?? [];
  const scope = staying.reduce<IncidentScope | undefined>((sum, alarm) => unite(sum, scopeOf(alarm, classes)), undefined);
  return ok({ kept: { ...incident, alarmIds, ...(scope === undefined ? {} : { scope }) }, gone });
}

/** The same rule on a device of its scope, or on the same subject's area where no device is named. */
export function sameFault(scope: IncidentScope | undefined, alarm: Alarm): boolean {
  if (scope === undefined || !scope.rules.includes(alarm.rule)) return false;
  const devices = devicesOf(alarm);
  if (devices.length > 0) return devices.some((id) => scope.devices.includes(id));
  return alarm.area !== null ? scope.areas.includes(alarm.area) : scope.campus === alarm.campus && scope.devices.length === 0;
}

export const isRunning = ({ state }: Incident): boolean => ['new', 'accepted', 'working', 'onHold'].includes(state);
const isOver = ({ state, restoredAt }: Incident): boolean => restoredAt !== null && state !== 'merged' && state !== 'falseAlarm';

const devicesOf = (alarm: Alarm): readonly string[] =>
  alarm.devices.length > 0 ? alarm.devices : alarm.subject.kind === 'device' ? [alarm.subject.id] : [];

const scopeOf = (alarm: Alarm, deviceClasses: readonly string[]): IncidentScope => ({
  campus: alarm.campus,
  areas: alarm.area === null ? [] : [alarm.area],
  devices: [...devicesOf(alarm)],
  deviceClasses: [...deviceClasses].slice(0, 32),
  rules: [alarm.rule],
});

function unite(some: IncidentScope | undefined, other: IncidentScope | undefined): IncidentScope {
  const both = <T>(of: (scope: IncidentScope) => readonly T[], max: number): T[] =>
    [...new Set([...(some === undefined ? [] : of(some)), ...(other === undefined ? [] : of(other))])].slice(0, max);
  return {
    campus: some?.campus ?? other?.campus ?? null,
    areas: both((scope) => scope.areas, 64),
    devices: both((scope) => scope.devices, 1_000),
    deviceClasses: both((scope) => scope.deviceClasses, 32),
    rules: both((scope) => scope.rules, 64),
  };
}
