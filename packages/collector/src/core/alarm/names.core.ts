/** Open alarms in the order of the book, found by rule and subject. Kept from look to look while none opens or clears. */
import type { Alarm, RuleId, Subject } from '@cardwatch/contracts/watch';
import type { Finding } from '../rules/rule.core.ts';
import type { RuleLook } from './book.core.ts';
import type { OpenAlarm } from './suppression.core.ts';

export interface Names {
  /** Places in the order of the book. */
  readonly places: ReadonlyMap<RuleId, ReadonlyMap<string, number>>;
  /** By place. */
  readonly ids: readonly Alarm['alarmId'][];
}

/** Devices are most of it: their ids stand as they are. No device has a `|` in its id. */
export const nameOf = ({ kind, id }: Subject): string => (kind === 'device' ? id : `${kind}|${id}`);

/** Without those that cleared. */
export function namesOf(alarms: ReadonlyMap<unknown, HasAlarm> | readonly HasAlarm[]): Names {
  const places = new Map<RuleId, Map<string, number>>();
  const ids: Alarm['alarmId'][] = [];
  alarms.forEach(({ alarm }: HasAlarm) => {
    const { rule, subject, alarmId, condition } = alarm;
    if (condition === 'cleared') return;
    const ofRule = places.get(rule);
    if (ofRule === undefined) places.set(rule, new Map([[nameOf(subject), ids.length]]));
    else ofRule.set(nameOf(subject), ids.length);
    ids.push(alarmId);
  });
  return { places, ids };
}

interface HasAlarm {
  readonly alarm: Alarm;
}

export const openIn =
  ({ places, ids }: Names): OpenAlarm =>
  (rule, subject) =>
    ids[places.get(rule)?.get(nameOf(subject)) ?? -1] ?? null;

const gravity = { breach: 2, band: 1, unknown: 0 } as const;

/** What a rule found of whom nothing is open yet. */
export interface Fresh {
  readonly look: RuleLook;
  readonly finding: Finding;
}

export interface Gathered {
  /** Of open alarms, by place. */
  readonly open: (Finding | undefined)[];
  /** Breaches of others. */
  readonly fresh: readonly Fresh[];
}

/** One finding a subject: the gravest, should a rule give two. What is no breach concerns open alarms alone. */
export function gather(looks: readonly RuleLook[], { places, ids }: Names): Gathered {
  const open: (Finding | undefined)[] = [];
  open.length = ids.length;
  const fresh: Fresh[] = [];
  for (const look of looks) {
    const ofRule = places.get(look.rule);
    const others = new Set<string>();
    for (const finding of look.findings) {
      const isBreach = finding.grade === 'breach';
      if (!isBreach && ofRule === undefined) continue;
      const name = nameOf(finding.subject);
      const place = ofRule?.get(name);
      if (place !== undefined) {
        const other = open[place];
        if (other === undefined || gravity[finding.grade] > gravity[other.grade]) open[place] = finding;
      } else if (isBreach && !others.has(name)) {
        others.add(name);
        fresh.push({ look, finding });
      }
    }
  }
  return { open, fresh };
}
