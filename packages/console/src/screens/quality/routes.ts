import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, numberIn, type RawSearch, textIn } from '../../search.ts';
import { monthIn } from './month.core.ts';

/** 服务质量. */
export function qualityScreens(app: App) {
  const quality = createRoute({
    getParentRoute: () => app,
    path: '/quality',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', ['availability', 'contracts']),
      ...monthIn(raw),
      ...textIn(raw, 'campus'),
      ...textIn(raw, 'area', 200),
      ...textIn(raw, 'figure', 48),
      ...textIn(raw, 'deviceId'),
      ...textIn(raw, 'contract'),
      ...numberIn(raw, 'version'),
    }),
    component: lazyRouteComponent(() => import('./quality-page.tsx'), 'QualityPage'),
  });
  return [quality] as const;
}
