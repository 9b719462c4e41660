import type { Ask } from './ask.ts';

/** What the wall screen asks for, and the links that open it. */
export const wallQueries = ({ single }: Ask) => ({
  wall: () => ({ ...single(['wall'], 'wall', {}), staleTime: 0, retry: false }),
  wallDay: (campus: string) => ({ ...single(['wallDay', campus], 'wallDay', { query: { campus } }), retry: false }),
  wallLinks: () => single(['wallLinks'], 'wallLinks', {}),
});
