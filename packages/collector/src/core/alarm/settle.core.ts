/** What is decided of one open alarm after all conditions of a look are known: cause, exposure, level, suppression, handling, what is told. */
import type { Alarm, Exposure } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { Finding } from '../rules/rule.core.ts';
import type { ConditionEffect } from './condition.step.ts';
import { type AlarmMachine, type Entry, retold } from './entry.core.ts';
import { handlingExpired } from './handling.step.ts';
import { type HushEffect, hushStep } from './hush.step.ts';
import { type LevelLimits, levelOf, levelsWith } from './level.core.ts';
import type { Explanation, OpenAlarm, SuppressionOf } from './suppression.core.ts';
import type { TransitionKind } from './transition.core.ts';

export interface Settling {
  readonly effects: readonly ConditionEffect[];
  readonly finding: Finding | undefined;
  /** Time to tell its figures anew. */
  readonly refresh: boolean;
  readonly explained: Explanation | null;
  readonly symptoms: readonly Alarm[];
  readonly steadyMs: number;
}

/** The same for all alarms of a look. */
export interface Around {
  readonly open: OpenAlarm;
  readonly suppression: SuppressionOf;
  readonly inGrace: (alarm: Alarm) => boolean;
  readonly importantEvent: (alarm: Alarm) => boolean;
  readonly exposureOf: (alarm: Alarm, symptoms: readonly Alarm[]) => Exposure;
  readonly limits: LevelLimits;
}

