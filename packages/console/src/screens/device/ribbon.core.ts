import type { AvailabilityDto } from '@cardwatch/contracts/api';
import { minuteMs } from '@cardwatch/kernel';
import { type DeviceState, deviceStates } from '../../marks/states.ts';

export interface RibbonPart {
  readonly from: number;
  readonly to: number;
  readonly state: DeviceState;
  readonly cause: string | null;
  /** What lay above it was to blame: nobody was told of the device itself. */
  readonly upstream: boolean;
}

export interface Between {
  readonly from: number;
  readonly to: number;
}

/** More changes than this are told by the worst state of each slot. */
export const ribbonLimits = { parts: 200, slotMs: 5 * minuteMs } as const;

const upstreamCauses: readonly string[] = ['unreachableParent', 'uplinkDown', 'agentLost'];

/** How the states of a device followed one another, oldest first; a device that flapped all day as the worst of every five minutes. */
export function ribbonParts({ states, from, to }: Pick<AvailabilityDto, 'states' | 'from' | 'to'>): readonly RibbonPart[] {
  const parts = states.map(partOf);
  return joined(parts.length <= ribbonLimits.parts ? parts : worstOfSlots(parts, { from, to }));
}

const partOf = ({ from, to, state, cause }: AvailabilityDto['states'][number]): RibbonPart => ({
  from,
  to,
  state: deviceStates.find((known) => known === state) ?? 'unknown',
  cause,
  upstream: cause !== null && upstreamCauses.includes(cause),
});

function worstOfSlots(parts: readonly RibbonPart[], { from, to }: Between): readonly RibbonPart[] {
  const slots: RibbonPart[] = [];
  let first = 0;
  for (let at = from; at < to; at += ribbonLimits.slotMs) {
    const end = Math.min(to, at + ribbonLimits.slotMs);
    while ((parts[first]?.to ?? Number.POSITIVE_INFINITY) <= at) first++;
    let worst: RibbonPart | undefined;
    for (let n = first; n < parts.length; n++) {
      const part = parts[n];
      if (part === undefined || part.from >= end) break;
      if (worst === undefined || rank(part) < rank(worst)) worst = part;
    }
    if (worst !== undefined) slots.push({ ...worst, from: at, to: end });
  }
  return slots;
}

const rank = ({ state }: RibbonPart): number => deviceStates.indexOf(state);

function joined(parts: readonly RibbonPart[]): readonly RibbonPart[] {
  const found: RibbonPart[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last !== undefined && last.to === part.from && last.state === part.state && last.cause === part.cause)
      found[found.length - 1] = { ...last, to: part.to };
    else found.push(part);
  }
  return found;
}

/** Left edge and width in percent of the ribbon. */
export function placeIn({ from, to }: Between, whole: Between): { readonly left: number; readonly width: number } {
  const span = Math.max(1, whole.to - whole.from);
  const begins = Math.max(whole.from, from);
  const ends = Math.min(whole.to, to);
  const pct = (ms: number): number => Math.round((ms / span) * 10_000) / 100;
  return { left: pct(begins - whole.from), width: pct(Math.max(0, ends - begins)) };
}

/** Full hours to write below: every four of them. */
export function hourMarks({ from, to }: Between, everyMs: number, offsetMs: number): readonly number[] {
  const first = Math.ceil((from + offsetMs) / everyMs) * everyMs - offsetMs;
  const marks: number[] = [];
  for (let at = first; at <= to; at += everyMs) marks.push(at);
  return marks;
}
