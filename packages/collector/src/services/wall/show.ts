/** What a wall screen is told, of the areas of its link: no person by full name, no card. */
import type { BusinessMetricsDto, WallDto } from '@cardwatch/contracts/api';
import type { Alarm, Recipient, Shift } from '@cardwatch/contracts/watch';
import { alarmTitle } from '@cardwatch/contracts/words';
import { epochMs, ok, type Result } from '@cardwatch/kernel';
import { dayNumberOf, startOfDay } from '../../core/calendar/day.core.ts';
import { listAlarms } from '../alarm/list.ts';
import type { Caller } from '../caller.ts';
import { showExposure } from '../exposure/show.ts';
import type { ServiceFailure } from '../failure.ts';
import { listIncidents } from '../incident/list.ts';
import { showBusiness } from '../metrics/business.ts';
import type { Watched } from '../watch-desk.ts';

export const wallShown = { alarms: 60, alarmsRead: 500, incidentsRead: 200 } as const;

export async function showWall(services: Watched, caller: Caller): Promise<Result<WallDto, ServiceFailure>> {
  const exposure = await showExposure(services, caller);
  if (!exposure.ok) return exposure;
  const page = await listAlarms(services, caller, { open: true, suppressed: false, limit: wallShown.alarmsRead });
  if (!page.ok) return page;
  const causes = page.value.items.filter(isCause).toSorted((a, b) => a.level - b.level || worth(b) - worth(a));
  const { asOf, total, campuses, openGaps, lastUnexplainedAt } = exposure.value;
  return ok({
    asOf,
    total,
    campuses,
    alarms: causes.slice(0, wallShown.alarms).map(alarmDto),
    open: [1, 2, 3].map((level) => causes.filter((alarm) => alarm.level === level).length) as WallDto['open'],
    onDuty: await onDuty(services),
    safeSince: await safeSince(services, caller),
    openGaps,
    lastUnexplainedAt,
    expiresAt: caller.wall?.expiresAt ?? null,
  });
}

/** From the beginning of the business day to its end, so that what is still to come has its band. */
export async function showWallDay(
  services: Watched,
  caller: Caller,
  campus: string,
): Promise<Result<BusinessMetricsDto, ServiceFailure>> {
  const day = dayNumberOf(epochMs(services.clock.now()));
  return showBusiness(services, caller, {
    kind: 'campus',
    id: campus,
    from: startOfDay(day),
    to: startOfDay(day + 1),
    step: '5m',
  });
}

/** Raised, explained by nothing else, and about no card: what a card did is nobody's business on a wall. */
const isCause = ({ causeId, raisedAt, condition, subject }: Alarm): boolean =>
  causeId === null && raisedAt !== null && condition !== 'cleared' && subject.kind !== 'card';

const worth = ({ exposure }: Alarm): number => exposure.fen ?? 0;

const alarmDto = (alarm: Alarm): WallDto['alarms'][number] => ({
  alarmId: alarm.alarmId,
  level: alarm.level,
  campus: alarm.campus,
  area: alarm.area,
  title: { zh: alarmTitle(alarm, 'zh'), en: alarmTitle(alarm, 'en') },
  raisedAt: alarm.raisedAt ?? alarm.foundAt,
  exposure: alarm.exposure,
  taken: alarm.handling !== 'new',
});

async function onDuty({ watch, clock }: Watched): Promise<WallDto['onDuty']> {
  const now = clock.now();
  const { shifts, recipients } = await watch.settings();
  const standing = new Map<string, Shift>();
  // later rows override earlier ones
  for (const shift of shifts) if (shift.from <= now && now < shift.to) standing.set(shift.duty, shift);
  return [...standing.values()].map(({ duty, recipientId, to }) => ({
    duty,
    name: maskedName(recipients, recipientId),
    until: to,
  }));
}

const star = 42;

/** `张*`: who is of the house knows, a visitor does not. */
export function maskedName(recipients: readonly Pick<Recipient, 'recipientId' | 'displayName'>[], recipientId: string): string {
  const name = recipients.find((one) => one.recipientId === recipientId)?.displayName ?? recipientId;
  return `${String.fromCodePoint(name.codePointAt(0) ?? star)}*`;
}

/** The last incident of level 1; where there was none, the first account of this collector. */
async function safeSince(services: Watched, caller: Caller): Promise<number> {
  const page = await listIncidents(services, caller, { limit: wallShown.incidentsRead });
  const grave = page.ok ? page.value.items.find(({ assessments }) => assessments.at(-1)?.level === 1) : undefined;
  if (grave !== undefined) return grave.openedAt;
  const persons = await services.people.persons();
  return Math.min(services.clock.now(), ...persons.map(({ createdAt }) => createdAt));
}
