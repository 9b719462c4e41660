/** A line through measurements, and how sure it is. */
export interface Slope {
  /** Change of the value an hour. */
  readonly perHour: number;
  /** Half the width of its 95 % interval. */
  readonly plusMinus: number;
  readonly points: number;
}

/** 97.5 % quantile of Student's t, by degrees of freedom; beyond 30 the normal one is near enough. */
const quantiles = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09, 2.08,
  2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05, 2.04,
];

export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/**
 * Ordinary least squares. Its interval holds for errors that do not hang together: give it one value a minute or so (`blocks`), not every sample of a
 * heap that fills and is collected.
 */
export function slopeOf(samples: readonly Sample[]): Slope {
  const points = samples.length;
  if (points < 3) return { perHour: Number.NaN, plusMinus: Number.POSITIVE_INFINITY, points };
  const mean = (of: (sample: Sample) => number): number => samples.reduce((sum, sample) => sum + of(sample), 0) / points;
  const [atMean, valueMean] = [mean(({ atMs }) => atMs), mean(({ value }) => value)];
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - atMean) ** 2, 0);
  const slope = samples.reduce((sum, { atMs, value }) => sum + (atMs - atMean) * (value - valueMean), 0) / spread;
  const residual = samples.reduce((sum, { atMs, value }) => sum + (value - valueMean - slope * (atMs - atMean)) ** 2, 0);
  const error = Math.sqrt(residual / (points - 2) / spread);
  const quantile = quantiles[points - 3] ?? 1.96;
  return { perHour: slope * 3_600_000, plusMinus: quantile * error * 3_600_000, points };
}

/** The mean and the least of each block of time. */
export function blocks(
  samples: readonly Sample[],
  blockMs: number,
): { readonly means: readonly Sample[]; readonly least: readonly Sample[] } {
  const byBlock = [...Map.groupBy(samples, ({ atMs }) => Math.floor(atMs / blockMs)).values()];
  const middle = (some: readonly Sample[]): number => some.reduce((sum, { atMs }) => sum + atMs, 0) / some.length;
  return {
    means: byBlock.map((some) => ({ atMs: middle(some), value: some.reduce((sum, { value }) => sum + value, 0) / some.length })),
    least: byBlock.map((some) => ({ atMs: middle(some), value: Math.min(...some.map(({ value }) => value)) })),
  };
}
