import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, type RawSearch, textIn } from '../../search.ts';

/** 台账: where devices stand, whom terminals belong to, how it came to be so. */
export function registerScreens(app: App) {
  const register = createRoute({
    getParentRoute: () => app,
    path: '/register',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', ['merchants', 'changes', 'import']),
      ...choiceIn(raw, 'when', ['all']),
      ...textIn(raw, 'place', 400),
      ...textIn(raw, 'q'),
      ...textIn(raw, 'deviceId'),
      ...textIn(raw, 'importId', 36),
    }),
    component: lazyRouteComponent(() => import('./register-page.tsx'), 'RegisterPage'),
  });
  return [register] as const;
}
