/** Verbs of building maps. Part of the one table in `endpoints.ts`. */
import { z } from 'zod';
import { BuildingMap, MapImage, mapImageTypes, mapLimits, MapPlacement } from '../watch/map.ts';
import type { Endpoint } from './endpoints.ts';
import { SettingVersionDto } from './metrics-dto.ts';
import { fileResponse } from './reply.ts';

const { mapId, name, area } = BuildingMap.shape;
const { image } = MapImage.shape;
/** `basedOn`: the version of the map that was changed; another one since then changes nothing. */
const changing = { basedOn: z.int().min(0), reason: z.string().min(1).max(200), idempotencyKey: z.uuid() };
const params = z.strictObject({ mapId });

/** The bytes decide what it is, not the type. */
export const mapUpload = { types: [...mapImageTypes, 'application/octet-stream'], bytesMax: mapLimits.imageBytes } as const;

export const mapEndpoints = {
  maps: {
    method: 'get',
    path: '/maps',
    summary: 'Maps of buildings and floors with where devices stand on them, by name; of the areas of who asks',
    scope: 'watch:read',
    response: z.strictObject({ items: z.array(BuildingMap) }),
  },
  mapVersions: {
    method: 'get',
    path: '/map-versions',
    summary: 'Who changed maps and why, newest first, at most 200',
    scope: 'watch:read',
    response: z.strictObject({ items: z.array(SettingVersionDto) }),
  },
  uploadMapImage: {
    method: 'post',
    path: '/map-images',
    summary:
      'Keep a picture for a map: PNG, JPEG or WebP by its bytes, whole and with nothing behind it, at most 8 MiB and 10,000 pixels a side. SVG is refused',
    scope: 'topology:edit',
    upload: mapUpload,
    response: MapImage,
  },
  mapImage: {
    method: 'get',
    path: '/map-images/:image',
    summary: 'A picture by the hash of its bytes, of a map in the areas of who asks',
    scope: 'watch:read',
    params: z.strictObject({ image }),
    download: mapImageTypes,
    response: fileResponse,
  },
  saveMap: {
    method: 'post',
    path: '/maps/:mapId',
    summary: 'Add a map of a kept picture (`basedOn` 0), or change name, area or picture of this one; devices on it stay',
    scope: 'topology:edit',
    params,
    body: z.strictObject({ name, area, image, ...changing }),
    response: BuildingMap,
  },
  placeOnMap: {
    method: 'post',
    path: '/maps/:mapId/placements',
    summary: 'Where devices stand on this map, all of them anew',
    scope: 'topology:edit',
    params,
    body: z.strictObject({ placements: z.array(MapPlacement).max(mapLimits.placements), ...changing }),
    response: BuildingMap,
  },
  removeMap: {
    method: 'post',
    path: '/maps/:mapId/remove',
    summary: 'Remove a map; its versions stay',
    scope: 'topology:edit',
    params,
    body: z.strictObject(changing),
    response: z.strictObject({ items: z.array(BuildingMap) }),
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
