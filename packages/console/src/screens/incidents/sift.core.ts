/** The part of the filter line that the list of the API does not know. */
import type { IncidentClockDto, IncidentDto } from '@cardwatch/contracts/api';
import { worstOf } from './due.core.ts';
import { isOver, levelOf } from './workflow.core.ts';

export interface Sift {
  readonly level?: '1' | '2' | '3';
  readonly due?: 'overdue' | 'soon';
  readonly owner?: string;
  readonly campus?: string;
}

interface Facts {
  readonly clocks: ReadonlyMap<string, readonly IncidentClockDto[]>;
  readonly now: number;
}

/** `soon` shows what is overdue as well: that was due even sooner. */
export function sifts(one: IncidentDto, { level, due, owner, campus }: Sift, { clocks, now }: Facts): boolean {
  if (level !== undefined && String(levelOf(one)) !== level) return false;
  if (owner !== undefined && one.owner !== owner) return false;
  if (campus !== undefined && one.scope?.campus !== campus) return false;
  if (due === undefined) return true;
  const worst = worstOf(clocks.get(one.incidentId) ?? [], now);
  return due === 'soon' ? worst !== undefined : worst === 'overdue';
}

export interface Tally {
  readonly open: number;
  readonly levelOne: number;
  readonly mine: number;
  readonly overdue: number;
  readonly soon: number;
  readonly nobody: number;
}

/** What the title line says of the incidents that are not over. */
export function tally(incidents: readonly IncidentDto[], own: string | undefined, { clocks, now }: Facts): Tally {
  const open = incidents.filter((one) => !isOver(one));
  const worst = open.map(({ incidentId }) => worstOf(clocks.get(incidentId) ?? [], now));
  return {
    open: open.length,
    levelOne: open.filter((one) => levelOf(one) === 1).length,
    mine: open.filter(({ owner }) => owner !== null && owner === own).length,
    overdue: worst.filter((one) => one === 'overdue').length,
    soon: worst.filter((one) => one === 'soon').length,
    nobody: open.filter(({ owner }) => owner === null).length,
  };
}
