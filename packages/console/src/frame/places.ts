import type { Scope } from '@cardwatch/contracts/api';
import type { WordKey } from '../words/zh.ts';

export interface Place {
  readonly to: `/${string}`;
  readonly word: Extract<WordKey, `rail.${string}`>;
  /** Of `icons.tsx`. */
  readonly icon: string;
  readonly scope: Scope;
}

/** Every screen of the rail, and the right that it needs; what lies under its address needs the same. */
export const places = [
  { to: '/', word: 'rail.overview', icon: 'overview', scope: 'read' },
  { to: '/alarms', word: 'rail.alarms', icon: 'alarms', scope: 'watch:read' },
  { to: '/incidents', word: 'rail.incidents', icon: 'incidents', scope: 'watch:read' },
  { to: '/devices', word: 'rail.devices', icon: 'devices', scope: 'read' },
  { to: '/agents', word: 'rail.agents', icon: 'agents', scope: 'read' },
  { to: '/topology', word: 'rail.topology', icon: 'topology', scope: 'watch:read' },
  { to: '/register', word: 'rail.register', icon: 'register', scope: 'watch:read' },
  { to: '/maps', word: 'rail.maps', icon: 'maps', scope: 'watch:read' },
  { to: '/flow', word: 'rail.flow', icon: 'money', scope: 'read' },
  { to: '/records', word: 'rail.records', icon: 'records', scope: 'records:read' },
  { to: '/events', word: 'rail.events', icon: 'events', scope: 'records:read' },
  { to: '/gaps', word: 'rail.gaps', icon: 'gaps', scope: 'read' },
  { to: '/duty', word: 'rail.duty', icon: 'duty', scope: 'watch:read' },
  { to: '/quality', word: 'rail.quality', icon: 'quality', scope: 'watch:read' },
  { to: '/calendar', word: 'rail.calendar', icon: 'calendar', scope: 'watch:read' },
  { to: '/rules', word: 'rail.rules', icon: 'rules', scope: 'watch:read' },
  { to: '/audit', word: 'rail.audit', icon: 'audit', scope: 'audit:read' },
  { to: '/people', word: 'rail.people', icon: 'people', scope: 'users:admin' },
  { to: '/wall-links', word: 'rail.wall', icon: 'wall', scope: 'wall:read' },
  { to: '/about', word: 'rail.about', icon: 'about', scope: 'read' },
] as const satisfies readonly Place[];

/** The screen that an address belongs to; undefined: none of the rail's. */
export function placeOf(pathname: string): Place | undefined {
  const first = `/${pathname.split('/')[1] ?? ''}`;
  return places.find(({ to }) => to === first);
}
