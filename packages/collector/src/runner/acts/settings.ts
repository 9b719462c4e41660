/** Acts that come to a setting: the whole list as it is to be, the latest of each id. */
import type { ImportantEvent, MaintenanceWindow, Silence } from '@cardwatch/contracts/watch';
import { type EpochMs, err, ok, unreachable } from '@cardwatch/kernel';
import type { DutyAct, WindowAct } from '../../core/watch/act.core.ts';
import type { Settings } from '../../store/watch/roles.ts';
import { doneWith, type NewSetting, type Worked } from './work.ts';

/** Rows of one list. What ended is dropped after `keptMs`: history tells of it. */
export const settingLimits = { rows: 2_000, keptMs: 400 * 86_400_000 } as const;

type WindowAsked = WindowAct & { readonly by: string };

/** Silences, maintenance windows, important events: added under an id of the caller's, ended early. */
export function windowWork(settings: Settings, act: WindowAsked, now: EpochMs): Worked {
  switch (act.kind) {
    case 'addSilence': {
      const value = kept([...without(settings.silences, 'silenceId', act.silence.silenceId), act.silence], now);
      return listed('silences', value, act.silence.silenceId, act.silence.reason);
    }
    case 'endSilence':
      return ended(settings.silences, 'silenceId', act.silenceId, { to: now } satisfies Partial<Silence>, (value) =>
        listed('silences', value, act.silenceId, act.reason),
      );
    case 'addWindow': {
      const value = kept([...without(settings.windows, 'windowId', act.window.windowId), act.window], now);
      return listed('windows', value, act.window.windowId, act.window.reason);
    }
    case 'endWindow':
      return ended(settings.windows, 'windowId', act.windowId, { endedAt: now } satisfies Partial<MaintenanceWindow>, (value) =>
        listed('windows', value, act.windowId, act.reason),
      );
    case 'addImportantEvent': {
      const value = kept([...without(settings.importantEvents, 'eventId', act.event.eventId), act.event], now);
      return listed('importantEvents', value, act.event.eventId, act.reason);
    }
    case 'endImportantEvent':
      return ended(settings.importantEvents, 'eventId', act.eventId, { to: now } satisfies Partial<ImportantEvent>, (value) =>
        listed('importantEvents', value, act.eventId, act.reason),
      );
    default:
      return unreachable(act);
  }
}

type DutySetting = Exclude<DutyAct, { readonly kind: 'resendNotice' }>;

export function dutyWork(settings: Settings, act: DutySetting): Worked {
  switch (act.kind) {
    case 'savePolicies':
      return ok({
        done: doneWith(...act.policies.map(({ policyId }) => policyId)),
        settings: [{ name: 'policies', value: act.policies, reason: act.reason }],
      });
    case 'saveRecipient': {
      const { recipientId } = act.recipient;
      return listed(
        'recipients',
        [...without(settings.recipients, 'recipientId', recipientId), act.recipient],
        recipientId,
        act.reason,
      );
    }
    case 'removeRecipient': {
      const left = without(settings.recipients, 'recipientId', act.recipientId);
      if (left.length === settings.recipients.length) return missing('recipientId', act.recipientId);
      return listed('recipients', left, act.recipientId, act.reason);
    }
    case 'saveShifts': {
      const duties = new Set(act.duties);
      const stays = settings.shifts.filter(({ duty, from }) => !duties.has(duty) || from < act.from || from >= act.to);
      const value = [...stays, ...act.shifts].toSorted((a, b) => a.from - b.from);
      return listed('shifts', value, act.duties[0] ?? '', act.reason);
    }
    default:
      return unreachable(act);
  }
}

function listed<K extends 'silences' | 'windows' | 'importantEvents' | 'recipients' | 'shifts'>(
  name: K,
  value: Settings[K],
  id: string,
  reason: string,
): Worked {
  if (value.length > settingLimits.rows) return err({ kind: 'full', limit: settingLimits.rows });
  return ok({
    done: doneWith(id),
    settings: [{ name, value, reason } as NewSetting],
  });
}

const without = <T, K extends keyof T>(rows: readonly T[], key: K, id: T[K]): readonly T[] =>
  rows.filter((row) => row[key] !== id);

const kept = <T extends { readonly to: number }>(rows: readonly T[], now: EpochMs): readonly T[] =>
  rows.filter(({ to }) => to > now - settingLimits.keptMs);

function ended<T, K extends keyof T & string>(
  rows: readonly T[],
  key: K,
  id: T[K] & string,
  end: Partial<T>,
  then: (rows: readonly T[]) => Worked,
): Worked {
  if (!rows.some((row) => row[key] === id)) return missing(key, id);
  return then(rows.map((row) => (row[key] === id ? { ...row, ...end } : row)));
}

const missing = (what: string, id: string): Worked => err({ kind: 'notFound', what, id });
