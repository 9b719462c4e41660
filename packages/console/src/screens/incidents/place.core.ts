/** Where an incident is, as short as it can be told. */
import type { Incident } from '@cardwatch/contracts/watch';

type Placed = Pick<Incident, 'scope' | 'record'>;

/** What the areas of `campus/building/area` have in common, without the campus where there is a building; else what somebody wrote. */
export function placeOf({ scope, record }: Placed): string | null {
  const areas = (scope?.areas ?? []).map((area) => area.split('/'));
  const [first, ...others] = areas;
  if (first === undefined) return record.place.trim() === '' ? (scope?.campus ?? null) : record.place;
  const common = first.filter(
    (part, n) => others.every((area) => area[n] === part && n < area.length) && isUnbroken(first, others, n),
  );
  if (common.length === 0) return first[0] ?? null;
  return (common.length > 1 ? common.slice(1) : common).join(' ');
}

const isUnbroken = (first: readonly string[], others: readonly (readonly string[])[], upTo: number): boolean =>
  first.slice(0, upTo).every((part, n) => others.every((area) => area[n] === part));
