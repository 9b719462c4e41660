import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, type RawSearch, textIn } from '../../search.ts';

/** 拓扑: the tree, what is wrong highest up, and links that were seen. */
export function topologyScreens(app: App) {
  const topology = createRoute({
    getParentRoute: () => app,
    path: '/topology',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', ['suggestions']),
      ...choiceIn(raw, 'only', ['troubled']),
      ...choiceIn(raw, 'state', ['confirmed', 'rejected', 'all']),
      ...textIn(raw, 'node', 100),
      ...textIn(raw, 'q'),
    }),
    component: lazyRouteComponent(() => import('./topology-page.tsx'), 'TopologyPage'),
  });
  return [topology] as const;
}
