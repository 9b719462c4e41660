/** TimeTicks of RFC 3418: hundredths of a second in 32 bits, so they begin anew after 497 days without any restart. */

export const ticksModulus = 2 ** 32;

export interface UptimeSample {
  /** Hundredths of a second. */
  readonly ticks: number;
  /** Monotonic clock of the agent, ms. */
  readonly atMs: number;
  /** snmpEngineBoots and snmpEngineTime (seconds), where the device tells them. */
  readonly boots?: number;
  readonly engineS?: number;
}

export type UptimeVerdict = 'start' | 'normal' | 'wrap' | 'reboot';

/** What may pass between two samples beyond the time between our asking. */
const slackTicks = 3_000;

/**
 * What happened between two samples. snmpEngineBoots settles it where it is told: more boots is a restart, and the same number with a time that went on is
 * none. Else lower ticks are a wrap only when the clock would have wrapped in the time that passed; a restart while we did not look is told by ticks that
 * are younger than the time between the samples.
 */
export function uptimeVerdict(before: UptimeSample | undefined, now: UptimeSample): UptimeVerdict {
  if (before === undefined) return 'start';
  const expected = before.ticks + (now.atMs - before.atMs) / 10;
  const lower = now.ticks < before.ticks;
  if (before.boots !== undefined && now.boots !== undefined && before.boots !== now.boots) return 'reboot';
  const wentOn =
    before.engineS !== undefined && now.engineS !== undefined && now.boots !== undefined && now.engineS >= before.engineS;
  if (wentOn) return lower ? 'wrap' : 'normal';
  const wrapped = expected + slackTicks >= ticksModulus && Math.abs(now.ticks - (expected - ticksModulus)) <= slackTicks;
  if (lower) return wrapped ? 'wrap' : 'reboot';
  return expected - now.ticks > slackTicks && now.ticks <= (now.atMs - before.atMs) / 10 + slackTicks ? 'reboot' : 'normal';
}
