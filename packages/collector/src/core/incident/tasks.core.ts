/** Who has to do what now (domain E-3): 运维工程师, 技术专家, 沟通协调人员. Codes; the words are the reader's. */
import type { Incident } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs } from '@cardwatch/kernel';
import type { ClockReading } from '../sla/clocks.core.ts';
import { isRunning } from './open.core.ts';
import { levelOf } from './workflow.step.ts';

export type IncidentRole = 'engineer' | 'expert' | 'coordinator';
export type TaskCode =
  | 'accept'
  | 'goOnSite'
  | 'restore'
  | 'removeCause'
  | 'confirm'
  | 'consult'
  | 'noticeStart'
  | 'noticeUpdate'
  | 'noticeEnd';

export interface IncidentTask {
  readonly role: IncidentRole;
  readonly task: TaskCode;
  readonly dueAt: EpochMs | null;
  readonly overdue: boolean;
}

const updateEveryMs = { 1: 30 * minuteMs, 2: 2 * hourMs } as const;

/** The expert is called at level 1 and 2, or once half of the time to resolve is gone. */
export function tasksOf(incident: Incident, readings: readonly ClockReading[], now: EpochMs): readonly IncidentTask[] {
  const task = (role: IncidentRole, code: TaskCode, dueAt: EpochMs | null): IncidentTask => ({
    role,
    task: code,
    dueAt,
    overdue: dueAt !== null && dueAt < now,
  });
  const due = (clock: ClockReading['clock']): EpochMs | null => readings.find((one) => one.clock === clock)?.dueAt ?? null;
  const resolve = readings.find(({ clock }) => clock === 'resolve');
  const halfGone = resolve !== undefined && resolve.elapsedMs * 2 > resolve.limitMs;
  const level = levelOf(incident);
  const tasks: IncidentTask[] = [];
  if (incident.state === 'new') tasks.push(task('engineer', 'accept', due('respond')));
  if (isRunning(incident)) {
    if (incident.marks?.onSite === undefined) tasks.push(task('engineer', 'goOnSite', due('onSite')));
    tasks.push(task('engineer', 'restore', due('restore')));
    if ((level < 3 || halfGone) && incident.marks?.consulted === undefined) tasks.push(task('expert', 'consult', null));
  }
  if (incident.state === 'restored') tasks.push(task('engineer', 'removeCause', due('resolve')));
  if (incident.state === 'resolved' || incident.state === 'awaitingConfirmation') tasks.push(task('engineer', 'confirm', null));
  const notice = noticeTask(incident);
  return notice === null ? tasks : [...tasks, task('coordinator', notice.task, notice.dueAt)];
}

function noticeTask(incident: Incident): { readonly task: TaskCode; readonly dueAt: EpochMs | null } | null {
  const level = levelOf(incident);
  const start = incident.marks?.startNotice;
  if (level === 3 || incident.state === 'merged' || incident.state === 'falseAlarm') return null;
  if (!isRunning(incident)) return incident.marks?.endNotice === undefined ? { task: 'noticeEnd', dueAt: null } : null;
  const everyMs = updateEveryMs[level];
  if (start === undefined) return { task: 'noticeStart', dueAt: epochMs(incident.openedAt + 30 * minuteMs) };
  return { task: 'noticeUpdate', dueAt: epochMs(Math.max(start, incident.marks?.latestNotice ?? 0) + everyMs) };
}
