/** 楼层平面图: a picture of a building or floor, and where on it devices stand. */
import { z } from 'zod';
import { DeviceId, WireTime } from '../ids.ts';

export const mapLimits = {
  maps: 100,
  /** Devices of one map. */
  placements: 300,
  imageBytes: 8 * 1_024 * 1_024,
  /** Width or height in pixels. */
  sidePx: 10_000,
  /** Pictures in the data folder, those of earlier versions among them. */
  images: 300,
} as const;

/** No SVG: it can carry scripts. */
export const mapImageTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;

const pixels = z.int().min(1).max(mapLimits.sidePx);

/** `image`: SHA-256 of the file. */
export const MapImage = z.strictObject({
  image: z.string().regex(/^[0-9a-f]{64}$/),
  type: z.enum(mapImageTypes),
  widthPx: pixels,
  heightPx: pixels,
  bytes: z.int().min(1).max(mapLimits.imageBytes),
});
export type MapImage = z.infer<typeof MapImage>;

const perMille = z.int().min(0).max(1_000);

/** From the left and from the top of the picture, in thousandths of its width and height. */
export const MapPlacement = z.strictObject({ deviceId: DeviceId, x: perMille, y: perMille });
export type MapPlacement = z.infer<typeof MapPlacement>;

/** `area`: `campus/building/area` as far as the map belongs to it. `version` rises with each change of this map. */
export const BuildingMap = z.strictObject({
  mapId: z.uuid(),
  name: z.string().min(1).max(64),
  area: z.string().regex(/^[^/]{1,64}(\/[^/]{1,64}){0,2}$/),
  picture: MapImage,
  placements: z.array(MapPlacement).max(mapLimits.placements),
  version: z.int().min(1),
  changedAt: WireTime,
  changedBy: z.string().max(64),
});
export type BuildingMap = z.infer<typeof BuildingMap>;
