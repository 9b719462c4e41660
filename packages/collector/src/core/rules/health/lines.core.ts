/** Polled lines: damaged frames, missing answers, controllers that fall silent one after the other (domain 3.5 N-3). */
import type { AlarmLevel } from '@cardwatch/contracts/watch';
import { type EpochMs, minuteMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { wilsonLowerBound } from '../../metrics/statistics.core.ts';
import type { DeviceFact, LineFact, World } from '../../world/world.core.ts';
import { measured, ofLine } from '../finding.core.ts';
import { type Finding, type Grade, look } from '../rule.core.ts';
import { unheard } from './devices.core.ts';
import { down, plannedOff } from './reach.core.ts';

const percent = z.number().min(0.1).max(100);

const BusParams = z
  .strictObject({
    errorPct: percent,
    clearErrorPct: percent,
    timeoutPct: percent,
    clearTimeoutPct: percent,
    requestsMin: z.int().min(10).max(100_000),
    staleMinutes: z.int().min(1).max(120),
  })
  .refine(({ clearErrorPct, errorPct }) => clearErrorPct <= errorPct, { path: ['clearErrorPct'], message: 'above errorPct' })
  .refine(({ clearTimeoutPct, timeoutPct }) => clearTimeoutPct <= timeoutPct, {
    path: ['clearTimeoutPct'],
    message: 'above timeoutPct',
  });
type BusParams = z.infer<typeof BusParams>;

/** Alarms that agents tell of a line, on its first controller (`bus-watch` of the agent). */
const toldOf = (world: World, devices: readonly DeviceFact[], alarm: string): boolean =>
  devices.some(({ deviceId }) => world.deviceAlarms.get(deviceId)?.has(alarm) === true);

/** More damaged frames than a healthy line has, or more silence than its silent controllers explain. Lower ends of Wilson's interval. */
export const busErrors = look({
  id: 'busErrors',
  source: 'N-3',
  params: BusParams,
  defaults: { errorPct: 2, clearErrorPct: 1, timeoutPct: 15, clearTimeoutPct: 8, requestsMin: 50, staleMinutes: 10 },
  timing: { raiseAfterMs: minuteMs, clearAfterMs: 3 * minuteMs, nOfM: null },
  look(world, params, now) {
    if ([...world.agents.values()].every(({ lines }) => lines.length === 0)) return [];
    const devices = world.roll.by('lines');
    return [...world.agents.values()].flatMap((agent) =>
      agent.lines.flatMap((line): Finding[] => {
        const id = `${agent.agentId}/${line.line}`;
        const stations = devices.get(id) ?? [];
        const judged = judge(line, stations, params);
        const told = toldOf(world, stations, 'busErrorRate');
        if (judged === undefined && !told) return [];
        const { value, level, what } = judged ?? { value: params.errorPct, level: 3 as const, what: 'damaged' };
        const silent = agent.state !== 'online' || now - line.at > params.staleMinutes * minuteMs;
        const grade: Grade = silent ? 'unknown' : told ? 'breach' : (judged?.grade ?? 'breach');
        const limit = what === 'damaged' ? params.errorPct : params.timeoutPct;
        const values = { what, value, unit: '%', count: line.crcErrors + line.timeouts, of: line.requests };
        return [
          ofLine({ id, devices: stations }, { rule: 'busErrors', grade, level, values, evidence: measured(value, '%', limit) }),
        ];
      }),
    );
  },
});

interface Judged {
  readonly grade: Grade;
  readonly level: AlarmLevel;
  readonly what: 'damaged' | 'unanswered';
  readonly value: number;
}

/** Requests to controllers that are known to be silent are no fault of the line. */
function judge(line: LineFact, stations: readonly DeviceFact[], params: BusParams): Judged | undefined {
  if (line.requests < params.requestsMin) return undefined;
  const silent = stations.length === 0 ? 0 : stations.filter(down).length / stations.length;
  if (silent === 1) return undefined;
  const asked = line.requests * (1 - silent);
  const unanswered = Math.max(0, line.timeouts - line.requests * silent);
  const damaged = 100 * wilsonLowerBound(Math.min(line.crcErrors, line.requests), line.requests);
  const missing = 100 * wilsonLowerBound(Math.min(unanswered, asked), asked);
  const verdict = (value: number, raise: number, clear: number, what: Judged['what']): Judged | undefined => {
    if (value <= clear) return undefined;
    const level = value > 5 * raise ? 2 : 3;
    return { grade: value > raise ? 'breach' : 'band', level, what, value: Math.round(value * 10) / 10 };
  };
  const verdicts = [
    verdict(damaged, params.errorPct, params.clearErrorPct, 'damaged'),
    verdict(missing, params.timeoutPct, params.clearTimeoutPct, 'unanswered'),
  ].filter((found) => found !== undefined);
  return verdicts.find(({ grade }) => grade === 'breach') ?? verdicts[0];
}

const MoistureParams = z.strictObject({
  stationsMin: z.int().min(2).max(32),
  withinMinutes: z.int().min(1).max(1_440),
  closingMinutes: z.int().min(0).max(240),
});
type MoistureParams = z.infer<typeof MoistureParams>;

/**
 * Water in a cable or a joint: several controllers of one line fell silent one after the other while others still answer. Terminals that were switched off
 * at closing fall silent so too, and are none, whatever their agent says.
 */
export const busMoisture = look({
  id: 'busMoisture',
  source: 'N-3',
  params: MoistureParams,
  defaults: { stationsMin: 3, withinMinutes: 30, closingMinutes: 15 },
  timing: { raiseAfterMs: minuteMs, clearAfterMs: 5 * minuteMs, nOfM: null },
  look(world, params, now) {
    const findings: Finding[] = [];
    for (const [id, all] of world.roll.by('lines')) {
      if (all.length <= params.stationsMin) continue;
      const devices = all.filter(({ kind }) => kind !== 'network');
      if (devices.length > params.stationsMin) findings.push(...moisture(world, id, devices, params, now));
    }
    return findings;
  },
});

function moisture(world: World, id: string, devices: readonly DeviceFact[], params: MoistureParams, now: EpochMs): Finding[] {
  const failed = devices.filter(down);
  const unplanned = failed.filter((device) => !plannedOff(world, device, params.closingMinutes * minuteMs, now));
  const told = toldOf(world, devices, 'busSegment') && (unplanned.length > 0 || failed.length === 0);
  // what lost its way with something above it says nothing of the bus
  const ownFault = unplanned.filter(({ cause }) => cause !== 'unreachableParent');
  const silent = inSequence(ownFault, params.withinMinutes * minuteMs);
  const found = silent.length >= params.stationsMin && failed.length < devices.length;
  const silentAgent = devices.every(unheard);
  if (!told && !found && !silentAgent) return [];
  const grade = silentAgent ? 'unknown' : 'breach';
  const values = { count: silent.length, of: devices.length };
  const said = { rule: 'busMoisture', grade, level: 2, values, evidence: measured(silent.length, 'devices') } as const;
  return [ofLine({ id, devices: silent.length === 0 ? devices : silent }, said)];
}

/** The most that fell silent within `withinMs`, and not all at the same moment: that would be power, not water. */
function inSequence(silent: readonly DeviceFact[], withinMs: number): readonly DeviceFact[] {
  const sorted = [...silent].sort((a, b) => a.since - b.since);
  const runs = sorted.map((first, at) => sorted.slice(at).filter(({ since }) => since - first.since <= withinMs));
  const best = runs.reduce<readonly DeviceFact[]>((most, run) => (run.length > most.length ? run : most), []);
  const [first, last] = [best[0], best.at(-1)];
  return first === undefined || last === undefined || last.since - first.since < 2_000 ? [] : best;
}
