import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, type RawSearch, textIn } from '../../search.ts';
import { calendarTabs } from './calendar.core.ts';

/** 日历: what is to come, what is silent, and by which days everything counts. */
export function calendarScreens(app: App) {
  const calendar = createRoute({
    getParentRoute: () => app,
    path: '/calendar',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', calendarTabs),
      ...textIn(raw, 'month', 7),
      ...choiceIn(raw, 'ended', ['1']),
    }),
    component: lazyRouteComponent(() => import('./calendar-page.tsx'), 'CalendarPage'),
  });
  return [calendar] as const;
}
