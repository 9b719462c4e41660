import type { WindowsDto } from '@cardwatch/contracts/api';
import type { ImportantEvent, MaintenanceWindow, Silence } from '@cardwatch/contracts/watch';
import { dayMs, err, ok, type Result } from '@cardwatch/kernel';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { listWindows } from './list.ts';

export const windowLimits = { silenceMs: 30 * dayMs, windowMs: 30 * dayMs, eventMs: 60 * dayMs } as const;

interface Keyed {
  readonly idempotencyKey: string;
}
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Ends after it begins, after now, and within its limit. */
function spanFault({ from, to }: Span, limitMs: number, now: number): ServiceFailure | undefined {
  if (to <= from) return { kind: 'invalid', place: 'body.to', value: String(to), expected: '> from' };
  if (to <= now) return { kind: 'invalid', place: 'body.to', value: String(to), expected: '> now' };
  if (to - from > limitMs) return { kind: 'invalid', place: 'body.to', value: String(to), expected: `<= from + ${limitMs} ms` };
  return undefined;
}

export async function addSilence(
  services: Watched,
  caller: Caller,
  { idempotencyKey, ...asked }: Omit<Silence, 'silenceId' | 'createdBy'> & Keyed,
): Promise<Result<Silence, ServiceFailure>> {
  const fault = spanFault(asked, windowLimits.silenceMs, services.clock.now());
  if (fault !== undefined) return err(fault);
  if (asked.rule === null && asked.subject === null && asked.area === null)
    return err({ kind: 'invalid', place: 'body', expected: 'rule | subject | area' });
  const silence: Silence = { ...asked, silenceId: idempotencyKey, createdBy: caller.actor };
  const act = { kind: 'addSilence', silence } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: silence.silenceId, detail: asked });
  return done.ok ? ok(silence) : done;
}

export async function addMaintenanceWindow(
  services: Watched,
  caller: Caller,
  { idempotencyKey, ...asked }: Omit<MaintenanceWindow, 'windowId' | 'createdBy' | 'endedAt'> & Keyed,
): Promise<Result<MaintenanceWindow, ServiceFailure>> {
  const fault = spanFault(asked, asked.weekly ? 7 * dayMs : windowLimits.windowMs, services.clock.now());
  if (fault !== undefined) return err(fault);
  const window: MaintenanceWindow = { ...asked, windowId: idempotencyKey, createdBy: caller.actor, endedAt: null };
  const act = { kind: 'addWindow', window } as const;
  const { subjects, ...told } = asked;
  const detail = { ...told, subjects: subjects.length };
  const done = await order(services, caller, { act, idempotencyKey, object: window.windowId, detail });
  return done.ok ? ok(window) : done;
}

export async function addImportantEvent(
  services: Watched,
  caller: Caller,
  { idempotencyKey, reason, ...asked }: Omit<ImportantEvent, 'eventId'> & Keyed & { readonly reason: string },
): Promise<Result<ImportantEvent, ServiceFailure>> {
  const fault = spanFault(asked, windowLimits.eventMs, services.clock.now());
  if (fault !== undefined) return err(fault);
  const event: ImportantEvent = { ...asked, eventId: idempotencyKey };
  const act = { kind: 'addImportantEvent', event, reason } as const;
  const done = await order(services, caller, {
    act,
    idempotencyKey,
    object: event.eventId,
    detail: { name: asked.name, reason },
  });
  return done.ok ? ok(event) : done;
}

export interface EndAsk extends Keyed {
  readonly what: 'silence' | 'window' | 'importantEvent';
  readonly id: string;
  readonly reason: string;
}

export async function endWindow(
  services: Watched,
  caller: Caller,
  { what, id, reason, idempotencyKey }: EndAsk,
): Promise<Result<WindowsDto, ServiceFailure>> {
  const done = await order(services, caller, {
    act: endAct({ what, id, reason }),
    idempotencyKey,
    object: id,
    detail: { reason },
  });
  return done.ok ? listWindows(services) : done;
}

function endAct({ what, id, reason }: Omit<EndAsk, 'idempotencyKey'>) {
  if (what === 'silence') return { kind: 'endSilence', silenceId: id, reason } as const;
  if (what === 'window') return { kind: 'endWindow', windowId: id, reason } as const;
  return { kind: 'endImportantEvent', eventId: id, reason } as const;
}
