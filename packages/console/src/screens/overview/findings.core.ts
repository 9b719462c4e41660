import type { AlarmDto, OverviewDto } from '@cardwatch/contracts/api';
import { type DeviceState, troubled } from '../../marks/states.ts';
import { areaName } from './area-name.core.ts';
import { speaks } from './causes.core.ts';

type Area = OverviewDto['areas'][number];

/** One thing that the overview's sentence says, worst first. Each becomes a clause with a link to where it can be looked at. */
export type Finding =
  | { readonly kind: 'nothingYet' }
  | { readonly kind: 'cause'; readonly alarm: AlarmDto }
  | { readonly kind: 'moreCauses'; readonly causes: number }
  | { readonly kind: 'agents'; readonly offline: number }
  | {
      readonly kind: 'area';
      readonly campus: string;
      readonly building: string;
      readonly area: string;
      /** As `areaName` tells it from its namesakes. */
      readonly name: string;
      readonly state: DeviceState;
      readonly devices: number;
    }
  | { readonly kind: 'moreAreas'; readonly areas: number; readonly devices: number }
  | { readonly kind: 'backlog'; readonly agents: number; readonly records: number; readonly oldestAt: number | null }
  | { readonly kind: 'gaps'; readonly gaps: number }
  | { readonly kind: 'deadLetters'; readonly records: number }
  | { readonly kind: 'well'; readonly online: number; readonly setAside: number };

/** Causes and areas named in the sentence; the others are counted. */
const namedCauses = 2;
const namedAreas = 2;
/** An agent tells its backlog about once a minute; what is younger than this is on its way, not behind. */
const behindMs = 180_000;

/** `causes`: open causes, worst first. An area is named for itself only while no alarm speaks of it: `spoken`. */
export function findingsOf(
  overview: OverviewDto,
  causes: readonly AlarmDto[] = [],
  spoken: ReadonlySet<string> = new Set(),
): readonly Finding[] {
  if (overview.devices.total === 0) return [{ kind: 'nothingYet' }];
  const offline = overview.agents.total - overview.agents.online;
  const { backlog, openGaps, openDeadLetters } = overview;
  const silent = overview.areas.filter((area) => !speaks(spoken, area));
  const found: Finding[] = [
    ...causeFindings(causes),
    ...(offline > 0 ? [{ kind: 'agents', offline } as const] : []),
    ...areaFindings(silent),
    ...(isBehind(overview)
      ? [{ kind: 'backlog', agents: backlog.agentsBehind, records: backlog.records, oldestAt: backlog.oldestAt } as const]
      : []),
    ...(openGaps > 0 ? [{ kind: 'gaps', gaps: openGaps } as const] : []),
    ...(openDeadLetters > 0 ? [{ kind: 'deadLetters', records: openDeadLetters } as const] : []),
  ];
  if (found.length > 0) return found;
  const { byState } = overview.devices;
  return [{ kind: 'well', online: byState.online, setAside: byState.maintenance + byState.disabled }];
}

function causeFindings(causes: readonly AlarmDto[]): readonly Finding[] {
  const named = causes.slice(0, namedCauses).map((alarm) => ({ kind: 'cause', alarm }) as const);
  const rest = causes.length - named.length;
  return rest === 0 ? named : [...named, { kind: 'moreCauses', causes: rest }];
}

const isBehind = ({ asOf, backlog }: OverviewDto): boolean =>
  backlog.agentsBehind > 0 && backlog.oldestAt !== null && asOf - backlog.oldestAt > behindMs;

function areaFindings(areas: readonly Area[]): readonly Finding[] {
  const bad = areas.filter((area) => troubled.includes(area.worst)).sort(byTrouble);
  const named = bad.slice(0, namedAreas).map((area) => {
    const { campus, building, worst: state } = area;
    const name = areaName(area, areas);
    return { kind: 'area', campus, building, area: area.area, name, state, devices: area.byState[state] } as const;
  });
  const rest = bad.slice(namedAreas);
  if (rest.length === 0) return named;
  return [...named, { kind: 'moreAreas', areas: rest.length, devices: rest.reduce((sum, area) => sum + troubledIn(area), 0) }];
}

const troubledIn = (area: Area): number => troubled.reduce((sum, state) => sum + area.byState[state], 0);

/** Worst state first, then the most devices in it, then the name: the order of the sentence and of the strip. */
export function byTrouble(a: Area, b: Area): number {
  const rank = (area: Area): number => (troubled.includes(area.worst) ? troubled.indexOf(area.worst) : troubled.length);
  return rank(a) - rank(b) || b.byState[b.worst] - a.byState[a.worst] || a.area.localeCompare(b.area, 'zh');
}
