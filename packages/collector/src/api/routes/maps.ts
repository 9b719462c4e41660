import {
  listMaps,
  listMapVersions,
  placeOnMap,
  removeMap,
  saveMap,
  showMapImage,
  uploadMapImage,
} from '../../services/maps/maps.ts';
import { watched } from '../../services/watch-desk.ts';
import { asFile, plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const mapRoutes: Pick<
  Handlers,
  'maps' | 'mapVersions' | 'uploadMapImage' | 'mapImage' | 'saveMap' | 'placeOnMap' | 'removeMap'
> = {
  maps: (services, caller) => plain(watched(services, (w) => listMaps(w, caller))),
  mapVersions: (services) => plain(watched(services, listMapVersions)),
  uploadMapImage: (services, caller, { upload }) => plain(watched(services, (w) => uploadMapImage(w, caller, upload))),
  mapImage: (services, caller, { params }) => asFile(watched(services, (w) => showMapImage(w, caller, params.image))),
  saveMap: (services, caller, { params, body }) => plain(watched(services, (w) => saveMap(w, caller, { ...params, ...body }))),
  placeOnMap: (services, caller, { params, body }) =>
    plain(watched(services, (w) => placeOnMap(w, caller, { ...params, ...body }))),
  removeMap: (services, caller, { params, body }) =>
    plain(watched(services, (w) => removeMap(w, caller, { ...params, ...body }))),
};
