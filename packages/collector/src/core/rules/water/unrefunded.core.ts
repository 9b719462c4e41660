/** Holds whose rest was never given back (未回刷): per bus and day (domain N-3, W-NOREFUND). */
import { dayMs, type EpochMs, minuteMs, shanghaiOffsetMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { wilsonLowerBound } from '../../metrics/statistics.core.ts';
import type { DeviceFact, MoneyFact } from '../../world/world.core.ts';
import { groupBy, lineIdOf, measured, ofLine, round1 } from '../finding.core.ts';
import { type Finding, watcher } from '../rule.core.ts';

interface Open {
  readonly cardRef: string;
  readonly at: EpochMs;
}

interface Showers {
  day: number;
  sessions: number;
  unrefunded: number;
  open: Open | null;
  /** The last one that was given up: its release may still be on its way. */
  givenUp: Open | null;
}

const dayOf = (at: EpochMs): number => Math.floor((at + shanghaiOffsetMs) / dayMs);

/**
 * A session begins with a hold and ends with a release. It is unrefunded when another card begins on the same controller before, or when nothing came for
 * `unreleasedMinutes`. A session across midnight belongs to the day on which it began.
 */
export const unrefunded = watcher({
  id: 'unrefunded',
  source: 'W-NOREFUND',
  params: z
    .strictObject({
      sharePct: z.number().min(0.5).max(100),
      clearPct: z.number().min(0.1).max(100),
      sessionsMin: z.int().min(5).max(10_000),
      unreleasedMinutes: z.int().min(5).max(1_440),
    })
    .refine(({ clearPct, sharePct }) => clearPct <= sharePct, { path: ['clearPct'], message: 'above sharePct' }),
  defaults: { sharePct: 5, clearPct: 3, sessionsMin: 30, unreleasedMinutes: 30 },
  timing: { raiseAfterMs: 0, clearAfterMs: 0, nOfM: null },
  lookBackMs: dayMs,
  start: () => new Map<string, Showers>(),
  money(state, fact, { params }) {
    if (fact.kind === 'waterHold' || fact.kind === 'waterContinue') return held(state, fact, params.unreleasedMinutes * minuteMs);
    const showers = state.get(fact.deviceId);
    if (fact.kind === 'waterRelease' && showers !== undefined) released(showers, fact.cardRef);
  },
  look(state, { world, params, now }) {
    for (const [deviceId, showers] of state) {
      settle(showers, params.unreleasedMinutes * minuteMs, now);
      if (showers.day < dayOf(now) && showers.open === null) state.delete(deviceId);
    }
    const lines = groupBy(world, (device) => (state.has(device.deviceId) ? lineIdOf(device) : null));
    return [...lines].flatMap(([id, devices]) => judge(id, devices, state, params, now));
  },
});

function held(state: Map<string, Showers>, { deviceId, kind, cardRef, observedAt }: MoneyFact, unreleasedMs: number): void {
  const day = dayOf(observedAt);
  const known = state.get(deviceId);
  const showers = known ?? { day, sessions: 0, unrefunded: 0, open: null, givenUp: null };
  state.set(deviceId, showers);
  settle(showers, unreleasedMs, observedAt);
  const same = showers.open !== null && showers.open.cardRef === cardRef;
  if (same || (kind === 'waterContinue' && showers.open === null)) {
    showers.open = { cardRef, at: observedAt };
    return;
  }
  if (showers.open !== null) showers.unrefunded++;
  if (day > showers.day) Object.assign(showers, { day, sessions: 0, unrefunded: 0 });
  showers.sessions++;
  showers.open = { cardRef, at: observedAt };
}

/** A session for which nothing came for `unreleasedMs` is over, and was never given back. */
function settle(showers: Showers, unreleasedMs: number, now: EpochMs): void {
  if (showers.open === null || now - showers.open.at < unreleasedMs) return;
  showers.unrefunded++;
  showers.givenUp = showers.open;
  showers.open = null;
}

function released(showers: Showers, cardRef: string): void {
  const late = showers.open === null && showers.givenUp?.cardRef === cardRef && dayOf(showers.givenUp.at) === showers.day;
  if (late) showers.unrefunded = Math.max(0, showers.unrefunded - 1);
  showers.givenUp = null;
  showers.open = null;
}

function judge(
  id: string,
  devices: readonly DeviceFact[],
  state: ReadonlyMap<string, Showers>,
  params: { readonly sharePct: number; readonly clearPct: number; readonly sessionsMin: number },
  now: EpochMs,
): readonly Finding[] {
  const today = devices.flatMap(({ deviceId }) => state.get(deviceId) ?? []).filter(({ day }) => day === dayOf(now));
  const sessions = today.reduce((sum, showers) => sum + showers.sessions, 0);
  const count = today.reduce((sum, showers) => sum + showers.unrefunded, 0);
  const surely = 100 * wilsonLowerBound(count, sessions);
  if (sessions < params.sessionsMin || surely <= params.clearPct) return [];
  const grade = surely > params.sharePct ? 'breach' : 'band';
  const value = round1(surely);
  const evidence = measured(value, '%', params.sharePct);
  return [
    ofLine({ id, devices }, { rule: 'unrefunded', grade, level: 3, values: { value, unit: '%', count, of: sessions }, evidence }),
  ];
}
