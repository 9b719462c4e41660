/** What the contract's figures are over a time (domain ): on time by clock, first-time fix, repeats, major incidents, MTTA, MTTR. */
import type { FigureDto, HolidayNoticeDto, SlaDto } from '@cardwatch/contracts/api';
import type { Incident } from '@cardwatch/contracts/watch';
import { dayMs, type EpochMs, epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { covers } from '../../core/calendar/windows.core.ts';
import { clocksOf, slaClocks } from '../../core/sla/clocks.core.ts';
import { onTime } from '../../core/sla/compliance.core.ts';
import type { Figure } from '../../core/sla/figure.core.ts';
import { defaultQualityTerms, qualityOf } from '../../core/sla/quality.core.ts';
import { type SavedTerms, termsOf } from '../../core/sla/terms.core.ts';
import { noticesOf } from '../calendar/notices.core.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { type Period, type PeriodAsk, periodOf } from './period.core.ts';

export const slaLimits = {
  rangeMs: 400 * dayMs,
  /** Incidents that one answer is counted from. */
  incidents: 5_000,
  /** Numbers that are listed beside a figure. */
  listed: 500,
} as const;

export interface SlaQuestion extends PeriodAsk {
  readonly campus?: string | undefined;
  /** `campus/building/area`, or a part of that from the left. */
  readonly area?: string | undefined;
}

/** Incidents after the period are read too: a repeat is looked for among them. More than `slaLimits.incidents` are refused, not cut. */
export async function showSla(services: Watched, ask: SlaQuestion): Promise<Result<SlaDto, ServiceFailure>> {
  const asked = periodOf(ask, slaLimits.rangeMs);
  if (!asked.ok) return asked;
  const { from, to } = asked.value;
  const read = await incidentsOf(services, { from, to: to + defaultQualityTerms.recurrenceWithinDays * dayMs });
  if (!read.ok) return read;
  const all = read.value.filter((incident) => liesIn(incident, ask));
  const now = epochMs(services.clock.now());
  const terms = await services.watch.settings();
  const opened = all.filter(({ openedAt }) => openedAt >= from && openedAt < to);
  const figures = onTime(opened, (incident) => termsOf(incident, terms), now);
  const quality = qualityOf(all, { from: epochMs(from), to: epochMs(to) });
  return ok({
    from,
    to,
    incidents: opened.length,
    onTime: slaClocks.map((clock) => ({ clock, figure: figureDto(figures[clock]) })),
    quality: quality.map(figureDto),
    refs: opened.slice(0, slaLimits.listed).map(({ number, incidentId }) => ({ number, incidentId })),
    notices: holidaysUnknown(opened, terms, now),
  });
}

/** One that names no place is in none. */
function liesIn({ scope }: Pick<Incident, 'scope'>, { campus, area }: SlaQuestion): boolean {
  if (campus !== undefined && scope?.campus !== campus) return false;
  return area === undefined || covers([area], scope?.areas ?? []);
}

async function incidentsOf({ watch }: Watched, { from, to }: Period): Promise<Result<readonly Incident[], ServiceFailure>> {
  const all: Incident[] = [];
  let cursor: string | undefined;
  do {
    const page = await watch.incidents({ from, to, limit: slaLimits.listed, cursor });
    if (!page.ok) return page;
    all.push(...page.value.items);
    if (all.length > slaLimits.incidents) return err({ kind: 'full', limit: slaLimits.incidents });
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ok(all);
}

/** Each calendar and year once, with the earliest day. */
function holidaysUnknown(opened: readonly Incident[], terms: SavedTerms, now: EpochMs): HolidayNoticeDto[] {
  const found = new Map<string, HolidayNoticeDto>();
  for (const incident of opened)
    for (const { calendar, startedAt, stoppedAt, dueAt } of clocksOf(incident, termsOf(incident, terms), now))
      for (const notice of noticesOf(terms.calendars, calendar, {
        from: startedAt,
        to: epochMs((stoppedAt ?? dueAt ?? now) + 1),
      })) {
        const known = found.get(`${notice.calendar} ${notice.year}`);
        if (known === undefined || notice.from < known.from) found.set(`${notice.calendar} ${notice.year}`, notice);
      }
  return [...found.values()].toSorted((a, b) => a.year - b.year || (a.calendar < b.calendar ? -1 : 1));
}

const figureDto = ({ counted, against, ...figure }: Figure): FigureDto => ({
  ...figure,
  parameters: { ...figure.parameters },
  counted: counted.slice(0, slaLimits.listed),
  against: against.slice(0, slaLimits.listed),
});
