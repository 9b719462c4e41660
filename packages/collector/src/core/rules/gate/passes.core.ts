/** Passes: too many refusals, and entrances where nobody comes in when everybody should (G-DENY, G-FLOW). */
import { type EpochMs, epochMs, minuteMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { silenceExpectedMin, silenceTest, wilsonLowerBound } from '../../metrics/statistics.core.ts';
import { rollOf } from '../../world/roll.core.ts';
import type { DeviceFact, Expectation, World } from '../../world/world.core.ts';
import { measured, ofArea, ofDevice, round1 } from '../finding.core.ts';
import { type Finding, look } from '../rule.core.ts';

const percent = z.number().min(1).max(100);

/** A reader or a permission list is at fault when it refuses far more than people err. `value`: the lower end of Wilson's interval. */
export const denyRatio = look({
  id: 'denyRatio',
  source: 'G-DENY',
  params: z
    .strictObject({
      deniedPct: percent,
      clearPct: percent,
      passesMin: z.int().min(10).max(10_000),
      windowMinutes: z.int().min(5).max(240),
    })
    .refine(({ clearPct, deniedPct }) => clearPct <= deniedPct, { path: ['clearPct'], message: 'above deniedPct' }),
  defaults: { deniedPct: 15, clearPct: 10, passesMin: 30, windowMinutes: 30 },
  timing: { raiseAfterMs: 0, clearAfterMs: 3 * minuteMs, nOfM: null },
  look: (world, params, now) =>
    rollOf(world.roll, 'kind', 'gate').flatMap((device): Finding[] => {
      const { passes, denied } = world.figures(device.deviceId, epochMs(now - params.windowMinutes * minuteMs), now);
      const all = passes + denied;
      const surely = 100 * wilsonLowerBound(denied, all);
      if (all < params.passesMin || surely <= params.clearPct) return [];
      const grade = device.state === 'unknown' ? 'unknown' : surely > params.deniedPct ? 'breach' : 'band';
      const value = round1(surely);
      const values = { value, unit: '%', count: denied, of: all, minutes: params.windowMinutes };
      const evidence = measured(value, '%', params.deniedPct);
      return [ofDevice(device, { rule: 'denyRatio', grade, level: 3, values, evidence })];
    }),
});

/** Nobody passes an entrance in the curfew peak although so many were expected that this is no chance: P(0) = e^-mu. */
export const gateSilent = look({
  id: 'gateSilent',
  source: 'G-FLOW',
  params: z.strictObject({ expectedMin: z.number().min(3).max(100), windowMinutesMax: z.int().min(5).max(120) }),
  defaults: { expectedMin: silenceExpectedMin, windowMinutesMax: 60 },
  timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
  look: (world, params, now) =>
    [...world.roll.by('lanes')].flatMap(([area, lanes]) => {
      if (world.businessTime(lanes[0]?.areaType ?? null, now).peak !== 'curfew') return [];
      const window = silentWindow(world, area, lanes, params, now);
      if (window === undefined) return [];
      const { minutes, expected, lastly } = window;
      if (lastly > 0) return [];
      if (lanes.every(({ state }) => state === 'unknown'))
        return [ofArea(area, lanes, { rule: 'gateSilent', grade: 'unknown', level: 2 })];
      if (lanes.every(({ state }) => state === 'offline' || state === 'unknown')) return [];
      const values = { expected: round1(expected.median), count: 0, minutes };
      const evidence = { ...measured(0, 'passes', round1(expected.median)), sampleDays: [...expected.days].slice(0, 12) };
      return [ofArea(area, lanes, { rule: 'gateSilent', grade: 'breach', level: 2, values, evidence })];
    }),
});

interface Window {
  readonly minutes: number;
  readonly expected: Expectation;
  /** Passes and refusals within it. */
  readonly lastly: number;
}

/** The shortest of a few windows up to now in which nothing at all would be no chance. */
function silentWindow(
  world: World,
  area: string,
  lanes: readonly DeviceFact[],
  params: { readonly expectedMin: number; readonly windowMinutesMax: number },
  now: EpochMs,
): Window | undefined {
  for (const minutes of [3, 5, 10, 15, 20, 30, 45, 60, 90, 120].filter((length) => length <= params.windowMinutesMax)) {
    const from = epochMs(now - minutes * minuteMs);
    const expected = world.expected(area, 'passes', from, now);
    if (expected === null) return undefined;
    const verdict = silenceTest(
      { expected: expected.median, peers: 0, selling: 0 },
      { expectedMin: params.expectedMin, sellingShareMin: 0 },
    );
    if (verdict.kind === 'quiet') continue;
    const figures = lanes.map(({ deviceId }) => world.figures(deviceId, from, now));
    return { minutes, expected, lastly: figures.reduce((sum, { passes, denied }) => sum + passes + denied, 0) };
  }
  return undefined;
}