/** One line of the alarm's history to be. */
export interface Noted {
  readonly what: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Settled {
  readonly entry: Entry;
  readonly tell: readonly TransitionKind[];
  readonly notes: readonly Noted[];
}

const told: Readonly<Partial<Record<ConditionEffect['type'], TransitionKind>>> = {
  raised: 'raised',
  cleared: 'cleared',
  flapping: 'flapping',
  settled: 'settled',
};

/** Decides one alarm. The same entry comes back where nothing changed. */
export function settle(entry: Entry, settling: Settling, around: Around, now: EpochMs): Settled {
  const tell: TransitionKind[] = [];
  const notes: Noted[] = [];
  for (const { type } of settling.effects) {
    const kind = told[type];
    if (kind !== undefined) tell.push(kind);
    if (type !== 'found') notes.push({ what: type, detail: {} });
  }
  const work: Work = { settling, around, tell, notes, now, recount: false };
  if (entry.alarm.condition === 'cleared') return { entry, tell, notes };
  const settled = expire(cause(hush(level(figures(count(entry, work), work), work), work), work), work);
  return { entry: settled, tell, notes };
}

interface Work {
  readonly settling: Settling;
  readonly around: Around;
  readonly tell: TransitionKind[];
  readonly notes: Noted[];
  readonly now: EpochMs;
  /** Set where the number of its symptoms became another one by a tenth or more: what lies behind it did too. Less waits for the next refreshing. */
  recount: boolean;
}

function count(entry: Entry, work: Work): Entry {
  const symptoms = work.settling.symptoms.length;
  if (symptoms === entry.alarm.symptoms) return entry;
  work.recount = Math.abs(symptoms - entry.alarm.symptoms) * 10 >= entry.alarm.symptoms;
  return { ...entry, alarm: { ...entry.alarm, symptoms } };
}

/** Which alarm explains this one is an edit. It stays during the grace look, so that what recovers in it is still known as a symptom. */
function cause(entry: Entry, { settling, notes }: Work): Entry {
  const causeId = settling.explained?.explainedBy ?? (isExplained(entry.alarm) ? entry.alarm.causeId : null);
  if (causeId === entry.alarm.causeId) return entry;
  const { causeWay: before, ...alarm } = entry.alarm;
  const way = settling.explained?.way?.().map((node) => node.slice(0, 200));
  notes.push({ what: 'cause', detail: { from: alarm.causeId, to: causeId, way: way ?? before ?? [] } });
  return { ...entry, alarm: { ...alarm, causeId, ...(way === undefined ? {} : { causeWay: way }) } };
}

const isExplained = ({ suppressedBy }: Pick<Alarm, 'suppressedBy'>): boolean =>
  suppressedBy.some(({ suppressor }) => suppressor === 'upstream');

/** What it says and what lies behind it, at the pace of refreshing, or because something happened to it in this look. */
function figures(entry: Entry, { settling, around, tell, recount }: Work): Entry {
  if (!settling.refresh && tell.length === 0 && !recount) return entry;
  const heard = settling.finding === undefined || settling.finding.grade === 'unknown' ? undefined : settling.finding;
  const alarm = heard === undefined ? entry.alarm : retold(entry.alarm, heard);
  const exposure = around.exposureOf(alarm, settling.symptoms);
  const shown = sameExposure(exposure, alarm.exposure) ? alarm : { ...alarm, exposure };
  return shown === entry.alarm ? entry : { ...entry, alarm: shown };
}

const sameExposure = (one: Exposure, other: Exposure): boolean =>
  one.records === other.records && one.fen === other.fen && one.estimated === other.estimated && one.oldestAt === other.oldestAt;

/** Of the symptoms that are raised. */
function gravest(symptoms: readonly Alarm[]): Alarm['level'] | null {
  let found: Alarm['level'] | null = null;
  for (const { raisedAt, level: of } of symptoms) if (raisedAt !== null && (found === null || of < found)) found = of;
  return found;
}

function level(entry: Entry, { settling, around, tell, notes, now }: Work): Entry {
  const { alarm, machine } = entry;
  const to = levelOf({
    rule: machine.ruleLevel,
    importantEvent: around.importantEvent(alarm),
    exposure: alarm.exposure,
    scope: Math.max(alarm.devices.length, alarm.symptoms),
    symptom: gravest(settling.symptoms),
    person: machine.personLevel,
    limits: around.limits,
    held: machine.raises,
  });
  const raises =
    to.raises.length === machine.raises.length && to.raises.every((raise, at) => raise === machine.raises[at])
      ? machine.raises
      : to.raises;
  const levelled =
    to.level === alarm.level ? alarm : { ...alarm, level: to.level, levels: levelsWith(alarm, to, machine.raises, now) };
  if (levelled !== alarm) notes.push({ what: 'level', detail: { from: alarm.level, to: to.level, raises } });
  const toldLevel = announced({ ...entry, alarm: levelled }, tell);
  if (levelled === alarm && raises === machine.raises && toldLevel === machine.toldLevel) return entry;
  return { ...entry, alarm: levelled, machine: { ...machine, raises, toldLevel } };
}

/** The level that people know of; going above it is told, coming back and up again is not. */
function announced({ alarm, machine }: Entry, tell: TransitionKind[]): AlarmMachine['toldLevel'] {
  if (alarm.raisedAt === null) return null;
  if (machine.toldLevel === null) return alarm.level;
  if (alarm.level >= machine.toldLevel) return machine.toldLevel;
  if (tell.length === 0) tell.push('levelRaised');
  return alarm.level;
}

function hush(entry: Entry, work: Work): Entry {
  const { settling, around } = work;
  const { alarm, machine } = entry;
  const [state, effects] = hushStep(
    machine.hush,
    {
      type: 'looked',
      steadyMs: settling.steadyMs,
      shown: alarm.suppressedBy,
      holds: around.suppression(alarm, around.open, settling.explained),
      state: burning(entry),
      inGrace: isExplained(alarm) && around.inGrace(alarm),
    },
    work.now,
  );
  const shown = effects.reduce((at, effect) => showing(at, effect, work), alarm);
  return shown === alarm && state === machine.hush ? entry : { ...entry, alarm: shown, machine: { ...machine, hush: state } };
}

function burning({ alarm, machine }: Entry): 'waiting' | 'burning' | 'unsure' {
  if (alarm.raisedAt === null) return 'waiting';
  return alarm.condition === 'unknown' || machine.condition.goneAt !== null ? 'unsure' : 'burning';
}

function showing(alarm: Alarm, effect: HushEffect, { tell, notes }: Work): Alarm {
  if (effect.type === 'released') {
    tell.push('released');
    return alarm;
  }
  const detail = { by: effect.suppressedBy.map(({ suppressor, by }) => `${suppressor} ${by}`) };
  notes.push({ what: effect.suppressedBy.length === 0 ? 'unsuppressed' : 'suppressed', detail });
  return { ...alarm, suppressedBy: [...effect.suppressedBy] };
}

function expire(entry: Entry, { tell, notes, now }: Work): Entry {
  const [handled, effects] = handlingExpired(entry.alarm, now);
  if (effects.length === 0) return entry;
  tell.push('acknowledgementExpired');
  notes.push({ what: 'acknowledgementExpired', detail: { owner: entry.alarm.owner } });
  return { ...entry, alarm: { ...entry.alarm, ...handled } };
}
