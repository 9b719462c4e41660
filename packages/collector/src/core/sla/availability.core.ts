/**
 * Availability three ways (domain, report P-3): raw; net of what lay upstream and of maintenance; as the contract has it, within service windows less
 * maintenance. Time in which nothing was heard counts neither way and is shown.
 */
import type { BusinessCalendar } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs } from '@cardwatch/kernel';
import { workingSpans } from '../calendar/business.core.ts';
import { intersect, lengthMs, type Span, subtract } from '../calendar/span.core.ts';

/** A row of the store's states: what the thing became at `at`. */
export interface StateChange {
  readonly at: number;
  readonly state: string;
  readonly cause: string | null;
}

export interface AvailabilityInput {
  /** In any order; the last one before `from` says how the period begins. */
  readonly changes: readonly StateChange[];
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly maintenance: readonly Span[];
  /** Spans in which something above it was down, beyond those that the states themselves name. */
  readonly upstreamDown: readonly Span[];
  /** When the contract wants it to work. */
  readonly service: BusinessCalendar;
}

export interface Share {
  /** 0 to 1; null: no time that counts. */
  readonly value: number | null;
  readonly upMs: number;
  readonly downMs: number;
}
export interface Availability {
  readonly raw: Share;
  readonly net: Share;
  readonly contract: Share;
  readonly unknownMs: number;
  /** Failures: times that it went down on its own account. */
  readonly failures: number;
  /** Mean time between failures: up time over failures; null without a failure. */
  readonly mtbfMs: number | null;
  /** Mean time that its own failures lasted. */
  readonly mttrMs: number | null;
}

const down = ['offline'];
const unheard = ['unknown'];
/** Planned: cannot be used, so raw counts it as down, the other two leave it out. */
const planning = ['maintenance'];
/** Taken out of service: counts in none of the three. */
const outOfService = ['disabled'];
const upstreamCauses = ['unreachableParent', 'uplinkDown'];

/** Of one thing in `[from, to)`. */
export function availabilityOf(input: AvailabilityInput): Availability {
  const { from, to } = input;
  const parts = partsOf(input);
  const upstream = [...parts.filter(isUpstream), ...input.upstreamDown];
  const inState = (states: readonly string[]): readonly Part[] => parts.filter((part) => states.includes(part.state));
  const isDown = inState(down);
  const planned = [...input.maintenance, ...inState(planning)];
  const unknown = inState(unheard);
  const heard = subtract([{ from, to }], [...unknown, ...inState(outOfService)]);
  const service = subtract(intersect(workingSpans(input.service, from, to), heard), planned);
  const own = subtract(isDown, [...upstream, ...planned]);
  const net = shareOf(subtract(heard, [...planned, ...upstream]), own);
  const failures = ownFailures(parts, upstream, planned);
  return {
    raw: shareOf(heard, [...isDown, ...inState(planning)]),
    net,
    contract: shareOf(service, isDown),
    unknownMs: lengthMs(unknown),
    failures,
    mtbfMs: failures === 0 ? null : net.upMs / failures,
    mttrMs: failures === 0 ? null : net.downMs / failures,
  };
}

export interface WeightedShare {
  readonly availability: Availability;
  /** Share of the cluster's expected business; equal weights where nothing was learned. */
  readonly baseline: number | null;
}

/** Of a cluster: weighted by what each is expected to sell, not by heads. A member without a known figure is left out with its weight. */
export function clusterAvailability(members: readonly WeightedShare[], way: 'raw' | 'net' | 'contract'): number | null {
  const learned = members.every(({ baseline }) => baseline !== null) && members.some(({ baseline }) => (baseline ?? 0) > 0);
  const known = members.filter(({ availability }) => availability[way].value !== null);
  const weightOf = ({ baseline }: WeightedShare): number => (learned ? (baseline ?? 0) : 1);
  const weight = known.reduce((sum, member) => sum + weightOf(member), 0);
  if (weight === 0) return null;
  return known.reduce((sum, member) => sum + weightOf(member) * (member.availability[way].value ?? 0), 0) / weight;
}

/** A time in one state. */
export interface Part extends Span {
  readonly state: string;
  readonly cause: string | null;
}

/** How the states of one thing followed one another in `[from, to)`, oldest first, without a hole: `unknown` before the first. */
export function partsOf({ changes, from, to }: Pick<AvailabilityInput, 'changes' | 'from' | 'to'>): readonly Part[] {
  const sorted = changes.toSorted((a, b) => a.at - b.at);
  const before = sorted.findLast(({ at }) => at <= from);
  const first: StateChange = { at: from, state: before?.state ?? 'unknown', cause: before?.cause ?? null };
  const inside = [first, ...sorted.filter(({ at }) => at > from && at < to)];
  return inside
    .map(({ at, state, cause }, index) => ({ from: epochMs(at), to: epochMs(inside[index + 1]?.at ?? to), state, cause }))
    .filter((part) => part.to > part.from);
}

const isUpstream = (part: Part): boolean =>
  down.includes(part.state) && part.cause !== null && upstreamCauses.includes(part.cause);

/** `isDown` in `counted` against the rest of it. */
function shareOf(counted: readonly Span[], isDown: readonly Span[]): Share {
  const downMs = lengthMs(intersect(counted, isDown));
  const upMs = lengthMs(counted) - downMs;
  return { value: upMs + downMs === 0 ? null : upMs / (upMs + downMs), upMs, downMs };
}

/** Runs of down parts with nothing but down between them are one failure; one that lies wholly upstream or in maintenance is none. */
function ownFailures(parts: readonly Part[], upstream: readonly Span[], planned: readonly Span[]): number {
  const runs: Span[] = [];
  for (const part of parts) {
    if (!down.includes(part.state)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.to === part.from) runs[runs.length - 1] = { from: last.from, to: part.to };
    else runs.push(part);
  }
  return runs.filter((run) => lengthMs(subtract([run], [...upstream, ...planned])) > 0).length;
}
