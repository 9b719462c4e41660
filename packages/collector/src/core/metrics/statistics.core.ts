/** Statistics that explain themselves (domain.md 5.1). All take plain numbers, keep nothing, and name the limit that they use. */

/** |M| beyond this is an outlier (Iglewicz and Hoaglin 1993). */
export const modifiedZMax = 3.5;
/** Makes a MAD comparable with a standard deviation of normal data. */
export const madToSigma = 1.4826;
/** A silence is found when as much was expected: P(nothing) = e^-6.9 < 0.001. */
export const silenceExpectedMin = 6.9;
/** A ratio of fewer trials than this is not judged. */
export const ratioTrialsMin = 30;

/** Middle value; the mean of the two middle ones of an even count; NaN of nothing. Sorts a copy. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** A sorted copy. A handful of values, as like days are, is put in order in place. */
function ascending(values: readonly number[]): readonly number[] {
  if (values.length > 16) return values.toSorted((a, b) => a - b);
  const sorted = [...values];
  for (let at = 1; at < sorted.length; at++) {
    const value = sorted[at] ?? 0;
    let to = at;
    for (; to > 0 && (sorted[to - 1] ?? 0) > value; to--) sorted[to] = sorted[to - 1] ?? 0;
    sorted[to] = value;
  }
  return sorted;
}

/** Median absolute deviation from `center`. */
export const medianDeviation = (values: readonly number[], center: number): number =>
  median(values.map((value) => Math.abs(value - center)));

/** A spread that can be divided by: more than half equal values make a MAD of 0. */
export const flooredSpread = (mad: number, center: number): number => Math.max(mad, 0.05 * Math.abs(center), 1);

/** M = 0.6745 (x - median) / MAD, on the floored MAD. */
export const modifiedZ = (value: number, center: number, mad: number): number =>
  (0.6745 * (value - center)) / flooredSpread(mad, center);

/** The values whose modified z is exactly `z`, below and above. */
export function modifiedZBand(center: number, mad: number, z: number = modifiedZMax): readonly [number, number] {
  const reach = (z * flooredSpread(mad, center)) / 0.6745;
  return [center - reach, center + reach];
}

/** Counts with near unit variance: 2 √(x + 3/8) (Anscombe 1948). A count below 0 stands for 0. */
export const anscombe = (count: number): number => 2 * Math.sqrt(Math.max(0, count) + 0.375);

/** How far a count is from what was expected, in standard deviations of a Poisson count. */
export const countZ = (count: number, expected: number): number => anscombe(count) - anscombe(expected);

/** `p`-quantile (0 to 1), linear between neighbours; NaN of nothing. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * Math.min(1, Math.max(0, p));
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export interface EwmaLimits {
  readonly low: number;
  readonly high: number;
}

/** Next value of an exponentially weighted mean; the first value starts it. */
export const ewma = (last: number | null, value: number, lambda = 0.2): number =>
  last === null ? value : lambda * value + (1 - lambda) * last;

/** Control limits mean ± width · sigma · √(lambda / (2 - lambda)) (NIST handbook 6.3.2.4). */
export function ewmaLimits(mean: number, sigma: number, lambda = 0.2, width = 3): EwmaLimits {
  const reach = width * sigma * Math.sqrt(lambda / (2 - lambda));
  return { low: mean - reach, high: mean + reach };
}

export interface Cusum {
  readonly high: number;
  readonly low: number;
}
export const cusumStart: Cusum = { high: 0, low: 0 };

/** Tabular CUSUM of a standardised value (x - mean) / sigma with slack `k`; beyond h = 5 the mean has moved. Both sides stay at or above 0. */
export const cusum = (state: Cusum, z: number, k = 0.5): Cusum => ({
  high: Math.max(0, state.high + z - k),
  low: Math.max(0, state.low - z - k),
});

/** `up`, `down`, or null while neither sum is beyond `h`. */
export const cusumVerdict = (state: Cusum, h = 5): 'up' | 'down' | null =>
  state.high > h ? 'up' : state.low > h ? 'down' : null;

/** Probability of nothing at all when `expected` events were. */
export const silenceProbability = (expected: number): number => Math.exp(-Math.max(0, expected));

export type SilenceVerdict =
  | { readonly kind: 'quiet'; readonly expected: number }
  | { readonly kind: 'silent'; readonly expected: number; readonly probability: number }
  /** Most of its peers are silent too: the area is the subject, not the terminal. */
  | { readonly kind: 'areaSilent'; readonly expected: number; readonly probability: number };

/** Poisson test of a terminal that sold nothing while `expected` was, beside peers of the same area (`selling` of `peers`). No peers: it stands for itself. */
export function silenceTest(
  seen: { readonly expected: number; readonly peers: number; readonly selling: number },
  limits = { expectedMin: silenceExpectedMin, sellingShareMin: 0.5 },
): SilenceVerdict {
  const { expected, peers, selling } = seen;
  if (!(expected >= limits.expectedMin)) return { kind: 'quiet', expected };
  const alone = peers === 0 || selling / peers >= limits.sellingShareMin;
  return { kind: alone ? 'silent' : 'areaSilent', expected, probability: silenceProbability(expected) };
}

/** Lower bound of the Wilson score interval of `hits` of `trials`; 0 of no trials. `z` 1.96: 95 % two-sided. */
export function wilsonLowerBound(hits: number, trials: number, z = 1.96): number {
  if (trials <= 0) return 0;
  const share = hits / trials;
  const z2 = z * z;
  const centre = share + z2 / (2 * trials);
  const reach = z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  return Math.max(0, (centre - reach) / (1 + z2 / trials));
}
