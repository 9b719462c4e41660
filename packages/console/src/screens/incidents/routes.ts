import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, numberIn, type RawSearch, textIn } from '../../search.ts';
import { incidentStates } from './workflow.core.ts';

export const incidentTabs = ['alarms', 'evidence', 'cause', 'actions', 'similar'] as const;
export const feedKinds = ['steps', 'told', 'alarms', 'evidence'] as const;

/** 工单 and one of them. */
export function incidentsScreens(app: App) {
  const incidents = createRoute({
    getParentRoute: () => app,
    path: '/incidents',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', ['watching']),
      ...choiceIn(raw, 'state', ['all', ...incidentStates]),
      ...choiceIn(raw, 'level', ['1', '2', '3']),
      ...choiceIn(raw, 'due', ['overdue', 'soon']),
      ...textIn(raw, 'owner'),
      ...textIn(raw, 'campus'),
      ...numberIn(raw, 'from'),
      ...numberIn(raw, 'to'),
      ...textIn(raw, 'hide', 200),
    }),
    component: lazyRouteComponent(() => import('./incidents-page.tsx'), 'IncidentsPage'),
  });
  const incident = createRoute({
    getParentRoute: () => app,
    path: '/incidents/$incidentId',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', incidentTabs),
      ...choiceIn(raw, 'feed', feedKinds),
      ...textIn(raw, 'pack'),
      ...textIn(raw, 'unfold', 36),
    }),
    component: lazyRouteComponent(() => import('./incident-page.tsx'), 'IncidentPage'),
  });
  return [incidents, incident] as const;
}
