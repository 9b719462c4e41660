/**
 * Alarms that come in crowds: instead of two thousand messages one alarm of level 1, which is told, acknowledged, escalated and cleared like any other,
 * and one digest. Those folded in carry the suppressor `storm` with its id; they are measured, stored and resolved as ever (ops-peers 2, item 1).
 */
import { exposureOf, memberOf, stormCode, type StormMember, stormValues } from './storm-groups.core.ts';
import { handlingExpired } from '../alarm/handling.step.ts';
import type { Transition, TransitionKind } from '../alarm/transition.core.ts';
import type { Alarm, AlarmId } from '@cardwatch/contracts/watch';
import { epochMs, minuteMs, secondMs, unreachable, type EpochMs, type Step } from '@cardwatch/kernel';

export const stormLimits = {
  /** So many raises that nothing explains, */
  opensAt: 20,
  /** within so long. */
  windowMs: minuteMs,
  /** Ends when nothing joined for so long */
  calmMs: 10 * minuteMs,
  /** and no more than so many still burn: these are told by themselves then. */
  endsBelow: 10,
  /** The opening: what is raised within so long of it is folded in whatever its level. Shorter than the cause hold of its own alarm. */
  openingMs: 2 * secondMs,
  /** Later alarms of level 1 that are told by themselves in one storm. */
  levelOneAlone: 3,
  /** Members that are remembered; more are counted alone. */
  members: 20_000,
  /** Pace at which the counts on the storm's alarm are renewed. */
  renewMs: 30 * secondMs,
  devices: 1_000,
} as const;

/** Raised lately and not explained; candidates for a storm. */
interface Candidate {
  readonly at: EpochMs;
  readonly member: StormMember;
}

export interface StormState {
  readonly recent: readonly Candidate[];
  readonly storm: Storm | null;
}

export interface Storm {
  readonly alarm: Alarm;
  readonly openedAt: EpochMs;
  readonly lastJoinAt: EpochMs;
  readonly renewedAt: EpochMs;
  readonly transitions: number;
  readonly total: number;
  readonly levelOneAlone: number;
  readonly members: ReadonlyMap<string, StormMember>;
}

export const noStorm: StormState = { recent: [], storm: null };

export type StormEvent =
  /** All transitions of one tick, without those of the storm's own alarm; `newId` becomes the id of the alarm of a storm that opens in it. */
  | { readonly kind: 'transitions'; readonly transitions: readonly Transition[]; readonly newId: string }
  | { readonly kind: 'ticked' }
  /** Somebody handled the storm's alarm, which now reads like this. */
  | { readonly kind: 'handled'; readonly alarm: Alarm };

/** Write the alarm's row, and hand its transition on like any other's. */
export type StormEffect =
  | { readonly kind: 'alarm'; readonly alarm: Alarm }
  | { readonly kind: 'transition'; readonly transition: Transition }
  /** Folded in: for the next digest of those who are told of the level. */
  | { readonly kind: 'fold'; readonly alarmIds: readonly string[]; readonly stormId: AlarmId };

type Stepped = readonly [StormState, readonly StormEffect[]];

export const stormStep: Step<StormState, StormEvent, StormEffect> = (state, event, now) => {
  switch (event.kind) {
    case 'transitions':
      return takeAll(state, event, now);
    case 'ticked':
      return expired(state, now);
    case 'handled':
      return handled(state, event, now);
    default:
      return unreachable(event);
  }
};

/** What `core/alarm` asks: the storm that holds this alarm back, and since when. */
export function stormOf(state: StormState, alarmId: string): { readonly by: string; readonly since: EpochMs } | null {
  const { storm } = state;
  return storm?.members.get(alarmId)?.active === true ? { by: storm.alarm.alarmId, since: storm.openedAt } : null;
}

