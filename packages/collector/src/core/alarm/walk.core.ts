/**
 * A look's walk over the open alarms: which of them the findings moved, and what explains each. What stands where it stood is passed by without a trace:
 * with thousands of alarms that is nearly all of them.
 */
import type { Alarm } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { Finding } from '../rules/rule.core.ts';
import type { LookAsk, RuleLook } from './book.core.ts';
import type { ConditionEffect } from './condition.step.ts';
import type { Draft } from './draft.core.ts';
import { type Entry, keyOf, openEntry, staysAsItIs, stepCondition } from './entry.core.ts';
import { gather, type Names, namesOf } from './names.core.ts';
import { type Explained, explainedAnew, explainedOf } from './rest.core.ts';
import type { Explanation, OpenAlarm, SuppressionAsk } from './suppression.core.ts';

/** Alarms in the order of the book, those that open now behind them; one place in each list is one alarm. */
export interface Walked {
  readonly entries: readonly Entry[];
  /** By place, where anything happened. */
  readonly effects: ReadonlyMap<number, readonly ConditionEffect[]>;
  /** What this look found of it; undefined: nothing, or its rule did not look. */
  readonly findings: readonly (Finding | undefined)[];
  /** One of them cleared: the places of those behind it are others in the next look. */
  readonly cleared: boolean;
  readonly names: Names;
}

/** Steps every alarm that is open or found. */
export function walk(draft: Draft, ask: LookAsk, names: Names, now: EpochMs): Walked {
  const { steadyMs } = draft.steady;
  const looks = new Map(ask.findings.map((look) => [look.rule, look] as const));
  const { open: findings, fresh } = gather([...looks.values()], names);
  const entries: Entry[] = [];
  const effects = new Map<number, readonly ConditionEffect[]>();
  let cleared = false;
  draft.book.open.forEach((entry) => {
    const look = looks.get(entry.alarm.rule);
    const finding = findings[entries.length];
    if (look === undefined || staysAsItIs(entry, finding, look.timing)) {
      entries.push(entry);
      return;
    }
    const [next, happened] = stepCondition(entry, { finding, timing: look.timing, steadyMs }, now);
    if (happened.length > 0) effects.set(entries.length, happened);
    entries.push(next);
    cleared ||= next.alarm.condition === 'cleared';
  });
  const open = entries.length;
  for (const { look, finding } of fresh) {
    if (!draft.hasRoom()) continue;
    const [entry, happened] = opening(draft, { look, finding, newId: ask.newId }, now);
    effects.set(entries.length, happened);
    findings[entries.length] = finding;
    entries.push(entry);
  }
  return { entries, effects, findings, cleared, names: cleared || entries.length > open ? namesOf(entries) : names };
}

interface Opening extends Pick<LookAsk, 'newId'> {
  readonly look: RuleLook;
  readonly finding: Finding;
}

function opening(
  { book, steady }: Draft,
  { look, finding, newId }: Opening,
  now: EpochMs,
): readonly [Entry, readonly ConditionEffect[]] {
  const { rule, version, timing } = look;
  const rested = book.rested.get(keyOf(rule, finding.subject));
  const opened = openEntry({ alarmId: newId(), rule, version, finding, rested }, now);
  return stepCondition(opened, { finding, timing, steadyMs: steady.steadyMs }, now);
}

export interface Explaineds {
  /** By place in `Walked`. */
  readonly by: readonly (Explanation | null)[];
  /** Of each cause. */
  readonly symptoms: ReadonlyMap<string, readonly Alarm[]>;
  /** For the next look. */
  readonly kept: Explained;
}

/** Asks of each alarm that burns what explains it; of one that was asked, and since when nothing moved, it knows. */
export function explainAll(
  { entries, names }: Pick<Walked, 'entries' | 'names'>,
  { ask, open, before }: { readonly ask: SuppressionAsk; readonly open: OpenAlarm; readonly before: Explained },
): Explaineds {
  const kept = explainedAnew(before, ask.explainTurns, names);
  const by: (Explanation | null)[] = [];
  const symptoms = new Map<string, Alarm[]>();
  for (let place = 0; place < entries.length; place++) {
    const entry = entries[place];
    if (entry === undefined) continue;
    const { alarm } = entry;
    const explained = explainedOf(kept, { entry, place }, () =>
      alarm.condition === 'cleared' ? null : ask.explain(alarm, open),
    );
    const other = explained === null || explained.explainedBy === alarm.alarmId ? null : explained;
    by.push(other);
    if (other === null) continue;
    const of = symptoms.get(other.explainedBy);
    if (of === undefined) symptoms.set(other.explainedBy, [alarm]);
    else of.push(alarm);
  }
  return { by, symptoms, kept };
}
