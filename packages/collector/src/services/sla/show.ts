/** What the contract's figures are over a time (domain ): on time by clock, first-time fix, repeats, major incidents, MTTA, MTTR. */
import type { FigureDto, SlaDto } from '@cardwatch/contracts/api';
import type { Incident } from '@cardwatch/contracts/watch';
import { dayMs, epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { onTime } from '../../core/sla/compliance.core.ts';
import { slaClocks } from '../../core/sla/clocks.core.ts';
import type { Figure } from '../../core/sla/figure.core.ts';
import { defaultQualityTerms, qualityOf } from '../../core/sla/quality.core.ts';
import { termsOf } from '../../core/sla/terms.core.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export const slaLimits = {
  rangeMs: 400 * dayMs,
  /** Incidents that one answer is counted from. */
  incidents: 5_000,
  /** Numbers that are listed beside a figure. */
  listed: 500,
} as const;

export interface SlaQuestion {
  readonly from: number;
  readonly to: number;
}

export function slaRange({ from, to }: SlaQuestion, rangeMs: number): ServiceFailure | null {
  if (to <= from) return { kind: 'invalid', place: 'query.to', value: String(to), expected: `> ${from}` };
  return to - from > rangeMs ? { kind: 'tooBroad', limitMs: rangeMs } : null;
}

/** Incidents after the period are read too: a repeat is looked for among them. More than `slaLimits.incidents` are refused, not cut. */
export async function showSla(services: Watched, { from, to }: SlaQuestion): Promise<Result<SlaDto, ServiceFailure>> {
  const flaw = slaRange({ from, to }, slaLimits.rangeMs);
  if (flaw !== null) return err(flaw);
  const read = await incidentsOf(services, from, to + defaultQualityTerms.recurrenceWithinDays * dayMs);
  if (!read.ok) return read;
  const now = epochMs(services.clock.now());
  const { calendars } = await services.watch.settings();
  const opened = read.value.filter(({ openedAt }) => openedAt >= from && openedAt < to);
  const figures = onTime(opened, (incident) => termsOf(incident, calendars), now);
  const quality = qualityOf(read.value, { from: epochMs(from), to: epochMs(to) });
  return ok({
    from,
    to,
    incidents: opened.length,
    onTime: slaClocks.map((clock) => ({ clock, figure: figureDto(figures[clock]) })),
    quality: quality.map(figureDto),
  });
}

async function incidentsOf({ watch }: Watched, from: number, to: number): Promise<Result<readonly Incident[], ServiceFailure>> {
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

const figureDto = ({ counted, against, ...figure }: Figure): FigureDto => ({
  ...figure,
  parameters: { ...figure.parameters },
  counted: counted.slice(0, slaLimits.listed),
  against: against.slice(0, slaLimits.listed),
});
