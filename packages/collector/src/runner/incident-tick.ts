/** One look at one incident: its level, its clocks, whether somebody outside was told, whether its response may end. */
import type { Alarm, Incident } from '@cardwatch/contracts/watch';
import { type EpochMs, secondMs } from '@cardwatch/kernel';
import { assess, endBlocks } from '../core/incident/assess.core.ts';
import { judge } from '../core/incident/judge.core.ts';
import { isRunning } from '../core/incident/open.core.ts';
import { recoveryOf } from '../core/incident/recovery.core.ts';
import type { Tracked } from '../core/incident/tracked.core.ts';
import { incidentStep, levelOf } from '../core/incident/workflow.step.ts';
import { clocksOf } from '../core/sla/clocks.core.ts';
import { termsOf } from '../core/sla/terms.core.ts';
import { nextWarningAt, warningsDue } from '../core/sla/warnings.core.ts';
import type { IncidentTurn } from './incident-turn.ts';
import type { IncidentsAsk } from './incidents.ts';

/** How often level and recovery of an incident are looked at while nothing else calls for it. */
export const lookAtIncidentMs = 30 * secondMs;
export const assessmentsMax = 64;

export interface Ticking {
  readonly incident: Incident;
  readonly tracked: Tracked;
  /** Its alarms that burn. */
  readonly burning: readonly Alarm[];
  readonly ask: IncidentsAsk;
}
export interface Ticked {
  readonly tracked: Tracked;
  /** When to look again, unless the incident changes before. */
  readonly dueAt: number;
}

export function tickIncident(ticking: Ticking, turn: IncidentTurn, now: EpochMs): Ticked {
  const incident = assessed(ticking, turn, now);
  const reminded = remind({ ...ticking, incident }, turn, now);
  const timed = warn({ ...ticking, incident, tracked: reminded }, turn, now);
  const recovered = recover({ ...ticking, incident, tracked: timed.tracked }, turn, now);
  const unproved = isRunning(incident) && levelOf(incident) < 3 && (incident.evidence ?? []).length === 0;
  const tracked = unproved && !recovered.evidenceDue ? { ...recovered, evidenceDue: true } : recovered;
  const alive = isRunning(incident) || incident.state !== 'closed';
  return { tracked, dueAt: Math.min(timed.nextAt, alive ? now + lookAtIncidentMs : Number.POSITIVE_INFINITY) };
}

/** The watch raises; to lower a level is a person's decision, and after a person has set it the watch leaves it. */
function assessed({ incident, burning, ask }: Ticking, turn: IncidentTurn, now: EpochMs): Incident {
  const last = incident.assessments.at(-1);
  if (!isRunning(incident) || burning.length === 0 || incident.assessments.length >= assessmentsMax) return incident;
  if (last !== undefined && last.by !== 'watch') return incident;
  const { world, importantEvents } = ask;
  const facts = judge({ alarms: burning, devices: incident.scope?.devices ?? [], world, events: importantEvents }, now);
  const found = assess(facts, 'watch', now);
  if (last !== undefined && found.level >= last.level) return incident;
  const raised = { ...incident, assessments: [...incident.assessments, found] };
  turn.put(raised);
  turn.tell(raised, { what: 'assessed', detail: { ...found } }, now);
  return raised;
}

function remind({ incident, tracked }: Ticking, turn: IncidentTurn, now: EpochMs): Tracked {
  const [{ remindedAt }, effects] = incidentStep({ incident, remindedAt: tracked.remindedAt }, { type: 'ticked' }, now);
  for (const effect of effects)
    if (effect.type === 'remindNotice') turn.tell(incident, { what: 'noticeMissing', detail: { sinceMs: effect.sinceMs } }, now);
  return remindedAt === tracked.remindedAt ? tracked : { ...tracked, remindedAt };
}

interface Warned {
  readonly tracked: Tracked;
  readonly nextAt: number;
}

function warn({ incident, tracked, ask }: Ticking, turn: IncidentTurn, now: EpochMs): Warned {
  const terms = termsOf(incident, ask);
  const readings = clocksOf(incident, terms, now);
  const due = warningsDue(readings, tracked.told);
  for (const { clock, percent, leftMs, dueAt } of due) {
    const what = percent === 100 ? 'slaBreached' : 'slaWarning';
    turn.tell(incident, { what, detail: { clock, percent, leftMs, dueAt } }, now);
  }
  const told = due.length === 0 ? tracked : { ...tracked, told: [...tracked.told, ...due.map(({ key }) => key)] };
  return { tracked: told, nextAt: nextWarningAt(readings, terms, now) ?? Number.POSITIVE_INFINITY };
}

/** Told when the conditions of its level begin to hold, and when they hold no more. */
function recover({ incident, tracked, burning, ask }: Ticking, turn: IncidentTurn, now: EpochMs): Tracked {
  if (!isRunning(incident) && incident.state !== 'restored') return tracked;
  const { healthySince: since } = tracked;
  const health = recoveryOf({ devices: incident.scope?.devices ?? [], burning: burning.length, world: ask.world, since }, now);
  const blocks = endBlocks(levelOf(incident), health, now);
  const mayEnd = blocks.length === 0;
  const could = tracked.blocks.length === 0;
  if (mayEnd !== could) turn.tell(incident, { what: mayEnd ? 'mayEnd' : 'mayNotEnd', detail: { blocks } }, now);
  if (blocks.join() === tracked.blocks.join() && health.healthySince === since) return tracked;
  return { ...tracked, blocks, healthySince: health.healthySince };
}
