import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, type RawSearch, textIn } from '../../search.ts';

export const flowKinds = ['campus', 'area', 'merchant', 'device'] as const;
export const dayParts = ['morning', 'noon', 'evening'] as const;

/** 流水走势: whose business, of which day, in which slots; all of it in the address. */
export function flowScreens(app: App) {
  const flow = createRoute({
    getParentRoute: () => app,
    path: '/flow',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'kind', flowKinds),
      ...textIn(raw, 'id', 200),
      ...textIn(raw, 'day', 10),
      ...choiceIn(raw, 'part', dayParts),
      ...choiceIn(raw, 'step', ['1m']),
      ...choiceIn(raw, 'unit', ['yuan']),
      ...choiceIn(raw, 'compare', ['week']),
      ...textIn(raw, 'hide', 200),
    }),
    component: lazyRouteComponent(() => import('./flow-page.tsx'), 'FlowPage'),
  });
  return [flow] as const;
}
