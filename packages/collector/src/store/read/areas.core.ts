import type { DeviceState } from '@cardwatch/contracts';
import type { AreaDto } from '@cardwatch/contracts/api';
import type { z } from 'zod';

export type Area = z.infer<typeof AreaDto>;
export type ByState = Area['byState'];

/**
 * What pulls the eye first. Maintenance and disabled are explained, so they never colour an area that has anything else. Written out, so that the
 * desk's thread does not load the schemas for a list of words.
 */
const rank: Readonly<Record<DeviceState, number>> = {
  offline: 0,
  sellingOffline: 1,
  unknown: 2,
  degraded: 3,
  online: 4,
  maintenance: 5,
  disabled: 6,
};
const worstFirst = (Object.keys(rank) as DeviceState[]).toSorted((a, b) => rank[a] - rank[b]);

export interface AreaCount {
  readonly campus: string;
  readonly building: string | null;
  readonly area: string | null;
  readonly areaType: string | null;
  readonly state: DeviceState;
  readonly devices: number;
}

export const zeroByState = (): ByState => Object.fromEntries(worstFirst.map((state) => [state, 0])) as ByState;

export function worstOf(byState: ByState): DeviceState {
  return worstFirst.find((state) => byState[state] > 0) ?? 'unknown';
}

/** Counts by (campus, building, area, type, state) to one entry an area, in the order in which areas first appear. */
export function groupAreas(counts: readonly AreaCount[]): Area[] {
  const areas = new Map<string, Area>();
  for (const count of counts) {
    const key = JSON.stringify([count.campus, count.building, count.area, count.areaType]);
    const area = areas.get(key) ?? empty(count);
    area.devices += count.devices;
    area.byState[count.state] += count.devices;
    area.worst = worstOf(area.byState);
    areas.set(key, area);
  }
  return [...areas.values()];
}

const empty = ({ campus, building, area, areaType }: AreaCount): Area => ({
  campus,
  building: building ?? '',
  area: area ?? '',
  areaType: areaType ?? 'other',
  devices: 0,
  byState: zeroByState(),
  worst: 'unknown',
});
