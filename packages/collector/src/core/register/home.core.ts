/** Where a device stands: by the register where it says so, else by its agent's configuration. */
import type { Place } from '@cardwatch/contracts';
import type { DevicePlace } from '@cardwatch/contracts/watch';

export interface Stand {
  readonly campus: string;
  /** `campus/building/area` as far as it is known below the campus; null: the campus alone is known. */
  readonly area: string | null;
  readonly zone: string | null;
  readonly cluster: string | null;
}

export function standOf(place: DevicePlace | undefined, declared: Place): Stand {
  if (place !== undefined) return { ...homeOf(place), zone: place.zone, cluster: place.cluster };
  const { campus, zone, building, area } = declared;
  const path = [campus, building ?? '', area ?? ''].join('/').replace(/\/+$/, '');
  return { campus, area: path === campus ? null : path, zone: zone ?? null, cluster: null };
}

/** As the watch has it of a device. */
export function homeOf({ area }: Pick<DevicePlace, 'area'>): Pick<Stand, 'campus' | 'area'> {
  const [campus = ''] = area.split('/');
  return { campus, area: area === campus ? null : area };
}