function takeAll(state: StormState, event: Extract<StormEvent, { kind: 'transitions' }>, now: EpochMs): Stepped {
  const raised: StormMember[] = [];
  const over = new Set<string>();
  for (const { kind, alarm, again } of event.transitions) {
    if (kind === 'cleared' || (kind === 'settled' && alarm.condition === 'cleared')) over.add(alarm.alarmId);
    else if ((kind === 'raised' || (kind === 'released' && again !== true)) && isUnexplained(alarm)) raised.push(memberOf(alarm));
  }
  if (state.storm !== null) return join(state, { storm: state.storm, raised, over }, now);
  const fresh = raised.filter(({ alarmId }) => !over.has(alarmId)).map((member) => ({ at: now, member }));
  const kept = state.recent.filter(({ at, member }) => at > now - stormLimits.windowMs && at <= now && !over.has(member.alarmId));
  const recent = [...kept, ...fresh].slice(-stormLimits.members);
  if (recent.length === 0 && state.recent.length === 0) return [state, []];
  if (recent.length < stormLimits.opensAt) return [{ recent, storm: null }, []];
  return open(recent, event.newId, now);
}

/** A test, and what a cause or a window holds back, makes no storm; the night does not hide one. */
const isUnexplained = (alarm: Alarm): boolean =>
  alarm.rule !== 'testAlarm' &&
  alarm.reason.code !== stormCode &&
  alarm.suppressedBy.every(({ suppressor }) => suppressor === 'quietHours');

function open(recent: readonly Candidate[], id: string, now: EpochMs): Stepped {
  const members = new Map(recent.map(({ member }) => [member.alarmId, member]));
  const storm: Storm = {
    alarm: stormAlarm(id as AlarmId, now),
    openedAt: now,
    lastJoinAt: now,
    renewedAt: now,
    transitions: 0,
    total: members.size,
    levelOneAlone: 0,
    members,
  };
  const [said, effects] = say(renewed(storm, now), 'raised', now);
  return [{ recent: [], storm: said }, [...effects, foldEffect(said, [...members.keys()])]];
}

const foldEffect = (storm: Storm, alarmIds: readonly string[]): StormEffect => ({
  kind: 'fold',
  alarmIds,
  stormId: storm.alarm.alarmId,
});

function join(
  state: StormState,
  tick: { readonly storm: Storm; readonly raised: readonly StormMember[]; readonly over: ReadonlySet<string> },
  now: EpochMs,
): Stepped {
  if (tick.raised.length === 0 && tick.over.size === 0) return [state, []];
  const members = new Map(tick.storm.members);
  let { total, levelOneAlone } = tick.storm;
  const joined: string[] = [];
  for (const member of tick.raised) {
    if (members.has(member.alarmId)) continue;
    const opening = now - tick.storm.openedAt <= stormLimits.openingMs;
    if (member.level === 1 && !opening && levelOneAlone < stormLimits.levelOneAlone) {
      levelOneAlone++;
      continue;
    }
    total++;
    if (members.size >= stormLimits.members) continue;
    members.set(member.alarmId, member);
    joined.push(member.alarmId);
  }
  for (const alarmId of tick.over) {
    const member = members.get(alarmId);
    if (member !== undefined) members.set(alarmId, { ...member, active: false });
  }
  const lastJoinAt = joined.length > 0 ? now : tick.storm.lastJoinAt;
  const storm = { ...tick.storm, members, total, levelOneAlone, lastJoinAt };
  return [{ ...state, storm }, joined.length === 0 ? [] : [foldEffect(storm, joined)]];
}

/** An acknowledgement that ran out while the storm lasts: it is told again, as of any alarm. */
function expired(state: StormState, now: EpochMs): Stepped {
  if (state.storm === null) return [state, []];
  const { alarm } = state.storm;
  const [handling, ran] = handlingExpired(alarm, now);
  if (ran.length === 0) return ticked(state, now);
  const [storm, effects] = say({ ...state.storm, alarm: { ...alarm, ...handling } }, 'acknowledgementExpired', now);
  const [next, more] = ticked({ ...state, storm }, now);
  return [next, [...effects, ...more]];
}

function ticked(state: StormState, now: EpochMs): Stepped {
  const { storm } = state;
  if (storm === null) return [state, []];
  if (now < storm.lastJoinAt) return [{ ...state, storm: { ...storm, lastJoinAt: now, renewedAt: now } }, []];
  if (now - storm.lastJoinAt >= stormLimits.calmMs && activeOf(storm) <= stormLimits.endsBelow) return end(state, storm, now);
  if (now - storm.renewedAt < stormLimits.renewMs) return [state, []];
  const next = renewed(storm, now);
  return [{ ...state, storm: next }, [{ kind: 'alarm', alarm: next.alarm }]];
}

