/** Acts that come to maps: each is based on the version of that map that was shown. */
import { type BuildingMap, mapLimits } from '@cardwatch/contracts/watch';
import { err, ok, unreachable } from '@cardwatch/kernel';
import type { ActHead, MapAct } from '../../core/watch/act.core.ts';
import type { Settings } from '../../store/watch/roles.ts';
import { doneWith, type Worked } from './work.ts';

export function mapWork({ maps }: Pick<Settings, 'maps'>, act: ActHead & MapAct): Worked {
  const before = maps.find(({ mapId }) => mapId === act.mapId);
  if (before === undefined && (act.kind !== 'saveMap' || act.basedOn > 0))
    return err({ kind: 'notFound', what: 'mapId', id: act.mapId });
  if ((before?.version ?? 0) !== act.basedOn) return err({ kind: 'changedMeanwhile' });
  const others = maps.filter(({ mapId }) => mapId !== act.mapId);
  const after = afterwards(before, act);
  if (others.length >= mapLimits.maps && before === undefined) return err({ kind: 'full', limit: mapLimits.maps });
  const value = [...others, ...after].toSorted((a, b) => (a.area === b.area ? compare(a.name, b.name) : compare(a.area, b.area)));
  return ok({ done: doneWith(act.mapId), settings: [{ name: 'maps', value, reason: act.reason }] });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function afterwards(before: BuildingMap | undefined, act: ActHead & MapAct): readonly BuildingMap[] {
  const changed = { version: act.basedOn + 1, changedAt: act.at as number as BuildingMap['changedAt'], changedBy: act.by };
  switch (act.kind) {
    case 'saveMap': {
      const { mapId, name, area, picture } = act;
      return [{ mapId, name, area, picture, placements: before?.placements ?? [], ...changed }];
    }
    case 'placeOnMap':
      return before === undefined ? [] : [{ ...before, placements: [...act.placements], ...changed }];
    case 'removeMap':
      return [];
    default:
      return unreachable(act);
  }
}
