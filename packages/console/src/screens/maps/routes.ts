import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, type RawSearch, textIn } from '../../search.ts';

/** 平面图: all of them, and one with its devices. */
export function mapsScreens(app: App) {
  const maps = createRoute({
    getParentRoute: () => app,
    path: '/maps',
    validateSearch: (raw: RawSearch) => choiceIn(raw, 'tab', ['versions']),
    component: lazyRouteComponent(() => import('./maps-page.tsx'), 'MapsPage'),
  });
  const map = createRoute({
    getParentRoute: () => app,
    path: '/maps/$planId',
    validateSearch: (raw: RawSearch) => ({ ...choiceIn(raw, 'mode', ['edit']), ...textIn(raw, 'deviceId') }),
    component: lazyRouteComponent(() => import('./map-page.tsx'), 'MapPage'),
  });
  return [maps, map] as const;
}
