/** What agents hold and on what: backlog, disk, journal, identity, gaps, dead letters; money that is on its way (M-6, T-BACKLOG, T-5). */
import type { AlarmLevel } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs, minuteMs, secondMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { rollOf } from '../../world/roll.core.ts';
import type { AgentFact, DeviceFact, World } from '../../world/world.core.ts';
import { gradeAbove, gradeBelow, measured, ofAgent, ofDevice, round1, type Said } from '../finding.core.ts';
import { type Finding, type Grade, look } from '../rule.core.ts';
import { amongDevices, perDevice, unheard } from './devices.core.ts';
import { mealNow } from './reach.core.ts';

const none = z.strictObject({});
const timing = (raiseAfterMs: number, clearAfterMs: number) => ({ raiseAfterMs, clearAfterMs, nOfM: null });

/** An agent that is not heard cannot tell whether it is still so. */
const heard = ({ state }: AgentFact, grade: Grade): Grade => (state === 'online' ? grade : 'unknown');

function perAgent(world: World, find: (agent: AgentFact) => Said | undefined): readonly Finding[] {
  const said = [...world.agents.values()].flatMap((agent) => {
    const found = agent.state === 'neverSeen' || agent.state === 'suspended' ? undefined : find(agent);
    return found === undefined ? [] : [{ agent, found }];
  });
  return said.map(({ agent, found }) => ofAgent(agent, rollOf(world.roll, 'agent', agent.agentId), found));
}

/** 脱机: a terminal that sells while its way up, or its agent, is down. `value`: fen on their way, estimated where nobody can ask. */
export const offlineSelling = look({
  id: 'offlineSelling',
  source: '3.5, T-5',
  params: z.strictObject({ minutes: z.int().min(0).max(240) }),
  defaults: { minutes: 2 },
  timing: timing(30 * secondMs, 30 * secondMs),
  look(world, { minutes }, now) {
    const alone = amongDevices(rollOf(world.roll, 'state', 'unknown', 'sellingOffline'), (device) => {
      if (unheard(device)) return ofDevice(device, { rule: 'offlineSelling', grade: 'unknown', level: 3 });
      if (device.state !== 'sellingOffline' || now - device.since < minutes * minuteMs) return undefined;
      return ofDevice(device, selling(world, [device], device.since, now));
    });
    const behindLost = perAgent(world, (agent) => {
      if (agent.state !== 'offline' || now - agent.since < minutes * minuteMs) return undefined;
      const terminals = rollOf(world.roll, 'agent', agent.agentId).filter(sellsBehind);
      const said = selling(world, terminals, agent.since, now);
      return terminals.length === 0 || Number(said.values?.['value'] ?? 0) <= 0 ? undefined : said;
    });
    return [...alone, ...behindLost];
  },
});

const sellsBehind = ({ kind, cause }: DeviceFact): boolean => kind === 'pos' && cause !== 'neverSeen';

function selling(world: World, terminals: readonly DeviceFact[], since: EpochMs, now: EpochMs): Said {
  const learned = terminals.flatMap(({ deviceId }) => world.expected(deviceId, 'amountFen', since, now) ?? []);
  const fen = Math.round(terminals.reduce((sum, terminal) => sum + Math.max(0, soldSince(world, terminal, since, now)), 0));
  const count = terminals.reduce((sum, { uncollected }) => sum + (uncollected ?? 0), 0);
  const level: AlarmLevel = terminals.some((device) => mealNow(world, device, now)) ? 2 : 3;
  const values = { value: fen, unit: 'fen', count, of: terminals.length, minutes: round1((now - since) / minuteMs) };
  const days = [...new Set(learned.flatMap((expectation) => expectation.days))].slice(0, 12);
  const evidence = { ...measured(fen, 'fen'), sampleDays: days };
  return { rule: 'offlineSelling', grade: 'breach', level, values, evidence };
}

/** What is normal for these hours; where nothing was learned, the pace of the hour before. */
function soldSince(world: World, { deviceId }: DeviceFact, since: EpochMs, now: EpochMs): number {
  const learned = world.expected(deviceId, 'amountFen', since, now);
  if (learned !== null) return learned.median;
  return (world.figures(deviceId, epochMs(since - hourMs), since).amountFen * (now - since)) / hourMs;
}

const BacklogParams = z
  .strictObject({
    records: z.int().min(1).max(10_000_000),
    clearRecords: z.int().min(0).max(10_000_000),
    minutes: z.int().min(1).max(10_080),
    clearMinutes: z.int().min(0).max(10_080),
  })
  .refine(({ clearRecords, records }) => clearRecords <= records, { path: ['clearRecords'], message: 'above records' })
  .refine(({ clearMinutes, minutes }) => clearMinutes <= minutes, { path: ['clearMinutes'], message: 'above minutes' });

/** Records that wait in an agent or in a terminal: too many, or the oldest for too long. */
export const backlog = look({
  id: 'backlog',
  source: 'T-BACKLOG, M-6',
  params: BacklogParams,
  defaults: { records: 5_000, clearRecords: 2_500, minutes: 30, clearMinutes: 15 },
  timing: timing(30 * secondMs, 30 * secondMs),
  look(world, params, now) {
    const waiting = (records: number, oldestAt: EpochMs | null): Grade | undefined => {
      const old = oldestAt === null ? 0 : (now - oldestAt) / minuteMs;
      const grades = [
        gradeAbove(records, params.records + 1, params.clearRecords + 1),
        old > params.minutes ? 'breach' : old > params.clearMinutes ? 'band' : undefined,
      ] as const;
      return grades.includes('breach') ? 'breach' : grades.find((grade) => grade !== undefined);
    };
    const said = (records: number, oldestAt: EpochMs | null, grade: Grade): Said => {
      const values = { count: records, minutes: oldestAt === null ? 0 : round1((now - oldestAt) / minuteMs) };
      return { rule: 'backlog', grade, level: 2, values, evidence: measured(records, 'records', params.records) };
    };
    const ofAgents = perAgent(world, (agent) => {
      const grade = waiting(agent.backlogRecords, agent.backlogOldestAt);
      return grade === undefined ? undefined : said(agent.backlogRecords, agent.backlogOldestAt, heard(agent, grade));
    });
    const ofTerminals = perDevice(world, (device) => {
      const grade = waiting(device.uncollected ?? 0, null);
      if (grade === undefined) return undefined;
      return ofDevice(device, said(device.uncollected ?? 0, null, device.state === 'unknown' ? 'unknown' : grade));
    });
    return [...ofAgents, ...ofTerminals];
  },
});

