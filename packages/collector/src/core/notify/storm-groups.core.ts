/** A storm by its groups: counted by cause where one is known, else by site, else by rule. */
import type { Alarm, AlarmLevel, Exposure } from '@cardwatch/contracts/watch';

/** `reason.code` of a storm's own alarm; its values are `total`, `active` and the counts of the largest groups. */
export const stormCode = 'storm';
/** Groups that a storm's alarm names. */
export const groupsNamedMax = 6;

/** What a storm keeps of a member; the alarm itself stays where it is. */
export interface StormMember {
  readonly alarmId: string;
  readonly cause: string | null;
  readonly site: string | null;
  readonly rule: string;
  readonly level: AlarmLevel;
  readonly devices: readonly string[];
  readonly exposure: Exposure;
  readonly active: boolean;
}

/** Devices that one member brings into the storm's list. */
const devicesPerMember = 16;

export const memberOf = (alarm: Alarm): StormMember => ({
  alarmId: alarm.alarmId,
  cause: alarm.causeId,
  site: alarm.area ?? alarm.campus,
  rule: alarm.rule,
  level: alarm.level,
  devices: alarm.devices.slice(0, devicesPerMember),
  exposure: alarm.exposure,
  active: true,
});

export interface StormGroup {
  readonly by: 'cause' | 'site' | 'rule';
  readonly name: string;
  readonly count: number;
}

/** The largest first; of equals by name. */
export function groupsOf(members: readonly StormMember[]): readonly StormGroup[] {
  const groups = new Map<string, StormGroup>();
  for (const member of members) {
    const { by, name } = placeOf(member);
    const key = `${by} ${name}`;
    groups.set(key, { by, name, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function placeOf(member: StormMember): Pick<StormGroup, 'by' | 'name'> {
  if (member.cause !== null) return { by: 'cause', name: member.cause };
  return member.site === null ? { by: 'rule', name: member.rule } : { by: 'site', name: member.site };
}

/** All records and yuan that lie behind the members. */
export function exposureOf(members: readonly StormMember[]): Exposure {
  const sum = { records: 0, fen: 0, priced: false, estimated: false, oldestAt: Number.POSITIVE_INFINITY };
  for (const { exposure } of members) {
    sum.records += exposure.records;
    sum.fen += exposure.fen ?? 0;
    sum.priced ||= exposure.fen !== null;
    sum.estimated ||= exposure.estimated;
    sum.oldestAt = Math.min(sum.oldestAt, exposure.oldestAt ?? Number.POSITIVE_INFINITY);
  }
  const { records, estimated } = sum;
  const fen = sum.priced ? Math.min(sum.fen, fenMax) : null;
  return { records, fen, estimated, oldestAt: Number.isFinite(sum.oldestAt) ? sum.oldestAt : null };
}

/** The contract's largest amount. */
const fenMax = 1_000_000_000;

/** Values of the storm's reason: the totals, and the largest groups by name. */
export function stormValues(members: readonly StormMember[], total: number): Alarm['reason']['values'] {
  const active = members.filter((member) => member.active);
  const named = groupsOf(members).slice(0, groupsNamedMax);
  return { total, active: active.length, ...Object.fromEntries(named.map(({ name, count }) => [name.slice(-32), count])) };
}
