/** The smoothed table of a kind of day: medians over like days, then the median of each slot and its neighbours. */
import { likeDaysMin, type OpenDays, valueOf } from './open-days.core.ts';
import { slotsOfDay } from './slots.core.ts';
import { flooredSpread, median, medianDeviation } from './statistics.core.ts';

/** Median and MAD of each slot of a kind of day, smoothed and floored; NaN where too little was learned. */
export interface BaselineTable {
  readonly median: Float32Array;
  readonly mad: Float32Array;
  readonly days: readonly string[];
}

/** null with fewer than three like days. */
export function tableOfDays(open: OpenDays): BaselineTable | null {
  if (open.days.length < likeDaysMin) return null;
  const centers = new Float32Array(slotsOfDay).fill(Number.NaN);
  const mads = new Float32Array(slotsOfDay).fill(Number.NaN);
  for (let slot = 0; slot < slotsOfDay; slot++) {
    const values = open.days.map((_day, no) => valueOf(open, no, slot)).filter((value) => !Number.isNaN(value));
    if (values.length < likeDaysMin) continue;
    centers[slot] = median(values);
    mads[slot] = medianDeviation(values, centers[slot] ?? 0);
  }
  const center = smoothed(centers);
  const mad = smoothed(mads).map((value, slot) => flooredSpread(value, center[slot] ?? 0));
  return { median: center, mad, days: open.days };
}

/** Median of each slot and its neighbours; a slot of which nothing is known stays so. */
function smoothed(values: Float32Array): Float32Array {
  return values.map((value, slot) => {
    if (Number.isNaN(value)) return value;
    const near = [values[slot - 1], value, values[slot + 1]];
    return median(near.filter((one): one is number => one !== undefined && !Number.isNaN(one)));
  });
}
