import type { ExposureDto, StandingDto } from '@cardwatch/contracts/api';
import { ok, type Result } from '@cardwatch/kernel';
import { exposureSum, standingSum } from '../../core/alarm/standing-sum.core.ts';
import type { HeldRow, PlaceRow, Standing, Standings } from '../../core/alarm/standing.core.ts';
import { isWithin } from '../area.core.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { type Watched, watchRetryS } from '../watch-desk.ts';

/** What the caller's areas stand like. Fails as `watchDown` while the watch starts. */
export async function showExposure(
  { watch, read }: Pick<Watched, 'watch' | 'read'>,
  { areas }: Pick<Caller, 'areas'>,
): Promise<Result<ExposureDto, ServiceFailure>> {
  const [standings, gaps] = await Promise.all([watch.standings(), read.unexplained()]);
  if (!standings.ok) return { ok: false, error: { kind: 'watchDown', retryAfterS: watchRetryS } };
  return ok({ ...exposureDto(standings.value, areas), openGaps: gaps.open, lastUnexplainedAt: gaps.lastAt });
}

type Placed = Omit<ExposureDto, 'openGaps' | 'lastUnexplainedAt'>;

export function exposureDto({ at, ...all }: Standings, areas: Caller['areas']): Placed {
  const places = all.places.filter((place) => isWithin(areas, place));
  const held = all.held.filter((row) => isWithin(areas, row));
  return {
    asOf: at,
    total: dto(standingSum(places, held)),
    inAgents: exposureSum(held),
    clusters: sums(places, held, ({ areaType }) => areaType).map(([areaType, sum]) => ({ areaType, ...sum })),
    campuses: sums(places, held, ({ campus }) => campus).map(([campus, sum]) => ({ campus, ...sum })),
    areas: areaRows(places, held),
  };
}

const dto = ({ recent, ...standing }: Standing): StandingDto => ({ ...standing, recent: { ...recent } });

type KeyOf = (row: PlaceRow | HeldRow) => string | null;

/** In the order in which they first appear. */
function sums(places: readonly PlaceRow[], held: readonly HeldRow[], keyOf: KeyOf): [string, StandingDto][] {
  const groups = Map.groupBy(places, (place) => keyOf(place) ?? '');
  return [...groups].map(([key, group]) => [
    key,
    dto(
      standingSum(
        group,
        held.filter((row) => keyOf(row) === key),
      ),
    ),
  ]);
}

function areaRows(places: readonly PlaceRow[], held: readonly HeldRow[]): ExposureDto['areas'] {
  const named = places.filter(({ area }) => area !== null);
  return sums(named, held, ({ area }) => area).map(([area, sum]) => {
    const { campus = '', areaType = 'other' } = named.find((place) => place.area === area) ?? {};
    return { campus, area, areaType, ...sum };
  });
}
