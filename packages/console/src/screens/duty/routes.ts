import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, type RawSearch, textIn } from '../../search.ts';
import { dutyTabs, noticeStates } from './duty.core.ts';

/** 值班: who is on duty, who is told of what, and whether it arrived. */
export function dutyScreens(app: App) {
  const duty = createRoute({
    getParentRoute: () => app,
    path: '/duty',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', dutyTabs),
      ...choiceIn(raw, 'state', noticeStates),
      ...textIn(raw, 'recipient', 32),
      ...textIn(raw, 'notice', 36),
      ...textIn(raw, 'alarm', 36),
      ...choiceIn(raw, 'level', ['1', '2', '3']),
      ...textIn(raw, 'rule', 48),
      ...textIn(raw, 'area', 200),
    }),
    component: lazyRouteComponent(() => import('./duty-page.tsx'), 'DutyPage'),
  });
  return [duty] as const;
}
