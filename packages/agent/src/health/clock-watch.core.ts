export const clockJumpMs = 2_000;

/** Wall and monotonic clock read together, in milliseconds. */
export interface ClockSample {
  readonly wallMs: number;
  readonly monoMs: number;
}

/** How far the wall clock was stepped between two samples; undefined when it was not, by `clockJumpMs`. */
export function clockJump(before: ClockSample, after: ClockSample): number | undefined {
  const deltaMs = Math.round(after.wallMs - before.wallMs - (after.monoMs - before.monoMs));
  return Math.abs(deltaMs) > clockJumpMs ? deltaMs : undefined;
}
