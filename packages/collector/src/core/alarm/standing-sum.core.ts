/** Standings of many places as one. */
import type { BusinessBandDto } from '@cardwatch/contracts/api';
import type { Exposure } from '@cardwatch/contracts/watch';
import { noExposure } from './entry.core.ts';
import { joined } from './exposure.core.ts';
import type { Standing } from './standing.core.ts';

export const exposureSum = (parts: readonly { readonly exposure: Exposure }[]): Exposure =>
  parts.map(({ exposure }) => exposure).reduce(joined, noExposure);

/** `held`: what agents hold for these places. */
export function standingSum(places: readonly Standing[], held: readonly { readonly exposure: Exposure }[] = []): Standing {
  const sum = (of: (place: Standing) => number): number => places.reduce((total, place) => total + of(place), 0);
  return {
    exposure: joined(exposureSum(places), exposureSum(held)),
    devices: sum(({ devices }) => devices),
    open: sum(({ open }) => open),
    openOnline: sum(({ openOnline }) => openOnline),
    recent: {
      records: sum(({ recent }) => recent.records),
      amountFen: sum(({ recent }) => recent.amountFen),
      expected: bandSum(places.map(({ recent }) => recent.expected)),
    },
  };
}

/** Ends are added: places of one campus move together, so a narrower band would be a promise. Null where nothing is known of one of them. */
function bandSum(bands: readonly (BusinessBandDto | null)[]): BusinessBandDto | null {
  const known = bands.filter((band) => band !== null);
  if (known.length === 0 || known.length < bands.length) return null;
  return known.reduce((one, other) => ({
    median: one.median + other.median,
    mad: one.mad + other.mad,
    low: one.low + other.low,
    high: one.high + other.high,
  }));
}
