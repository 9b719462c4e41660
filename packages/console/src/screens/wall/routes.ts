import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App, Root } from '../../router.tsx';
import { choiceIn, type RawSearch, textIn } from '../../search.ts';

/** 大屏: outside the frame, without signing in; who opens it brings a link or a session. `campus` holds it on one campus. */
export function wallScreen(root: Root) {
  return createRoute({
    getParentRoute: () => root,
    path: '/wall',
    validateSearch: (raw: RawSearch) => ({ ...textIn(raw, 'campus'), ...choiceIn(raw, 'hide', ['amounts']) }),
    component: lazyRouteComponent(() => import('./wall-page.tsx'), 'WallPage'),
  });
}

/** The links that open it, within the frame. */
export function wallScreens(app: App) {
  const links = createRoute({
    getParentRoute: () => app,
    path: '/wall-links',
    validateSearch: (raw: RawSearch) => textIn(raw, 'hide', 200),
    component: lazyRouteComponent(() => import('./wall-links-page.tsx'), 'WallLinksPage'),
  });
  return [links] as const;
}
