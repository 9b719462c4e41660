import type { ExposureDto, StandingDto } from '@cardwatch/contracts/api';

export type Standing = StandingDto;

/** Where money and people are first; everything else is one panel at the end. */
const named = ['canteen', 'dorm', 'bathhouse'] as const;
const rest = 'other';

const groupOf = (areaType: string): string => named.find((type) => type === areaType) ?? rest;

/** Areas by cluster, in the order of the panels; a cluster without areas has no panel. */
export function clusterGroups<T extends { readonly areaType: string }>(
  areas: readonly T[],
): readonly (readonly [string, readonly T[]])[] {
  const groups = Map.groupBy(areas, ({ areaType }) => groupOf(areaType));
  return [...named, rest].flatMap((type) => {
    const members = groups.get(type);
    return members === undefined ? [] : [[type, members] as const];
  });
}

const nothing: Standing = {
  exposure: { records: 0, fen: null, estimated: false, oldestAt: null },
  devices: 0,
  open: 0,
  openOnline: 0,
  recent: { records: 0, amountFen: 0, expected: null },
};

/** A whole cluster as the collector has summed it; of one campus its areas together. */
export function standingOf({ clusters, areas }: ExposureDto, type: string, campus: string | undefined): Standing {
  const rows = campus === undefined ? clusters : areas.filter((area) => area.campus === campus);
  return rows.filter(({ areaType }) => groupOf(areaType) === type).reduce<Standing>(added, nothing);
}

/** Ends of bands are added, as the collector does; a part that is not known makes no band, unless it has no devices at all. */
function added(one: Standing, other: Standing): Standing {
  if (one.devices === 0 && one.exposure.records === 0) return other;
  if (other.devices === 0 && other.exposure.records === 0) return one;
  const [a, b] = [one.recent.expected, other.recent.expected];
  const { fen } = one.exposure;
  const ages = [one.exposure.oldestAt, other.exposure.oldestAt].filter((at) => at !== null);
  return {
    exposure: {
      records: one.exposure.records + other.exposure.records,
      fen: fen === null ? other.exposure.fen : fen + (other.exposure.fen ?? 0),
      estimated: one.exposure.estimated || other.exposure.estimated,
      oldestAt: ages.length === 0 ? null : Math.min(...ages),
    },
    devices: one.devices + other.devices,
    open: one.open + other.open,
    openOnline: one.openOnline + other.openOnline,
    recent: {
      records: one.recent.records + other.recent.records,
      amountFen: one.recent.amountFen + other.recent.amountFen,
      expected:
        a === null || b === null
          ? null
          : { median: a.median + b.median, mad: a.mad + b.mad, low: a.low + b.low, high: a.high + b.high },
    },
  };
}

/** Terminals are silent and nobody has learned what they sell: nothing counted is not nothing there. */
export const isUnknowable = ({ records, estimated }: Standing['exposure']): boolean => records === 0 && estimated;

/** Below what is normal is told; above it is a good lunch. */
export const recentTone = ({ records, expected }: Standing['recent']): string =>
  expected !== null && records < expected.low ? 'tone-level2' : 'plain';
