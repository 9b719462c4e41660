/** Proves once a minute that nobody was forgotten; whoever watches from outside hears of us only while this is content. */
import { isOver } from './notice.core.ts';
import type { DeliveryState } from './delivery.step.ts';
import { type DigestBin, digestEveryMsMax } from './digest.core.ts';
import type { PlanState } from './plan-state.core.ts';
import type { RouteFinding } from './route.core.ts';
import type { Alarm } from '@cardwatch/contracts/watch';
import { minuteMs, secondMs, type EpochMs } from '@cardwatch/kernel';

export const auditLimits = {
  /** A raise may be this young without a plan. */
  graceMs: 10 * secondMs,
  /** A step, notice or digest this long after its time is overdue. */
  overdueMs: 30 * secondMs,
  /** A channel answers within this, or its notice is lost. */
  sendingMs: 2 * minuteMs,
  /** Findings that are told one by one; `total` counts them all. */
  findingsMax: 200,
} as const;

/** noPlan, noFutureStep: an alarm that nobody would hear of. lostNotice: sent off, never answered. endlessNotice: no next try and no end. staleTick: the desk itself did not run. settings: what routing found wrong. */
export type AuditKind =
  | 'noPlan'
  | 'noFutureStep'
  | 'overdueStep'
  | 'overdueNotice'
  | 'endlessNotice'
  | 'lostNotice'
  | 'overdueDigest'
  | 'staleTick'
  | RouteFinding['kind'];

export interface AuditFinding {
  readonly kind: AuditKind;
  /** Id of the alarm, notice or recipient, or what the settings lack. */
  readonly what: string;
}

export interface AuditAsk {
  readonly alarms: Iterable<Alarm>;
  readonly plans: ReadonlyMap<string, PlanState>;
  readonly deliveries: ReadonlyMap<string, DeliveryState>;
  readonly bins: ReadonlyMap<string, DigestBin>;
  readonly lastTickAt: EpochMs;
  /** Of routing since the last audit. */
  readonly routing: readonly RouteFinding[];
}

/** `content`: nothing stands against the outside ping. Settings alone do not withhold it: they are told to people, the watch itself works. */
export interface Audit {
  readonly at: EpochMs;
  readonly alarms: number;
  readonly notices: number;
  readonly findings: readonly AuditFinding[];
  readonly total: number;
  readonly content: boolean;
}

/** One pass over open alarms, notices and digests. */
export function audit(ask: AuditAsk, now: EpochMs): Audit {
  const findings: AuditFinding[] = [];
  let alarms = 0;
  for (const alarm of ask.alarms) {
    alarms++;
    const kind = alarmFinding(alarm, ask.plans.get(alarm.alarmId), now);
    if (kind !== null) findings.push({ kind, what: alarm.alarmId });
  }
  for (const [what, state] of ask.deliveries) {
    const kind = noticeFinding(state, now);
    if (kind !== null) findings.push({ kind, what });
  }
  for (const [what, bin] of ask.bins)
    if (bin.due.at < now - auditLimits.overdueMs || bin.due.at > now + 2 * digestEveryMsMax)
      findings.push({ kind: 'overdueDigest', what });
  if (Math.abs(now - ask.lastTickAt) > auditLimits.overdueMs) findings.push({ kind: 'staleTick', what: String(ask.lastTickAt) });
  const content = findings.length === 0;
  findings.push(...distinct(ask.routing));
  const total = findings.length;
  return { at: now, alarms, notices: ask.deliveries.size, findings: findings.slice(0, auditLimits.findingsMax), total, content };
}

/** Of alarms that somebody must hear of: level 1 and 2, burning, not taken, not held back. */
function alarmFinding(alarm: Alarm, plan: PlanState | undefined, now: EpochMs): AuditKind | null {
  const burning = alarm.raisedAt !== null && alarm.condition !== 'cleared' && alarm.condition !== 'pending';
  if (!burning || alarm.level === 3 || alarm.handling !== 'new' || alarm.suppressedBy.length > 0) return null;
  if (plan === undefined) return now - (alarm.raisedAt ?? now) > auditLimits.graceMs ? 'noPlan' : null;
  if (plan.phase === 'finished' || plan.phase === 'flapping') return null;
  const due = plan.next ?? plan.reminder;
  if (plan.phase === 'holding' || plan.phase === 'running') {
    if (due === null) return 'noFutureStep';
    return due.at < now - auditLimits.overdueMs ? 'overdueStep' : null;
  }
  // The plan stands still for a reason that the alarm does not show: right after a change, wrong later.
  return now - alarm.since > auditLimits.graceMs ? 'noFutureStep' : null;
}

function noticeFinding({ notice, next, sendingSince }: DeliveryState, now: EpochMs): AuditKind | null {
  if (isOver(notice)) return null;
  if (notice.state === 'sending') {
    return sendingSince === null || now - sendingSince > auditLimits.sendingMs ? 'lostNotice' : null;
  }
  if (next === null) return 'endlessNotice';
  return next.at < now - auditLimits.overdueMs ? 'overdueNotice' : null;
}

function distinct(routing: readonly RouteFinding[]): AuditFinding[] {
  const seen = new Map(routing.map((finding) => [`${finding.kind} ${finding.what}`, finding]));
  return [...seen.values()];
}
