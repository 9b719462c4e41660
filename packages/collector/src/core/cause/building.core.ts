/** A building goes dark and nothing in the model explains it: a probable upstream fault that nobody has drawn. */
import type { AlarmLevel, RuleTiming } from '@cardwatch/contracts/watch';
import { type EpochMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { devicesNamedMax, gradeAbove, round1 } from '../rules/finding.core.ts';
import { percentOf } from '../rules/health/reach.core.ts';
import type { Finding } from '../rules/rule.core.ts';

export const ProbableParams = z
  .strictObject({
    raisePct: z.number().min(1).max(100),
    clearPct: z.number().min(1).max(100),
    /** So many devices at least: two of three are no building. */
    devicesMin: z.int().min(2).max(1_000),
    /** They went within this time of one another; what has been dead for weeks counts for nothing. */
    togetherMs: z.int().min(1_000).max(3_600_000),
    levelOneDevices: z.int().min(2).max(10_000),
  })
  .refine(({ clearPct, raisePct }) => clearPct <= raisePct, { path: ['clearPct'], message: 'above raisePct' });
export type ProbableParams = z.infer<typeof ProbableParams>;

/** For the rules' registry: `probableUpstream` is found by the cause step and raised like any other. */
export const probableUpstreamHead: {
  readonly id: 'probableUpstream';
  readonly source: string;
  readonly defaults: ProbableParams;
  readonly timing: RuleTiming;
} = {
  id: 'probableUpstream',
  source: '3.5, M-6',
  defaults: { raisePct: 50, clearPct: 30, devicesMin: 5, togetherMs: 5 * minuteMs, levelOneDevices: 50 },
  timing: { raiseAfterMs: 5 * secondMs, clearAfterMs: 30 * secondMs, nOfM: null },
};

export interface Building {
  /** `campus/building`. */
  readonly id: string;
  /** Devices in service. */
  readonly devices: readonly string[];
}

export interface ProbableUpstream {
  readonly building: string;
  readonly grade: 'breach' | 'band';
  /** Down or unknown, unexplained, gone together. */
  readonly devices: readonly string[];
  readonly total: number;
  readonly since: EpochMs;
}

/** `alone`: devices of the building that are down or unknown and explained by nothing, since when. Null: no probable fault, or one that is let go. */
export function probableIn(
  { id, devices: { length: total } }: Building,
  alone: ReadonlyMap<string, EpochMs>,
  params: ProbableParams,
): ProbableUpstream | null {
  if (gradeAbove(percentOf(alone.size, total), params.raisePct, params.clearPct) === undefined) return null;
  const gone = [...alone].map(([nodeId, since]) => ({ nodeId, since }));
  const cluster = largestCluster(gone, params.togetherMs);
  const first = cluster[0];
  const grade = gradeAbove(percentOf(cluster.length, total), params.raisePct, params.clearPct);
  if (first === undefined || (grade !== 'breach' && grade !== 'band')) return null;
  const enough = grade === 'breach' && cluster.length >= params.devicesMin;
  const devices = cluster.map(({ nodeId }) => nodeId);
  return { building: id, grade: enough ? 'breach' : 'band', devices, total, since: first.since };
}

interface Gone {
  readonly nodeId: string;
  readonly since: EpochMs;
}

/** Most devices whose beginnings lie within `togetherMs`; of equals the latest. */
function largestCluster(gone: readonly Gone[], togetherMs: number): readonly Gone[] {
  const sorted = gone.toSorted((a, b) => a.since - b.since || (a.nodeId < b.nodeId ? -1 : 1));
  let [bestFrom, bestTo, from] = [0, 0, 0];
  sorted.forEach(({ since }, to) => {
    while (since - (sorted[from]?.since ?? since) > togetherMs) from++;
    if (to + 1 - from >= bestTo - bestFrom) [bestFrom, bestTo] = [from, to + 1];
  });
  return sorted.slice(bestFrom, bestTo);
}

/** As the alarm side takes it: level 2, level 1 from `levelOneDevices` on. */
export function probableFinding(found: ProbableUpstream, params: ProbableParams, now: EpochMs): Finding {
  const { building, grade, devices, total, since } = found;
  const level: AlarmLevel = devices.length >= params.levelOneDevices ? 1 : 2;
  const minutes = round1(Math.max(0, now - since) / minuteMs);
  const pct = percentOf(devices.length, total);
  return {
    subject: { kind: 'area', id: building },
    grade,
    level,
    reason: { code: 'probableUpstream', values: { name: building, area: building, count: devices.length, total, pct, minutes } },
    evidence: { value: pct, unit: '%', expected: params.raisePct, band: null, sampleDays: [] },
    devices: devices.slice(0, devicesNamedMax),
    campus: building.slice(0, building.indexOf('/')),
    area: building,
  };
}

/** Devices by the first two parts of `campus/building/area`. */
export function buildingsOf(devices: Iterable<{ readonly deviceId: string; readonly area: string | null }>): Building[] {
  const found = new Map<string, string[]>();
  for (const { deviceId, area } of devices) {
    const building = area === null ? undefined : /^[^/]+\/[^/]+/.exec(area)?.[0];
    if (building === undefined) continue;
    const known = found.get(building);
    if (known === undefined) found.set(building, [deviceId]);
    else known.push(deviceId);
  }
  return [...found].map(([id, each]) => ({ id, devices: each }));
}
