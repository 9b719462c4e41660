import type { Ask } from './ask.ts';

/** Keys of what the screens of building maps ask for. */
export const mapKeys = { maps: ['maps'] as const, versions: ['mapVersions'] as const };

export function mapsQueries({ single }: Ask) {
  return {
    maps: () => single(mapKeys.maps, 'maps', {}),
    mapVersions: () => single(mapKeys.versions, 'mapVersions', {}),
  };
}
