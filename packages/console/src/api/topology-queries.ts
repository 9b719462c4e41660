import type { Ask } from './ask.ts';

/** Keys of what the screens of topology and register ask for. */
export const topologyKeys = {
  topology: ['topology'] as const,
  suggestions: (state: string | undefined) => ['suggestions', state] as const,
  /** Open alarms, by which the tree tells what explains what. */
  openAlarms: ['alarms', 'topology'] as const,
  /** Every device of the site, page after page. */
  allDevices: ['devices', {}] as const,
};

export function topologyQueries({ single, paged }: Ask) {
  return {
    topology: () => single(topologyKeys.topology, 'topology', {}),
    suggestions: (state: 'open' | 'confirmed' | 'rejected' | undefined) =>
      paged(topologyKeys.suggestions(state), 'suggestions', (cursor) => ({ query: { ...cursor, state, limit: 200 } })),
    openAlarms: () =>
      paged(topologyKeys.openAlarms, 'alarms', (cursor) => ({ query: { ...cursor, open: 'true' as const, limit: 500 } })),
  };
}
