import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { numberIn, type RawSearch, textIn } from '../../search.ts';

/** 审计: who did what to what, when, from where, and whether the chain holds. */
export function auditScreens(app: App) {
  const audit = createRoute({
    getParentRoute: () => app,
    path: '/audit',
    validateSearch: (raw: RawSearch) => ({
      ...textIn(raw, 'actor', 80),
      ...textIn(raw, 'action'),
      ...textIn(raw, 'object', 200),
      ...textIn(raw, 'q'),
      ...numberIn(raw, 'from'),
      ...numberIn(raw, 'to'),
      ...numberIn(raw, 'n'),
      ...textIn(raw, 'hide', 200),
    }),
    component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditPage'),
  });
  return [audit] as const;
}
