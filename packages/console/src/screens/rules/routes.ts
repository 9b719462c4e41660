import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { App } from '../../router.tsx';
import { choiceIn, type RawSearch, textIn } from '../../search.ts';
import { replayDays, ruleFamilies } from './rule.core.ts';

/** 规则: what is looked for, by whose word, and what another word would have found. */
export function ruleScreens(app: App) {
  const rules = createRoute({
    getParentRoute: () => app,
    path: '/rules',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'family', ruleFamilies),
      ...choiceIn(raw, 'state', ['off', 'changed']),
      ...textIn(raw, 'q'),
      ...textIn(raw, 'hide', 200),
    }),
    component: lazyRouteComponent(() => import('./rules-page.tsx'), 'RulesPage'),
  });
  const rule = createRoute({
    getParentRoute: () => app,
    path: '/rules/$rule',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', ['versions']),
      ...choiceIn(raw, 'days', replayDays),
      ...choiceIn(raw, 'suggest', ['1']),
    }),
    component: lazyRouteComponent(() => import('./rule-page.tsx'), 'RulePage'),
  });
  return [rules, rule] as const;
}
