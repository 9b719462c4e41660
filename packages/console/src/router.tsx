import type { SessionDto } from '@cardwatch/contracts/api';
import type { QueryClient } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { ApiError, failureOf, isSignedOut } from './api/failure.ts';
import type { Queries } from './api/queries.ts';
import { ErrorPage } from './frame/error-page.tsx';
import { Frame } from './frame/frame.tsx';
import { NotFoundPage } from './frame/not-found-page.tsx';
import { eventTypes, passMethods, passResults } from './marks/events.ts';
import { deviceKinds, deviceStates } from './marks/states.ts';
import { incidentsScreens } from './screens/incidents/routes.ts';
import { qualityScreens } from './screens/quality/routes.ts';
import { recordKinds } from './marks/records.ts';
import { deviceTabs } from './screens/device/tabs.ts';
import { flowScreens } from './screens/flow/routes.ts';
import { auditScreens } from './screens/audit/routes.ts';
import { calendarScreens } from './screens/calendar/routes.ts';
import { dutyScreens } from './screens/duty/routes.ts';
import { ruleScreens } from './screens/rules/routes.ts';
import { alarmsScreens } from './screens/alarms/routes.ts';
import { topologyScreens } from './screens/topology/routes.ts';
import { wallScreen, wallScreens } from './screens/wall/routes.ts';
import { registerScreens } from './screens/register/routes.ts';
import { mapsScreens } from './screens/maps/routes.ts';
import { choiceIn, numberIn, parseSearch, type RawSearch, stringifySearch, textIn } from './search.ts';

export const flowMinutes = ['60', '180', '720'] as const;
export const deviceOrders = ['name', 'state', 'seen', 'uncollected', 'drift'] as const;

interface RouterPorts {
  readonly cache: QueryClient;
  readonly queries: Queries;
}

export function createConsoleRouter(ports: RouterPorts) {
  const root = rootRoute();
  const app = appRoute(root, ports);
  return createRouter({
    routeTree: root.addChildren([
      ...entryRoutes(root, ports),
      wallScreen(root),
      app.addChildren([
        ...deviceScreens(app),
        ...alarmsScreens(app),
        ...topologyScreens(app),
        ...wallScreens(app),
        ...registerScreens(app),
        ...incidentsScreens(app),
        ...qualityScreens(app),
        ...mapsScreens(app),
        ...ledgerScreens(app),
        ...auditScreens(app),
        ...calendarScreens(app),
        ...dutyScreens(app),
        ...ruleScreens(app),
        ...flowScreens(app),
      ]),
    ]),
    parseSearch,
    stringifySearch,
    defaultErrorComponent: ErrorPage,
    defaultPendingMs: 300,
    defaultPreload: 'intent',
    scrollRestoration: false,
  });
}

/** The screen's code comes while it is asked who is signed in, not after it. What fails here fails again where it is shown. */
export function loadAhead(router: ReturnType<typeof createConsoleRouter>): void {
  const [routes] = router.getMatchedRoutes(router.latestLocation.pathname);
  for (const route of routes) void router.loadRouteChunk(route)?.catch(() => undefined);
}

export type Root = ReturnType<typeof rootRoute>;
export type App = ReturnType<typeof appRoute>;

const rootRoute = () => createRootRoute({ notFoundComponent: NotFoundPage });

function entryRoutes(root: Root, { cache, queries }: RouterPorts) {
  const setup = createRoute({
    getParentRoute: () => root,
    path: '/setup',
    beforeLoad: async () => {
      const state = await cache.fetchQuery({ ...queries.setupState(), staleTime: 0 });
      if (!state.setupNeeded) throw redirect({ to: '/sign-in' });
    },
    component: lazyRouteComponent(() => import('./screens/entry/setup-page.tsx'), 'SetupPage'),
  });
  const signIn = createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    validateSearch: (raw: RawSearch) => textIn(raw, 'next', 1024),
    beforeLoad: async () => {
      const state = await cache.fetchQuery({ ...queries.setupState(), staleTime: 0 });
      if (state.setupNeeded) throw redirect({ to: '/setup' });
    },
    component: lazyRouteComponent(() => import('./screens/entry/sign-in-page.tsx'), 'SignInPage'),
  });
  const reset = createRoute({
    getParentRoute: () => root,
    path: '/reset',
    component: lazyRouteComponent(() => import('./screens/entry/reset-page.tsx'), 'ResetPage'),
  });
  return [setup, signIn, reset] as const;
}

/** Everything behind the sign-in. */
function appRoute(root: Root, { cache, queries }: RouterPorts) {
  return createRoute({
    getParentRoute: () => root,
    id: 'app',
    beforeLoad: async ({ location }): Promise<{ session: SessionDto } & RouterPorts> => {
      try {
        return { session: await cache.ensureQueryData(queries.session()), cache, queries };
      } catch (error) {
        if (isSignedOut(error)) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
        throw new ApiError(failureOf(error));
      }
    },
    component: Frame,
  });
}

