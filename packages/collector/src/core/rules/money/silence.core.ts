/** Terminals and places that sell nothing although they would have by now (domain.md 5.1, silence test; T-SILENT). */
import { type EpochMs, epochMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { silenceTest } from '../../metrics/statistics.core.ts';
import type { DeviceFact, Expectation, World } from '../../world/world.core.ts';
import { type Finding, look } from '../rule.core.ts';
import { aboutArea, aboutDevice, findingOf, type Verdict } from './subject.core.ts';

const silenceParams = {
  /** Records that would have come. Every record begins a new silence: 6.9 leaves one in a thousand of them to chance, 10 one in twenty thousand. */
  expectedMin: z.number().min(3).max(50),
  /** Share of the peers that sells, below which the place is silent and not the terminal. */
  sellingShareMin: z.number().min(0.1).max(1),
  lookBackMinutes: z.int().min(10).max(600),
  /** Records may take so long from the terminal to here. */
  graceSeconds: z.int().min(0).max(600),
};
const silenceDefaults = { expectedMin: 10, sellingShareMin: 0.5, lookBackMinutes: 120, graceSeconds: 30 };
const silenceTiming = { raiseAfterMs: 0, clearAfterMs: minuteMs, nOfM: null } as const;

export const terminalSilentParams = z.strictObject(silenceParams);
export const areaSilentParams = z.strictObject({
  ...silenceParams,
  /** A place of fewer terminals is judged terminal by terminal. */
  terminalsMin: z.int().min(2).max(100),
  minutesMin: z.int().min(1).max(60),
});
type SilenceParams = z.infer<typeof terminalSilentParams>;

/** A terminal that could have been heard and was not since `from`. */
interface Quiet {
  readonly device: DeviceFact;
  readonly from: EpochMs;
  readonly expectation: Expectation;
}
interface Place {
  readonly area: string;
  readonly quiet: readonly Quiet[];
  /** Terminals of which nothing can be told: out of reach, or with records that are still on their way. */
  readonly unheard: readonly DeviceFact[];
  readonly heard: readonly DeviceFact[];
  readonly to: EpochMs;
}

/** T-SILENT: a terminal sold nothing for so long that ten records were expected, at the pace of the place, while half of its peers sell. Level 2. */
export const terminalSilent = look({
  id: 'terminalSilent',
  source: 'T-SILENT',
  params: terminalSilentParams,
  defaults: silenceDefaults,
  timing: silenceTiming,
  look: (world, params, now) =>
    placesOf(world, params, now).flatMap((place) => [
      ...place.unheard.map((device) => unknown('terminalSilent', world, device)),
      ...quietAs(world, place, 'silent', params).map((quiet) =>
        findingOf('terminalSilent', aboutDevice(world, quiet.device.deviceId), saysNothing(quiet, place.to)),
      ),
    ]),
});

/** T-SILENT of a place: most terminals that would have sold did not, or none sold and ten records of all were expected. Level 2. */
export const areaSilent = look({
  id: 'areaSilent',
  source: 'T-SILENT',
  params: areaSilentParams,
  defaults: { ...silenceDefaults, terminalsMin: 3, minutesMin: 3 },
  timing: silenceTiming,
  look: (world, params, now) => placesOf(world, params, now).flatMap((place) => areaFinding(world, place, params)),
});

function areaFinding(world: World, place: Place, params: z.infer<typeof areaSilentParams>): readonly Finding[] {
  const { area, heard, to } = place;
  if (heard.length < params.terminalsMin) return [];
  const together = quietAs(world, place, 'areaSilent', params);
  const silent = together.length > 0 ? together : allSilent(world, place, params);
  if (silent.length === 0) return [];
  const from = epochMs(Math.max(...silent.map((one) => one.from)));
  const expected = silent.reduce((sum, one) => sum + one.expectation.median, 0);
  const first = silent[0]?.expectation.days ?? [];
  const verdict = { ...nothing(expected, first, minutesBetween(from, to)), count: silent.length };
  return [
    findingOf(
      'areaSilent',
      aboutArea(
        area,
        silent.map((one) => one.device.deviceId),
      ),
      verdict,
    ),
  ];
}

/** Every terminal quiet since the last record of any, when that is enough for the place as a whole. */
function allSilent(world: World, place: Place, params: z.infer<typeof areaSilentParams>): readonly Quiet[] {
  const { heard, quiet, to } = place;
  if (quiet.length < heard.length || quiet.length < params.terminalsMin) return [];
  const from = epochMs(Math.max(...quiet.map((one) => one.from)));
  if (to - from < params.minutesMin * minuteMs) return [];
  const since = quiet.flatMap((one) => quietSince(world, one.device, from, to));
  const expected = since.reduce((sum, one) => sum + one.expectation.median, 0);
  return expected >= params.expectedMin ? since : [];
}

function placesOf(world: World, params: SilenceParams, now: EpochMs): readonly Place[] {
  const to = epochMs(now - params.graceSeconds * secondMs);
  return [...world.roll.by('terminals')].flatMap(([area, terminals]) => {
    const devices = terminals.filter(({ areaType }) => world.businessTime(areaType, now).open);
    if (devices.length === 0) return [];
    const heard = devices.filter((device) => canTell(world, device, now));
    const earliest = epochMs(to - params.lookBackMinutes * minuteMs);
    const quiet = heard.flatMap((device) => quietSince(world, device, epochMs(Math.max(device.lastRecordAt ?? 0, earliest)), to));
    const told = new Set(heard);
    return [{ area, to, heard, quiet, unheard: devices.filter((device) => !told.has(device)) }];
  });
}

function quietSince(world: World, device: DeviceFact, from: EpochMs, to: EpochMs): readonly Quiet[] {
  if (from >= to) return [];
  const expectation = world.expected(device.deviceId, 'records', from, to);
  return expectation === null ? [] : [{ device, from, expectation }];
}

/** Older than this, records that wait in an agent hide what a terminal sells; so long they take when it, or the terminal, has just come back. */
const waitingMsMax = 2 * minuteMs;

function canTell(world: World, device: DeviceFact, now: EpochMs): boolean {
  const isHere = device.state === 'online' || device.state === 'degraded';
  if (!isHere || now - device.since < waitingMsMax) return false;
  const agent = world.agents.get(device.agentId);
  if (agent === undefined) return true;
  if (agent.state !== 'online' || now - agent.since < waitingMsMax) return false;
  return agent.backlogOldestAt === null || now - agent.backlogOldestAt <= waitingMsMax;
}

function quietAs(world: World, place: Place, kind: Kind, params: SilenceParams): readonly Quiet[] {
  const verdicts = verdictsOf(world, place, params);
  return place.quiet.filter((quiet) => verdicts.get(quiet.device.deviceId) === kind);
}

type Kind = 'quiet' | 'silent' | 'areaSilent';

/** Of the terminals that are quiet for too long. What their peers would have sold is asked once, for the longest silence, and scaled to the others. */
function verdictsOf(world: World, place: Place, params: SilenceParams): ReadonlyMap<string, Kind> {
  const long = place.quiet.filter((quiet) => quiet.expectation.median >= params.expectedMin);
  if (long.length === 0) return new Map();
  const from = epochMs(Math.min(...long.map((quiet) => quiet.from)));
  const paces = place.heard.map((device) => ({ device, perMs: expectedOf(world, device, from, place.to) / (place.to - from) }));
  return new Map(long.map((quiet) => [quiet.device.deviceId, verdictOf(world, place, quiet, paces, params)]));
}

const expectedOf = (world: World, { deviceId }: DeviceFact, from: EpochMs, to: EpochMs): number =>
  world.expected(deviceId, 'records', from, to)?.median ?? 0;

interface Pace {
  readonly device: DeviceFact;
  readonly perMs: number;
}

function verdictOf(world: World, { to }: Place, quiet: Quiet, paces: readonly Pace[], params: SilenceParams): Kind {
  const { from, device: own } = quiet;
  const expected = quiet.expectation.median;
  const peers = paces.filter(({ device, perMs }) => device.deviceId !== own.deviceId && perMs * (to - from) >= 1);
  const selling = peers.filter(({ device }) => (device.lastRecordAt ?? 0) > from);
  const { kind } = silenceTest({ expected, peers: peers.length, selling: selling.length }, params);
  return kind === 'silent' && expected * paceOf(world, selling, from, to) < params.expectedMin ? 'quiet' : kind;
}

/** How the place does beside its normal, at most 1: on a slow day a terminal is silent for longer before it is found. */
function paceOf(world: World, peers: readonly Pace[], from: EpochMs, to: EpochMs): number {
  const expected = peers.reduce((sum, { perMs }) => sum + perMs * (to - from), 0);
  if (expected < paceExpectedMin) return 1;
  const records = peers.reduce((sum, { device }) => sum + world.figures(device.deviceId, from, to).records, 0);
  return Math.min(1, records / expected);
}
const paceExpectedMin = 10;

const saysNothing = ({ expectation, from }: Quiet, to: EpochMs): Verdict =>
  nothing(expectation.median, expectation.days, minutesBetween(from, to));

const nothing = (expected: number, sampleDays: readonly string[], minutes: number): Verdict => ({
  level: 2,
  value: 0,
  unit: 'records',
  expected: Math.round(expected * 10) / 10,
  sampleDays,
  minutes,
});

const minutesBetween = (from: EpochMs, to: EpochMs): number => Math.round((to - from) / minuteMs);

const unknown = (rule: 'terminalSilent', world: World, device: DeviceFact): Finding =>
  findingOf(rule, aboutDevice(world, device.deviceId), { level: 2, value: null, unit: 'records' }, 'unknown');
