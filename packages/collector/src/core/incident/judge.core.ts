/** What the watch itself can say of an incident (domain E-2): the four factors by its alarms and the world, and whether its response may end. */
import type { Alarm, ImportantEvent, RuleId } from '@cardwatch/contracts/watch';
import { type EpochMs, epochMs, hourMs } from '@cardwatch/kernel';
import { namesOf } from '../alarm/suppression.core.ts';
import { eventsAt } from '../calendar/windows.core.ts';
import { entityOf } from '../metrics/entity.core.ts';
import type { DeviceFact, World } from '../world/world.core.ts';
import type { AssessmentFacts, HardRule } from './assess.core.ts';

const moneyRules: ReadonlySet<RuleId> = new Set([
  'doubleCharge',
  'impossibleSequence',
  'tacInvalid',
  'negativeBalance',
  'chainGap',
  'chainFork',
  'unrefunded',
  'meterBackwards',
  'totalsDiffer',
  'relayNotKept',
]);
const stoppedRules: ReadonlySet<RuleId> = new Set(['campusSilent', 'areaSilent', 'terminalSilent']);
const silent: ReadonlySet<DeviceFact['state']> = new Set(['offline', 'unknown', 'sellingOffline']);

export interface JudgeAsk {
  /** Alarms of the incident that still burn. */
  readonly alarms: readonly Alarm[];
  /** Its devices, as its scope names them. */
  readonly devices: readonly string[];
  readonly world: World;
  readonly events: readonly ImportantEvent[];
}

/** Factors of now. A silent terminal sells on by itself until its memory is full: degraded, then stopped (standby failed). */
export function judge({ alarms, devices: ids, world, events }: JudgeAsk, now: EpochMs): AssessmentFacts {
  const devices = ids.map((id) => world.devices.get(id)).filter((device) => device !== undefined);
  const held = alarms.flatMap((alarm) => eventsAt(events, namesOf(alarm), now));
  const hardRule = hardRuleOf(alarms, devices);
  const waits = devices.map(({ areaType }) => world.businessTime(areaType, now).untilPeakMs);
  return {
    harm: hardRule === 'standbyFailed' ? 'stopped' : harmOf(alarms, devices),
    ...usersOf(alarms, devices, world, now),
    untilPeakMs: waits.length === 0 ? 24 * hourMs : Math.min(...waits),
    importantEvent: held.length > 0,
    vip: held.some(({ vip }) => vip),
    hardRule,
  };
}

function hardRuleOf(alarms: readonly Alarm[], devices: readonly DeviceFact[]): HardRule | null {
  const found = (rule: RuleId, level: 1 | 3): boolean => alarms.some((alarm) => alarm.rule === rule && alarm.level <= level);
  if (found('campusSilent', 3)) return 'campusSilent';
  // A gate whose fire input is active did as it should (level 2); with a broken wire it would not open (level 1).
  if (found('fireInput', 1)) return 'fireReleaseLost';
  if (found('collectorHealth', 1)) return 'collectorDown';
  if (found('chainFork', 3)) return 'moneyForked';
  return devices.some(({ state, freeRecords }) => silent.has(state) && freeRecords === 0) ? 'standbyFailed' : null;
}

function harmOf(alarms: readonly Alarm[], devices: readonly DeviceFact[]): AssessmentFacts['harm'] {
  if (alarms.some(({ rule }) => stoppedRules.has(rule))) return 'stopped';
  if (alarms.some(({ rule }) => moneyRules.has(rule))) return 'moneyWrong';
  if (devices.some(({ state }) => silent.has(state)) || alarms.some(({ level }) => level === 1)) return 'degraded';
  return alarms.length === 0 ? 'none' : 'inconvenient';
}

type Users = Pick<AssessmentFacts, 'affectedUsers' | 'expectedUsers'>;

/** Business that is expected of them in this hour against that of the campus; by heads of their kinds where nothing was learned. */
function usersOf(alarms: readonly Alarm[], devices: readonly DeviceFact[], world: World, now: EpochMs): Users {
  const from = epochMs(Math.floor(now / hourMs) * hourMs);
  const expected = (id: string): number => {
    const of = (metric: 'records' | 'passes'): number => world.expected(id, metric, from, epochMs(from + hourMs))?.median ?? 0;
    return of('records') + of('passes');
  };
  const campus = devices[0]?.campus ?? alarms[0]?.campus ?? null;
  const campusUsers = campus === null ? 0 : expected(entityOf.campus(campus));
  if (campusUsers > 0) {
    const areas = devices.length > 0 ? [] : [...new Set(alarms.flatMap(({ area }) => area ?? []))];
    const parts = [...devices.map(({ deviceId }) => deviceId), ...areas.map(entityOf.area)];
    return { affectedUsers: parts.reduce((sum, id) => sum + expected(id), 0), expectedUsers: campusUsers };
  }
  const kinds = new Set(devices.map(({ kind }) => kind));
  let heads = 0;
  for (const kind of kinds) heads += campus === null ? 0 : world.roll.heads(campus, kind);
  return { affectedUsers: devices.length, expectedUsers: heads };
}
