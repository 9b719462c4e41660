/** Measures of one burst. Times in ms, rounded to the microsecond; undefined where too little came back. */
export interface BurstStats {
  readonly sent: number;
  readonly received: number;
  readonly lossPct: number;
  readonly minMs?: number;
  readonly medianMs?: number;
  readonly avgMs?: number;
  readonly p95Ms?: number;
  readonly maxMs?: number;
  /** Standard deviation, as iputils prints it. */
  readonly mdevMs?: number;
  /** Mean of |RTT(i) - RTT(i-1)| over neighbours in the sequence that both came back. */
  readonly jitterMs?: number;
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;

/** Round-trip times in the order of sending; undefined: lost. */
export function statsOf(rtts: readonly (number | undefined)[]): BurstStats {
  const received = rtts.filter((rtt) => rtt !== undefined);
  const sent = rtts.length;
  const counts = { sent, received: received.length, lossPct: sent === 0 ? 0 : round((100 * (sent - received.length)) / sent) };
  if (received.length === 0) return counts;
  const sorted = [...received].sort((a, b) => a - b);
  const mean = received.reduce((sum, rtt) => sum + rtt, 0) / received.length;
  const square = received.reduce((sum, rtt) => sum + rtt * rtt, 0) / received.length;
  const steps = rtts.flatMap((rtt, at) => {
    const before = rtts[at - 1];
    return rtt === undefined || before === undefined ? [] : [Math.abs(rtt - before)];
  });
  return {
    ...counts,
    minMs: round(sorted[0] ?? 0),
    medianMs: round(middle(sorted)),
    avgMs: round(mean),
    p95Ms: round(sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0),
    maxMs: round(sorted.at(-1) ?? 0),
    mdevMs: round(Math.sqrt(Math.max(0, square - mean * mean))),
    ...(steps.length === 0 ? {} : { jitterMs: round(steps.reduce((sum, step) => sum + step, 0) / steps.length) }),
  };
}

function middle(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
