import type { ImportantEvent } from '@cardwatch/contracts/watch';

/** Important events that freeze one of these areas now, the one that lasts longest first; an event without areas is everywhere. */
export const freezesOver = (
  events: readonly ImportantEvent[],
  areas: readonly string[],
  now: number,
): readonly ImportantEvent[] =>
  events
    .filter(({ freeze, from, to }) => freeze && from <= now && now < to)
    .filter((event) => event.areas.length === 0 || areas.some((area) => event.areas.some((frozen) => liesIn(area, frozen))))
    .toSorted((a, b) => b.to - a.to);

/** `campus/building/area` in itself, its building or its campus. */
const liesIn = (area: string, wider: string): boolean => area === wider || area.startsWith(`${wider}/`);
