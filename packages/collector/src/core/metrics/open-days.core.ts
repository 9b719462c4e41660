/** Like days of one figure, unpacked to count with: running sums in one array, so that a window of any length costs two look-ups a day. */
import type { Expectation } from '../world/world.core.ts';
import type { RestingDay } from './baseline-text.core.ts';
import { type DayProfile, unpacked } from './day-profile.core.ts';
import { flooredSpread, median, medianDeviation } from './statistics.core.ts';

/** Fewer like days are no expectation. */
export const likeDaysMin = 3;

type Sums = Uint16Array | Int32Array | Float64Array;

export interface OpenDays {
  /** Oldest first. */
  readonly days: readonly string[];
  /** Slot of the first value of any of them; what lies outside is 0. */
  readonly first: number;
  /** Values of a day; it has one sum more. */
  readonly width: number;
  /** Of each day the sum before each of its slots, and of all. */
  readonly sums: Sums;
  /** In the same places how many slots before are not to be learned from; null: none is. */
  readonly unknown: Uint16Array | null;
}

/** One that cannot be read is as if it had not been. */
export function openedDays(resting: readonly RestingDay[]): OpenDays {
  const profiles = resting.flatMap(unpackedDay);
  const first = Math.min(...profiles.map((profile) => profile.first));
  const width = Math.max(0, ...profiles.map((profile) => profile.first + profile.values.length)) - first;
  if (profiles.length === 0) return { days: [], first: 0, width: 0, sums: new Uint16Array(0), unknown: null };
  const sums = new Float64Array(profiles.length * (width + 1));
  const unknown = new Uint16Array(sums.length);
  for (const [no, profile] of profiles.entries()) addDay({ sums, unknown, from: no * (width + 1), first, width }, profile);
  const days = profiles.map(({ day }) => day);
  return { days, first, width, sums: smallest(sums), unknown: unknown.some((count) => count > 0) ? unknown : null };
}

export function unpackedDay({ day, first, values }: RestingDay): readonly DayProfile[] {
  const read = unpacked(values);
  return read === null ? [] : [{ day, first, values: read }];
}

interface Filling {
  readonly sums: Float64Array;
  readonly unknown: Uint16Array;
  readonly from: number;
  readonly first: number;
  readonly width: number;
}

function addDay({ sums, unknown, from, first, width }: Filling, profile: DayProfile): void {
  let [sum, count] = [0, 0];
  for (let at = 0; at < width; at++) {
    const value = profile.values[at + first - profile.first] ?? 0;
    if (Number.isNaN(value)) count++;
    else sum += value;
    sums[from + at + 1] = sum;
    unknown[from + at + 1] = count;
  }
}

/** Values are whole numbers: counts fit two bytes, fen of most things four. */
function smallest(sums: Float64Array): Sums {
  let [low, high] = [0, 0];
  for (const sum of sums) {
    if (sum < low) low = sum;
    if (sum > high) high = sum;
  }
  if (low >= 0 && high <= 0xffff) return Uint16Array.from(sums);
  return low >= -0x7fffffff && high <= 0x7fffffff ? Int32Array.from(sums) : sums;
}

/** Of one day, as `days` numbers them; NaN: not to be learned from. */
export function valueOf(open: OpenDays, day: number, slot: number): number {
  const at = slot - open.first;
  return at < 0 || at >= open.width ? 0 : between(open, day * (open.width + 1), at, at + 1);
}

/** Sum over `[from, to)`, in slots of the day with fractions; NaN when a slot of it is not to be learned from. */
export function totalOf(open: OpenDays, day: number, from: number, to: number): number {
  const { first, width } = open;
  const start = day * (width + 1);
  const [low, high] = [Math.min(width, Math.max(0, from - first)), Math.min(width, Math.max(0, to - first))];
  if (low >= high) return 0;
  const [whole, end] = [Math.ceil(low), Math.floor(high)];
  if (whole > end) return (high - low) * between(open, start, end, whole);
  let sum = between(open, start, whole, end);
  if (whole > low) sum += (whole - low) * between(open, start, whole - 1, whole);
  if (high > end) sum += (high - end) * between(open, start, end, end + 1);
  return sum;
}

function between({ sums, unknown }: OpenDays, start: number, from: number, to: number): number {
  if (unknown !== null && unknown[start + from] !== unknown[start + to]) return Number.NaN;
  return (sums[start + to] ?? 0) - (sums[start + from] ?? 0);
}

/** Median and spread of the days' totals; null with fewer than three that may be learned from. */
export function expectedOf(some: readonly OpenDays[], from: number, to: number): Expectation | null {
  const totals: number[] = [];
  const known: string[] = [];
  for (const open of some)
    for (const [no, day] of open.days.entries()) {
      const total = totalOf(open, no, from, to);
      if (Number.isNaN(total)) continue;
      totals.push(total);
      known.push(day);
    }
  if (known.length < likeDaysMin) return null;
  const center = median(totals);
  const [one] = some;
  const all = some.length === 1 && one !== undefined && known.length === one.days.length;
  const days = all ? one.days : known.toSorted().slice(-12);
  return { median: center, mad: flooredSpread(medianDeviation(totals, center), center), days };
}
