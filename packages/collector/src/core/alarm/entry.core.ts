/** One line of the book: the alarm that people see and the machine's memory of it. */
import type { Alarm, AlarmLevel, Exposure, LevelChange, RuleId, RuleTiming, Subject } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { Finding } from '../rules/rule.core.ts';
import { type ConditionEffect, type ConditionState, conditionAtStart, conditionStep } from './condition.step.ts';
import { untouched } from './handling.step.ts';
import { type HushState, unhushed } from './hush.step.ts';

/** JSON of the alarm's machine row. Times in it are steady. */
export interface AlarmMachine {
  readonly condition: ConditionState;
  readonly hush: HushState;
  /** Transitions so far: the number of the last. */
  readonly transitions: number;
  readonly ruleLevel: AlarmLevel;
  readonly personLevel: AlarmLevel | null;
  readonly raises: readonly LevelChange['why'][];
  /** Highest level that was announced; null before the raise. */
  readonly toldLevel: AlarmLevel | null;
  /** A momentary finding holds until then. */
  readonly holdsUntil: number | null;
}

export interface Entry {
  readonly alarm: Alarm;
  readonly machine: AlarmMachine;
  /** Milliseconds by which its refreshing is put off against that of others; by its key. */
  readonly phaseMs: number;
}

/** What is left of an alarm that cleared: its number for the next occurrence, and how often it turned of late. */
export interface Rested {
  readonly alarmId: Alarm['alarmId'];
  readonly condition: ConditionState;
  /** Steady time. */
  readonly clearedAt: number;
}

export const keyOf = (rule: RuleId, subject: Subject): string => `${rule}|${subject.kind}|${subject.id}`;

export const noExposure: Exposure = { records: 0, fen: null, estimated: false, oldestAt: null };

export interface Opening {
  readonly alarmId: Alarm['alarmId'];
  readonly rule: RuleId;
  readonly version: number;
  readonly finding: Finding;
  readonly rested: Rested | undefined;
}

/** A new occurrence; its condition is stepped next, by the very finding that opens it. */
export function openEntry({ alarmId, rule, version, finding, rested }: Opening, now: EpochMs): Entry {
  const { level } = finding;
  const alarm: Alarm = {
    alarmId,
    rule,
    ruleVersion: version,
    subject: finding.subject,
    level,
    levels: [{ level, at: now, why: 'rule' }],
    condition: 'pending',
    since: now,
    foundAt: now,
    raisedAt: null,
    clearedAt: null,
    ...untouched,
    suppressedBy: [],
    causeId: null,
    symptoms: 0,
    ...tellingOf(finding),
    exposure: noExposure,
    previousId: rested?.alarmId ?? null,
    incidentId: null,
  };
  const machine: AlarmMachine = {
    condition: rested?.condition ?? conditionAtStart(now),
    hush: unhushed,
    transitions: 0,
    ruleLevel: level,
    personLevel: null,
    raises: [],
    toldLevel: null,
    holdsUntil: null,
  };
  return { alarm, machine, phaseMs: phaseOf(keyOf(rule, finding.subject)) };
}

/** Pace at which figures in reason, evidence and exposure are told anew, of as many open alarms as `refreshedInTime`. */
export const refreshMs = 30_000;
/** Open alarms at that pace; of twice as many each is told anew in twice the time. */
export const refreshedInTime = 2_500;

/** 0 to the pace of refreshing, by FNV-1a over the key: a wave of alarms is not refreshed at once. */
export function phaseOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % refreshMs;
}

/** Devices named with an alarm. */
export const devicesMax = 1_000;

type Telling = Pick<Alarm, 'reason' | 'evidence' | 'devices' | 'campus' | 'area'>;
const tellingOf = (finding: Finding): Telling => ({
  reason: finding.reason,
  evidence: finding.evidence,
  devices: finding.devices.slice(0, devicesMax),
  campus: finding.campus,
  area: finding.area,
});

/** What the finding says now: figures move with each look, so this is asked at the pace of refreshing. The same alarm when nothing moved. */
export function retold(alarm: Alarm, finding: Finding): Alarm {
  if (alarm.reason === finding.reason && alarm.evidence === finding.evidence) return alarm;
  const telling = tellingOf(finding);
  const { reason, evidence, devices, campus, area } = alarm;
  return same(telling, { reason, evidence, devices, campus, area }) ? alarm : { ...alarm, ...telling };
}

/** As JSON has it. */
export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export interface Looking {
  readonly finding: Finding | undefined;
  readonly timing: RuleTiming;
  readonly steadyMs: number;
}

/** `stepCondition` would give this very entry back, whatever the time: asked first, because it is so of nearly all. */
export function staysAsItIs({ machine }: Entry, finding: Finding | undefined, { nOfM }: RuleTiming): boolean {
  const { condition, raised, goneAt, slots } = machine.condition;
  if (finding === undefined) return false;
  if (finding.grade === 'unknown') return condition === 'unknown';
  if (condition !== 'active' || !raised || goneAt !== null || nOfM !== null || slots.length > 0) return false;
  if (finding.grade === 'band') return true;
  return finding.level === machine.ruleLevel && finding.holdsUntil === undefined && machine.holdsUntil === null;
}

/** Steps the condition by what the rule found, or by its silence. */
export function stepCondition(
  entry: Entry,
  { finding, timing: ruled, steadyMs }: Looking,
  now: EpochMs,
): readonly [Entry, readonly ConditionEffect[]] {
  const held = holding(entry, finding, steadyMs, now);
  const pace = finding?.pace ?? 1;
  const timing = pace === 1 ? ruled : { ...ruled, raiseAfterMs: Math.round(ruled.raiseAfterMs * pace) };
  const { machine, alarm } = held;
  const momentary = machine.holdsUntil !== null && machine.holdsUntil > steadyMs;
  const grade = finding?.grade ?? (momentary ? 'breach' : 'normal');
  const [condition, effects] = conditionStep(machine.condition, { type: 'looked', grade, timing, steadyMs }, now);
  if (condition === machine.condition) return [held, effects];
  const shown =
    condition.condition === alarm.condition && effects.length === 0 ? alarm : withCondition(alarm, condition, effects, now);
  return [{ ...held, alarm: shown, machine: { ...machine, condition } }, effects];
}

function withCondition(
  alarm: Alarm,
  { condition, since }: ConditionState,
  effects: readonly ConditionEffect[],
  now: EpochMs,
): Alarm {
  const raises = effects.some(({ type }) => type === 'raised' || type === 'flapping' || type === 'settled');
  return {
    ...alarm,
    condition,
    since: Math.max(0, since),
    raisedAt: alarm.raisedAt ?? (raises ? now : null),
    clearedAt: condition === 'cleared' ? now : null,
  };
}

/** Level and hold of the finding. */
function holding(entry: Entry, finding: Finding | undefined, steadyMs: number, now: EpochMs): Entry {
  if (finding?.grade !== 'breach') return entry;
  const { machine } = entry;
  const holdsUntil =
    finding.holdsUntil === undefined ? null : steadyMs + Math.min(Math.max(0, finding.holdsUntil - now), holdMsMax);
  if (holdsUntil === machine.holdsUntil && finding.level === machine.ruleLevel) return entry;
  return { ...entry, machine: { ...machine, holdsUntil, ruleLevel: finding.level } };
}

/** A momentary finding holds for at most a day. */
export const holdMsMax = 86_400_000;
