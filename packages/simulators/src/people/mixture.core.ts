import { normal, type Random } from '@cardwatch/kernel';

/** One component of an arrival mixture: minute of day, deviation in minutes, weight. The weights of a mixture add up to 1. */
export interface Arrival {
  readonly minute: number;
  readonly deviationMin: number;
  readonly weight: number;
}

/** Draws one component by weight, then a minute of day around it. */
export function drawMinute(mixture: readonly Arrival[], random: Random): number {
  let draw = random.next();
  for (const { minute, deviationMin, weight } of mixture) {
    if (draw < weight) return normal(random, minute, deviationMin);
    draw -= weight;
  }
  const last = mixture.at(-1);
  return last === undefined ? 0 : normal(random, last.minute, last.deviationMin);
}
