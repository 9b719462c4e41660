/** Open alarms by rule and subject. Kept from look to look while none opens or clears. */
import type { Alarm, RuleId, Subject } from '@cardwatch/contracts/watch';
import type { Finding } from '../rules/rule.core.ts';
import type { OpenAlarm } from './suppression.core.ts';

export type Names = ReadonlyMap<RuleId, ReadonlyMap<string, Alarm['alarmId']>>;

/** Devices are most of it: their ids stand as they are. No device has a `|` in its id. */
export const nameOf = ({ kind, id }: Subject): string => (kind === 'device' ? id : `${kind}|${id}`);

/** Without those that cleared. */
export function namesOf(entries: Iterable<{ readonly alarm: Alarm }>): Names {
  const names = new Map<RuleId, Map<string, Alarm['alarmId']>>();
  for (const { alarm } of entries) {
    const { rule, subject, alarmId, condition } = alarm;
    if (condition === 'cleared') continue;
    const ofRule = names.get(rule);
    if (ofRule === undefined) names.set(rule, new Map([[nameOf(subject), alarmId]]));
    else ofRule.set(nameOf(subject), alarmId);
  }
  return names;
}

export const openIn =
  (names: Names): OpenAlarm =>
  (rule, subject) =>
    names.get(rule)?.get(nameOf(subject)) ?? null;

const gravity = { breach: 2, band: 1, unknown: 0 } as const;

/** One finding a subject: the gravest, should a rule give two. What is no breach concerns open alarms alone (`open`: those of the rule, by name). */
export function gather(
  findings: readonly Finding[],
  open: ReadonlyMap<string, unknown> | undefined,
): ReadonlyMap<string, Finding> {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const isBreach = finding.grade === 'breach';
    if (!isBreach && open === undefined) continue;
    const name = nameOf(finding.subject);
    if (!isBreach && open?.has(name) !== true) continue;
    const other = found.get(name);
    if (other === undefined || gravity[finding.grade] > gravity[other.grade]) found.set(name, finding);
  }
  return found;
}
