/** Areas that a person is for: a campus, a building of it, or an area, as `campus/building/area`. */
import type { Place } from '@cardwatch/contracts';
import type { Areas } from '@cardwatch/contracts/api';

/** Whether a thing at this place is one of theirs. A thing without a place is everybody's who has no areas. */
export function isWithin(
  areas: Areas,
  { campus, area }: { readonly campus: string | null; readonly area: string | null },
): boolean {
  if (areas === null) return true;
  return areas.some((one) => one === campus || one === area || (area?.startsWith(`${one}/`) ?? false));
}

/** `campus/building/area` as far as the place is named; an area without a building keeps its empty part, as everywhere in the watch. */
export const placePathOf = ({ campus, building = '', area = '' }: Pick<Place, 'campus' | 'building' | 'area'>): string =>
  [campus, building, area].join('/').replace(/\/+$/, '');
