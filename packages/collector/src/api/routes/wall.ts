import { ok } from '@cardwatch/kernel';
import { showExposure } from '../../services/exposure/show.ts';
import { addWallLink, listWallLinks, openWall, revokeWallLink } from '../../services/wall/link.ts';
import { showWall, showWallDay } from '../../services/wall/show.ts';
import { watched } from '../../services/watch-desk.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const wallRoutes: Pick<
  Handlers,
  'exposure' | 'wall' | 'wallDay' | 'openWall' | 'wallLinks' | 'addWallLink' | 'revokeWallLink'
> = {
  exposure: (services, caller) => plain(watched(services, (w) => showExposure(w, caller))),
  wall: (services, caller) => plain(watched(services, (w) => showWall(w, caller))),
  wallDay: (services, caller, { query }) => plain(watched(services, (w) => showWallDay(w, caller, query.campus))),
  openWall: async (services, caller, { body }) => {
    const opened = await openWall(services, caller, body.token);
    if (!opened.ok) return opened;
    const { secret, maxAgeS } = opened.value;
    return ok({ body: opened.value.body, cookie: { secret, maxAgeS, of: 'wall' } });
  },
  wallLinks: (services) => plain(listWallLinks(services)),
  addWallLink: (services, caller, { body }) => plain(addWallLink(services, caller, body)),
  revokeWallLink: (services, caller, { params, body }) => plain(revokeWallLink(services, caller, { ...params, ...body })),
};
