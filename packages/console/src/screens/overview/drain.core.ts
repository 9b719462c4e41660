/** How fast a backlog shrinks, as it was seen to. */
import { minuteMs } from '@cardwatch/kernel';

export interface Sample {
  readonly at: number;
  readonly records: number;
}

/** Looked back at most this far; less than `leastMs` of it says nothing. */
const keptMs = 5 * minuteMs;
const leastMs = 20_000;
const samplesMax = 60;

export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  if (samples.at(-1)?.at === sample.at) return samples;
  return [...samples.filter(({ at }) => sample.at - at <= keptMs && at < sample.at), sample].slice(-samplesMax);
}

/** Until it is empty at the pace since its last peak; undefined: it does not shrink, or nobody has watched it for long enough. */
export function drainMs(samples: readonly Sample[]): number | undefined {
  const last = samples.at(-1);
  const peak = samples.reduce<Sample | undefined>(
    (best, one) => (best === undefined || one.records >= best.records ? one : best),
    undefined,
  );
  if (last === undefined || peak === undefined || last.records === 0) return undefined;
  const gone = peak.records - last.records;
  const tookMs = last.at - peak.at;
  if (gone <= 0 || tookMs < leastMs) return undefined;
  return (last.records / gone) * tookMs;
}