const mebibytes = z.int().min(1).max(1_000_000);
const mebi = 1_048_576;

/** The disk of an agent runs full: health data are shed first, records last. */
export const agentDisk = look({
  id: 'agentDisk',
  source: 'M-6',
  params: z
    .strictObject({ freeMebibytes: mebibytes, levelTwoMebibytes: mebibytes, clearMebibytes: mebibytes })
    .refine(({ clearMebibytes, freeMebibytes }) => clearMebibytes >= freeMebibytes, {
      path: ['clearMebibytes'],
      message: 'below freeMebibytes',
    }),
  defaults: { freeMebibytes: 1_024, levelTwoMebibytes: 256, clearMebibytes: 1_536 },
  timing: timing(minuteMs, 5 * minuteMs),
  look: (world, params) =>
    perAgent(world, (agent) => {
      const free = agent.diskFreeBytes === null ? undefined : agent.diskFreeBytes / mebi;
      const grade = free === undefined ? undefined : gradeBelow(free, params.freeMebibytes, params.clearMebibytes);
      if (free === undefined || grade === undefined) return undefined;
      const level = free <= params.levelTwoMebibytes ? 2 : 3;
      const evidence = measured(Math.round(free), 'MiB', params.freeMebibytes);
      return {
        rule: 'agentDisk',
        grade: heard(agent, grade),
        level,
        values: { value: Math.round(free), unit: 'MiB' },
        evidence,
      };
    }),
});

const storageLevels = { ok: null, tight: 3, ballastUsed: 2, failed: 1 } as const;

/** The journal of an agent is tight (3), lives on its ballast (2), or cannot be written (1): terminals keep their records then. */
export const agentStorage = look({
  id: 'agentStorage',
  source: '8 trap 9',
  params: none,
  defaults: {},
  timing: timing(0, minuteMs),
  look: (world) =>
    perAgent(world, (agent) => {
      const level = agent.storage === null ? null : storageLevels[agent.storage];
      if (level === null) return undefined;
      return { rule: 'agentStorage', grade: heard(agent, 'breach'), level, values: { value: agent.storage ?? '' } };
    }),
});

/** Two live agents of one identity: the second is refused, its records wait in its journal. */
export const duplicateIdentity = look({
  id: 'duplicateIdentity',
  source: 'S-MQTT',
  params: none,
  defaults: {},
  timing: timing(0, 5 * minuteMs),
  look: (world) =>
    perAgent(world, (agent) => (agent.duplicateIdentity ? { rule: 'duplicateIdentity', grade: 'breach', level: 2 } : undefined)),
});

/** Record numbers that were never collected. Level 2 when they are many, worth much, or open for a day. */
export const recordGap = look({
  id: 'recordGap',
  source: 'N-5, T-CHAIN-GAP',
  params: z.strictObject({
    levelTwoRecords: z.int().min(1).max(1_000_000),
    levelTwoFen: z.int().min(1).max(100_000_000),
    levelTwoHours: z.int().min(1).max(720),
  }),
  defaults: { levelTwoRecords: 100, levelTwoFen: 50_000, levelTwoHours: 24 },
  timing: timing(5 * minuteMs, 0),
  look: (world, params, now) =>
    [...world.openGaps].flatMap(([id, gap]): Finding[] => {
      if (gap.records === 0) return [];
      const old = now - gap.openedAt >= params.levelTwoHours * hourMs;
      const much = gap.records >= params.levelTwoRecords || (gap.estimateFen ?? 0) >= params.levelTwoFen;
      const fen = gap.estimateFen === null ? {} : { value: gap.estimateFen, unit: 'fen' };
      const values = { count: gap.records, minutes: round1((now - gap.openedAt) / minuteMs), ...fen };
      const evidence = measured(gap.records, 'records', 0);
      const said: Said = { rule: 'recordGap', grade: 'breach', level: old || much ? 2 : 3, values, evidence };
      const [device, agent] = [world.devices.get(id), world.agents.get(id)];
      if (device !== undefined) return [ofDevice(device, said)];
      return agent === undefined ? [] : [ofAgent(agent, [], said)];
    }),
});

/** Records that could not be read or booked and wait for a person. */
export const deadLetters = look({
  id: 'deadLetters',
  source: '2 (journal states)',
  params: z.strictObject({ count: z.int().min(1).max(1_000_000), levelTwoCount: z.int().min(1).max(1_000_000) }),
  defaults: { count: 1, levelTwoCount: 100 },
  timing: timing(0, 0),
  look: (world, params) =>
    perAgent(world, ({ agentId }) => {
      const open = world.openDeadLetters.get(agentId) ?? 0;
      if (open < params.count) return undefined;
      const evidence = measured(open, 'records', 0);
      return {
        rule: 'deadLetters',
        grade: 'breach',
        level: open >= params.levelTwoCount ? 2 : 3,
        values: { count: open },
        evidence,
      };
    }),
});
