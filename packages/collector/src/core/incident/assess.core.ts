/** 响应级别 (domain E-2): score = 4 severity + 3 scope + 2 urgency + bump, or a hard rule. Pure table; the four factors go into the record. */
import type { Assessment, ResponseLevel } from '@cardwatch/contracts/watch';
import { err, ok, type EpochMs, minuteMs, type Result } from '@cardwatch/kernel';

export const levelOneFrom = 22;
export const levelTwoFrom = 12;
export const eventBump = 4;
export const vipBump = 2;

export type Factor = 0 | 1 | 2 | 3;

/** What decides the level by itself, whatever the score. Stable codes; the words are the reader's. */
export type HardRule = 'standbyFailed' | 'campusSilent' | 'fireReleaseLost' | 'collectorDown' | 'moneyForked';
export const hardRules: readonly HardRule[] = [
  'standbyFailed',
  'campusSilent',
  'fireReleaseLost',
  'collectorDown',
  'moneyForked',
];

export interface AssessmentFacts {
  /** stopped: cannot pay, enter or bathe; moneyWrong; degraded: offline mode works; inconvenient; none. */
  readonly harm: 'stopped' | 'moneyWrong' | 'degraded' | 'inconvenient' | 'none';
  readonly affectedUsers: number;
  /** Users expected in this slot; 0: nobody. */
  readonly expectedUsers: number;
  /** Until the next meal, curfew or shower peak; 0 inside of one. */
  readonly untilPeakMs: number;
  /** A registered important event holds in this area. */
  readonly importantEvent: boolean;
  /** Of VIPs, or an exam area. */
  readonly vip: boolean;
  readonly hardRule: HardRule | null;
}

/** Level by the rules. `reason` names what decided: a hard rule or the score. */
export function assess(facts: AssessmentFacts, by: string, now: EpochMs): Assessment {
  const severity = severityOf(facts.harm);
  const scope = scopeOf(facts.affectedUsers, facts.expectedUsers);
  const urgency = urgencyOf(facts.untilPeakMs);
  const bump = (facts.importantEvent ? eventBump : 0) + (facts.vip ? vipBump : 0);
  const score = 4 * severity + 3 * scope + 2 * urgency + bump;
  const byScore: ResponseLevel = score >= levelOneFrom ? 1 : score >= levelTwoFrom ? 2 : 3;
  const raised: ResponseLevel = facts.importantEvent && byScore === 3 ? 2 : byScore;
  const level = facts.hardRule === null ? raised : 1;
  const reason =
    facts.hardRule !== null ? `hardRule:${facts.hardRule}` : raised === byScore ? `score:${score}` : 'importantEvent';
  return { severity, scope, urgency, bump, score, hardRule: facts.hardRule, level, by, reason, at: now };
}

export type ManualFailure = { readonly kind: 'reasonMissing' } | { readonly kind: 'sameLevel' };

/** A person sets another level: the factors stay as they were, the reason is theirs and required. */
export function assessByHand(
  last: Assessment,
  wish: { readonly level: ResponseLevel; readonly by: string; readonly reason: string },
  now: EpochMs,
): Result<Assessment, ManualFailure> {
  const reason = wish.reason.trim();
  if (reason === '') return err({ kind: 'reasonMissing' });
  if (wish.level === last.level) return err({ kind: 'sameLevel' });
  return ok({ ...last, level: wish.level, by: wish.by, reason: reason.slice(0, 400), at: now });
}

export interface HealthFacts {
  /** Since when all affected devices are healthy without a break; null: they are not. */
  readonly healthySince: EpochMs | null;
  readonly backlogRecords: number;
  /** Differences of the outage window that nobody explained; null: not yet reconciled. */
  readonly unexplained: number | null;
}

export type EndBlock = 'notHealthy' | 'notLongEnough' | 'backlog' | 'notReconciled' | 'unexplainedDifference';

export interface LevelConditions {
  readonly startsAtScore: number;
  readonly healthyForMs: number;
  readonly backlogEmpty: boolean;
  readonly reconciled: boolean;
}

/** Start and end conditions per level, stored beside the incident's level. */
export const levelConditions: Readonly<Record<ResponseLevel, LevelConditions>> = {
  1: { startsAtScore: levelOneFrom, healthyForMs: 30 * minuteMs, backlogEmpty: true, reconciled: true },
  2: { startsAtScore: levelTwoFrom, healthyForMs: 15 * minuteMs, backlogEmpty: true, reconciled: false },
  3: { startsAtScore: 0, healthyForMs: 5 * minuteMs, backlogEmpty: false, reconciled: false },
};

/** Why the response of this level cannot end yet; empty: it may. */
export function endBlocks(level: ResponseLevel, health: HealthFacts, now: EpochMs): readonly EndBlock[] {
  const needs = levelConditions[level];
  const blocks: EndBlock[] = [];
  if (health.healthySince === null) blocks.push('notHealthy');
  else if (now - health.healthySince < needs.healthyForMs) blocks.push('notLongEnough');
  if (needs.backlogEmpty && health.backlogRecords > 0) blocks.push('backlog');
  if (needs.reconciled && health.unexplained === null) blocks.push('notReconciled');
  if (needs.reconciled && (health.unexplained ?? 0) > 0) blocks.push('unexplainedDifference');
  return blocks;
}

function severityOf(harm: AssessmentFacts['harm']): Factor {
  if (harm === 'stopped' || harm === 'moneyWrong') return 3;
  if (harm === 'degraded') return 2;
  return harm === 'inconvenient' ? 1 : 0;
}

/** Integer comparison, so that exactly 30 % is 30 %. Nobody expected: nobody is affected. */
function scopeOf(affected: number, expected: number): Factor {
  if (expected <= 0 || affected <= 0) return 0;
  if (affected * 100 >= expected * 30) return 3;
  if (affected * 100 >= expected * 10) return 2;
  return affected * 100 >= expected ? 1 : 0;
}

function urgencyOf(untilPeakMs: number): Factor {
  if (untilPeakMs <= 0) return 3;
  return untilPeakMs <= 60 * minuteMs ? 2 : 0;
}
