/** 平面图: pictures are judged by their bytes; what stands where is kept as versions by the watch. */
import { createHash } from 'node:crypto';
import type { SettingVersionDto } from '@cardwatch/contracts/api';
import type { BuildingMap, MapImage, MapPlacement } from '@cardwatch/contracts/watch';
import { err, ok, type Result } from '@cardwatch/kernel';
import { pictureOf, type PictureFault, pictureFaultCodes } from '../../core/maps/picture.core.ts';
import { homeOf } from '../../core/register/index.core.ts';
import { order } from '../act.ts';
import { isWithin } from '../area.core.ts';
import { auditOf, type Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { registerView } from '../topology/register-view.ts';
import type { Watched } from '../watch-desk.ts';

type Answer<T> = Promise<Result<T, ServiceFailure>>;

interface Changing {
  readonly mapId: string;
  readonly basedOn: number;
  readonly reason: string;
  readonly idempotencyKey: string;
}

const mine = ({ areas }: Caller, { area }: Pick<BuildingMap, 'area'>): boolean => isWithin(areas, homeOf({ area }));

export async function listMaps({ watch }: Watched, caller: Caller): Answer<{ items: BuildingMap[] }> {
  const { maps } = await watch.settings();
  return ok({ items: maps.filter((map) => mine(caller, map)) });
}

export async function listMapVersions({ watch }: Watched): Answer<{ items: SettingVersionDto[] }> {
  const versions = await watch.settingVersions('maps');
  return ok({ items: versions.map(({ n, ...said }) => ({ version: n, ...said })) });
}

const wanted: Readonly<Record<PictureFault, string>> = {
  kind: 'PNG, JPEG, WebP',
  damaged: 'PNG, JPEG, WebP: whole',
  trailing: 'PNG, JPEG, WebP: nothing behind the picture',
  side: 'width and height ≤ 10000 px',
};

/** Sent again it is the same picture. */
export async function uploadMapImage(services: Watched, caller: Caller, bytes: Uint8Array): Answer<MapImage> {
  const read = pictureOf(bytes);
  const image = createHash('sha256').update(bytes).digest('hex');
  const audit = (result: string): Promise<void> =>
    services.people.appendAudit(
      auditOf(caller, { action: 'map.image', object: image, result, detail: { bytes: bytes.length } }, services.clock.now()),
    );
  if (!read.ok) {
    await audit(`refused: ${read.error}`);
    return err({
      kind: 'invalid',
      place: 'body',
      value: read.error,
      expected: wanted[read.error],
      why: pictureFaultCodes[read.error],
    });
  }
  const picture: MapImage = { image, ...read.value, bytes: bytes.length };
  const { maps } = await services.watch.settings();
  await audit('ok');
  const kept = await services.maps.put(picture, bytes, new Set(maps.map((map) => map.picture.image)));
  return kept.ok ? ok(picture) : err({ kind: 'full', limit: maps.length });
}

export interface MapFile {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly name: string;
  readonly isForever: true;
}

const endings = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp' } as const;

/** Of a caller with areas: a picture that a map of theirs shows. */
export async function showMapImage({ watch, maps }: Watched, caller: Caller, image: string): Answer<MapFile> {
  const missing = err({ kind: 'notFound', place: 'image', value: image } as const);
  if (caller.areas !== null) {
    const kept = (await watch.settings()).maps;
    if (!kept.some((map) => map.picture.image === image && mine(caller, map))) return missing;
  }
  const bytes = await maps.get(image);
  const read = bytes === undefined ? undefined : pictureOf(bytes);
  if (bytes === undefined || read?.ok !== true) return missing;
  const { type } = read.value;
  return ok({ bytes, type, name: `${image.slice(0, 16)}.${endings[type]}`, isForever: true });
}

export async function saveMap(
  services: Watched,
  caller: Caller,
  {
    mapId,
    name,
    area,
    image,
    basedOn,
    reason,
    idempotencyKey,
  }: Changing & Pick<BuildingMap, 'name' | 'area'> & { readonly image: string },
): Answer<BuildingMap> {
  if (!mine(caller, { area }))
    return err({ kind: 'invalid', place: 'body.area', value: area, expected: (caller.areas ?? []).join(', ') });
  const before = await own(services, caller, mapId);
  if (basedOn > 0 && before === undefined) return err({ kind: 'notFound', place: 'mapId', value: mapId });
  const bytes = await services.maps.get(image);
  const read = bytes === undefined ? undefined : pictureOf(bytes);
  if (bytes === undefined || read?.ok !== true) return err({ kind: 'notFound', place: 'body.image', value: image });
  const picture: MapImage = { image, ...read.value, bytes: bytes.length };
  const act = { kind: 'saveMap', mapId, name, area, picture, basedOn, reason } as const;
  const done = await order(services, caller, { act, idempotencyKey, object: mapId, detail: { name, area, image, reason } });
  return done.ok ? shown(services, mapId) : done;
}

/** Devices that are not the caller's stay where they are: they can neither be set down nor taken away. */
export async function placeOnMap(
  services: Watched,
  caller: Caller,
  { mapId, placements, basedOn, reason, idempotencyKey }: Changing & { readonly placements: readonly MapPlacement[] },
): Answer<BuildingMap> {
  const before = await own(services, caller, mapId);
  if (before === undefined) return err({ kind: 'notFound', place: 'mapId', value: mapId });
  const view = await registerView(services, caller);
  if (!view.ok) return view;
  const seen = new Set<string>();
  const kept = new Set<string>(before.placements.map(({ deviceId }) => deviceId));
  for (const [n, { deviceId }] of placements.entries()) {
    const place = `body.placements.${n}.deviceId`;
    if (seen.has(deviceId)) return err({ kind: 'invalid', place, value: deviceId, expected: 'each device once' });
    seen.add(deviceId);
    const isKnown = view.value.devices.has(deviceId) && view.value.mine(deviceId);
    if (!isKnown && !kept.has(deviceId)) return err({ kind: 'notFound', place, value: deviceId });
  }
  const act = { kind: 'placeOnMap', mapId, placements, basedOn, reason } as const;
  const done = await order(services, caller, {
    act,
    idempotencyKey,
    object: mapId,
    detail: { placements: placements.length, reason },
  });
  return done.ok ? shown(services, mapId) : done;
}

export async function removeMap(
  services: Watched,
  caller: Caller,
  { mapId, basedOn, reason, idempotencyKey }: Changing,
): Answer<{ items: BuildingMap[] }> {
  const repeated = await services.watch.actDone(idempotencyKey);
  const before = await own(services, caller, mapId);
  if (before === undefined && repeated === null) return err({ kind: 'notFound', place: 'mapId', value: mapId });
  const act = { kind: 'removeMap', mapId, basedOn, reason } as const;
  const done = await order(services, caller, {
    act,
    idempotencyKey,
    object: mapId,
    detail: { name: before?.name ?? '', reason },
  });
  return done.ok ? listMaps(services, caller) : done;
}

/** Somebody else's map is as if it were not there. */
async function own({ watch }: Watched, caller: Caller, mapId: string): Promise<BuildingMap | undefined> {
  const { maps } = await watch.settings();
  return maps.find((map) => map.mapId === mapId && mine(caller, map));
}

async function shown({ watch }: Watched, mapId: string): Answer<BuildingMap> {
  const { maps } = await watch.settings();
  const map = maps.find((one) => one.mapId === mapId);
  return map === undefined ? err({ kind: 'notFound', place: 'mapId', value: mapId }) : ok(map);
}