function deviceScreens(app: App) {
  const overview = createRoute({
    getParentRoute: () => app,
    path: '/',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'flow', ['yuan']),
      ...choiceIn(raw, 'minutes', flowMinutes),
      ...textIn(raw, 'campus'),
    }),
    component: lazyRouteComponent(() => import('./screens/overview/overview-page.tsx'), 'OverviewPage'),
  });
  const devices = createRoute({
    getParentRoute: () => app,
    path: '/devices',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'state', deviceStates),
      ...choiceIn(raw, 'kind', deviceKinds),
      ...textIn(raw, 'agentId'),
      ...textIn(raw, 'campus'),
      ...textIn(raw, 'building'),
      ...textIn(raw, 'area'),
      ...textIn(raw, 'q'),
      ...choiceIn(raw, 'sort', deviceOrders),
      ...choiceIn(raw, 'order', ['down']),
      ...textIn(raw, 'hide', 200),
    }),
    loaderDeps: ({ search: { sort: _sort, order: _order, hide: _hide, ...filter } }) => filter,
    // asked before the screen is drawn, and not waited for
    loader: ({ deps, context }) => void context.cache.prefetchInfiniteQuery(context.queries.devices(deps)),
    component: lazyRouteComponent(() => import('./screens/devices/devices-page.tsx'), 'DevicesPage'),
  });
  const device = createRoute({
    getParentRoute: () => app,
    path: '/devices/$deviceId',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', deviceTabs),
      ...textIn(raw, 'point', 48),
      ...numberIn(raw, 'from'),
      ...numberIn(raw, 'to'),
      ...textIn(raw, 'hide', 200),
    }),
    component: lazyRouteComponent(() => import('./screens/device/device-page.tsx'), 'DevicePage'),
  });
  return [overview, devices, device] as const;
}

function ledgerScreens(app: App) {
  const records = createRoute({
    getParentRoute: () => app,
    path: '/records',
    validateSearch: (raw: RawSearch) => ({
      ...textIn(raw, 'deviceId'),
      ...textIn(raw, 'cardRef'),
      ...textIn(raw, 'tail', 4),
      ...choiceIn(raw, 'kind', recordKinds),
      ...numberIn(raw, 'recordNo'),
      ...textIn(raw, 'place', 200),
      ...textIn(raw, 'merchantId'),
      ...numberIn(raw, 'from'),
      ...numberIn(raw, 'to'),
      ...textIn(raw, 'hide', 200),
    }),
    component: lazyRouteComponent(() => import('./screens/records/records-page.tsx'), 'RecordsPage'),
  });
  const events = createRoute({
    getParentRoute: () => app,
    path: '/events',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'type', eventTypes),
      ...textIn(raw, 'deviceId'),
      ...choiceIn(raw, 'result', passResults),
      ...choiceIn(raw, 'method', passMethods),
      ...numberIn(raw, 'from'),
      ...numberIn(raw, 'to'),
      ...textIn(raw, 'hide', 200),
    }),
    component: lazyRouteComponent(() => import('./screens/events/events-page.tsx'), 'EventsPage'),
  });
  const gaps = createRoute({
    getParentRoute: () => app,
    path: '/gaps',
    validateSearch: (raw: RawSearch) => ({
      ...choiceIn(raw, 'tab', ['deadLetters']),
      ...choiceIn(raw, 'state', ['all', 'filled', 'lost', 'resolved']),
      ...textIn(raw, 'agentId'),
      ...textIn(raw, 'hide', 200),
    }),
    component: lazyRouteComponent(() => import('./screens/gaps/gaps-page.tsx'), 'GapsPage'),
  });
  const agents = createRoute({
    getParentRoute: () => app,
    path: '/agents',
    validateSearch: (raw: RawSearch) => ({ ...textIn(raw, 'agentId'), ...textIn(raw, 'line'), ...textIn(raw, 'hide', 200) }),
    component: lazyRouteComponent(() => import('./screens/agents/agents-page.tsx'), 'AgentsPage'),
  });
  const people = createRoute({
    getParentRoute: () => app,
    path: '/people',
    validateSearch: (raw: RawSearch) => choiceIn(raw, 'tab', ['roles', 'tokens']),
    component: lazyRouteComponent(() => import('./screens/people/people-page.tsx'), 'PeoplePage'),
  });
  const about = createRoute({
    getParentRoute: () => app,
    path: '/about',
    component: lazyRouteComponent(() => import('./screens/about/about-page.tsx'), 'AboutPage'),
  });
  return [records, events, gaps, agents, people, about] as const;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
