import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, type RawSearch, textIn } from '../../search.ts';
import { alarmConditions, alarmHandlings, alarmLevels, filterOf, orderOf } from './alarm-filter.core.ts';

/** 告警 and one of them. */
export function alarmsScreens(app: App) {
  const alarms = createRoute({
    getParentRoute: () => app,
    path: '/alarms',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'quick', ['unacknowledged', 'mine']),
      ...choiceIn(raw, 'level', alarmLevels),
      ...choiceIn(raw, 'handling', alarmHandlings),
      ...choiceIn(raw, 'condition', alarmConditions),
      ...textIn(raw, 'rule', 48),
      ...textIn(raw, 'campus'),
      ...textIn(raw, 'area', 200),
      ...choiceIn(raw, 'suppressed', ['yes', 'no']),
      ...choiceIn(raw, 'symptoms', ['yes']),
      ...choiceIn(raw, 'over', ['yes']),
      ...choiceIn(raw, 'sort', ['newest']),
      ...textIn(raw, 'unfold', 400),
      ...textIn(raw, 'hide', 200),
    }),
    loaderDeps: ({ search: { unfold: _unfold, hide: _hide, ...asked } }) => asked,
    // asked before the screen is drawn, and not waited for
    loader: ({ deps, context: { cache, queries, session } }) => {
      if (session.scopes.includes('watch:read'))
        void cache.prefetchInfiniteQuery(queries.alarms(filterOf(deps, session.name), orderOf(deps)));
    },
    component: lazyRouteComponent(() => import('./alarms-page.tsx'), 'AlarmsPage'),
  });
  const alarm = createRoute({
    getParentRoute: () => app,
    path: '/alarms/$alarmId',
    component: lazyRouteComponent(() => import('./alarm-page.tsx'), 'AlarmPage'),
  });
  return [alarms, alarm] as const;
}
