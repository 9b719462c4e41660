/** Level of an alarm: what the rule says, one up for each of event, money and scope, and no less grave than its symptoms (domain M-6). */
import type { Alarm, AlarmLevel, Exposure, LevelChange } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';

export interface LevelLimits {
  /** Money behind the alarm that raises it. Falls back below half of it. */
  readonly moneyFen: number;
  /** Devices or symptoms behind the alarm that raise it. Falls back below half of it. */
  readonly scope: number;
}
/** 1,000 yuan; half of a large canteen's terminals. */
export const levelLimits: LevelLimits = { moneyFen: 100_000, scope: 30 };

export interface LevelAsk {
  readonly rule: AlarmLevel;
  readonly importantEvent: boolean;
  readonly exposure: Exposure;
  /** Devices or symptoms, the greater. */
  readonly scope: number;
  /** The gravest of its raised symptoms: a cause is as grave as what it brings about. Null: none. */
  readonly symptom: AlarmLevel | null;
  /** Set by a person; never lowers. */
  readonly person: AlarmLevel | null;
  readonly limits: LevelLimits;
  /** What raises it now: such a raise stays until it falls below half of its limit. */
  readonly held: readonly LevelChange['why'][];
}

export interface Levelled {
  readonly level: AlarmLevel;
  /** What raised it above the rule's level. */
  readonly raises: readonly LevelChange['why'][];
}

export function levelOf(ask: LevelAsk): Levelled {
  const beyond = (value: number, limit: number, why: LevelChange['why']): boolean =>
    value >= (ask.held.includes(why) ? limit / 2 : limit);
  const raises: LevelChange['why'][] = [];
  if (ask.importantEvent) raises.push('importantEvent');
  if (beyond(ask.exposure.fen ?? 0, ask.limits.moneyFen, 'money')) raises.push('money');
  if (beyond(ask.scope, ask.limits.scope, 'scope')) raises.push('scope');
  let level = up(ask.rule, raises.length);
  if (ask.symptom !== null && ask.symptom < level) {
    level = ask.symptom;
    if (!raises.includes('scope')) raises.push('scope');
  }
  if (ask.person !== null && ask.person < level) {
    level = ask.person;
    raises.push('person');
  }
  return { level, raises };
}

/** Entries of an alarm's history of levels: the first and the latest. */
export const levelChangesMax = 32;

/** The history with the change, by the raise that is new; `rule` where a raise went or the rule itself changed. */
export function levelsWith(
  alarm: Pick<Alarm, 'levels'>,
  to: Levelled,
  held: readonly LevelChange['why'][],
  now: EpochMs,
): LevelChange[] {
  const why = to.raises.find((raise) => !held.includes(raise)) ?? 'rule';
  const levels = [...alarm.levels, { level: to.level, at: now, why }];
  return levels.length <= levelChangesMax ? levels : [...levels.slice(0, 1), ...levels.slice(1 - levelChangesMax)];
}

const up = (level: AlarmLevel, by: number): AlarmLevel => {
  const raised = level - by;
  return raised <= 1 ? 1 : raised === 2 ? 2 : 3;
};