const activeOf = ({ members }: Storm): number => [...members.values()].filter((member) => member.active).length;

/** With the totals of the whole storm. Its members are free: `core/alarm` releases those that still burn. */
function end(state: StormState, storm: Storm, now: EpochMs): Stepped {
  const counted = renewed(storm, now);
  const alarm: Alarm = { ...counted.alarm, condition: 'cleared', since: now, clearedAt: now };
  const [, effects] = say({ ...counted, alarm }, 'cleared', now);
  return [{ ...state, storm: null }, effects];
}

function handled(state: StormState, event: Extract<StormEvent, { kind: 'handled' }>, now: EpochMs): Stepped {
  if (state.storm === null || state.storm.alarm.alarmId !== event.alarm.alarmId) return [state, []];
  const { handling, handledAt, owner, acknowledgedUntil, incidentId } = event.alarm;
  const alarm = { ...state.storm.alarm, handling, handledAt, owner, acknowledgedUntil, incidentId };
  const next = { ...state.storm, alarm };
  // as of any alarm, an acknowledgement alone is a transition
  const acknowledged = handling === 'acknowledged' && handledAt !== state.storm.alarm.handledAt;
  if (!acknowledged) return [{ ...state, storm: next }, [{ kind: 'alarm', alarm }]];
  const [storm, effects] = say(next, 'acknowledged', now);
  return [{ ...state, storm }, effects];
}

function say(storm: Storm, kind: TransitionKind, now: EpochMs): readonly [Storm, readonly StormEffect[]] {
  const no = storm.transitions + 1;
  const transition = { kind, no, alarm: storm.alarm, at: now };
  return [
    { ...storm, transitions: no },
    [
      { kind: 'alarm', alarm: storm.alarm },
      { kind: 'transition', transition },
    ],
  ];
}

/** The alarm with its counts as they are now. */
function renewed(storm: Storm, now: EpochMs): Storm {
  const members = [...storm.members.values()];
  const active = members.filter((member) => member.active);
  const devices = [...new Set(members.flatMap((member) => member.devices))].slice(0, stormLimits.devices);
  const alarm: Alarm = {
    ...storm.alarm,
    symptoms: storm.total,
    reason: { code: stormCode, values: stormValues(members, storm.total) },
    exposure: exposureOf(active),
    devices,
  };
  return { ...storm, alarm, renewedAt: now };
}

function stormAlarm(alarmId: AlarmId, now: EpochMs): Alarm {
  return {
    alarmId,
    rule: 'probableUpstream',
    ruleVersion: 1,
    subject: { kind: 'collector', id: stormCode },
    level: 1,
    levels: [{ level: 1, at: now, why: 'scope' }],
    condition: 'active',
    since: now,
    foundAt: now,
    raisedAt: now,
    clearedAt: null,
    handling: 'new',
    handledAt: null,
    owner: null,
    acknowledgedUntil: null,
    suppressedBy: [],
    causeId: null,
    symptoms: 0,
    reason: { code: stormCode, values: {} },
    evidence: null,
    exposure: { records: 0, fen: null, estimated: false, oldestAt: null },
    devices: [],
    campus: null,
    area: null,
    previousId: null,
    incidentId: null,
  };
}

export const stormMachineKind = 'storm';
export const stormRow = (state: StormState): string =>
  JSON.stringify({ ...state, storm: state.storm === null ? null : { ...state.storm, members: [...state.storm.members] } });

/** Written by `stormRow` alone: the store gives back what it was given. */
export function stormFromRow(row: { readonly state: string }): StormState {
  const read = JSON.parse(row.state) as Omit<StormState, 'storm'> & {
    readonly storm: (Omit<Storm, 'members'> & { readonly members: readonly [string, StormMember][] }) | null;
  };
  return { ...read, storm: read.storm === null ? null : { ...read.storm, members: new Map(read.storm.members) } };
}

/** When a storm wants its next tick: `MachineRow.dueAt`. */
export const stormDueAt = (state: StormState): EpochMs | null =>
  state.storm === null ? null : epochMs(state.storm.renewedAt + stormLimits.renewMs);
