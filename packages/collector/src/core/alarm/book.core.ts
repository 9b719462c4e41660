/**
 * The book of open alarms by rule and subject. A look costs what is found and open, not what is watched. Ids stand while an alarm burns; what comes
 * again later is a new row that names the one before it.
 */
import type { Alarm, Exposure, ImportantEvent, RuleId, RuleTiming, Subject } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { HistoryRow, MachineRow } from '../../store/watch/roles.ts';
import type { Finding } from '../rules/rule.core.ts';
import { alarmRow, clockRow, type MachineKey, restRow } from './book-rows.core.ts';
import type { ConditionEffect } from './condition.step.ts';
import { Draft } from './draft.core.ts';
import { type Entry, keyOf, openEntry, type Rested, stepCondition } from './entry.core.ts';
import { unsuppressedMs as hushedMs } from './hush.step.ts';
import { type LevelLimits, levelLimits } from './level.core.ts';
import { type Around, settle } from './settle.core.ts';
import { type Steady, steadyAt, steadyStep } from './steady.core.ts';
import { eventsAtOf, type Explanation, type OpenAlarm, suppressionAt, type SuppressionAsk } from './suppression.core.ts';
import type { Transition } from './transition.core.ts';

export { bookLimits } from './draft.core.ts';

export interface Book {
  readonly steady: Steady;
  /** Steady time at which the clock's row was last given out. */
  readonly clockKept: number;
  readonly open: ReadonlyMap<string, Entry>;
  readonly keys: ReadonlyMap<Alarm['alarmId'], string>;
  /** Oldest first. */
  readonly rested: ReadonlyMap<string, Rested>;
}

export const emptyBook = (now: EpochMs): Book => ({
  steady: steadyAt(now),
  clockKept: 0,
  open: new Map(),
  keys: new Map(),
  rested: new Map(),
});

/** What one rule found in this look. Rules that are not listed did not look: their alarms stay as they are. A rule switched off looks and finds nothing. */
export interface RuleLook {
  readonly rule: RuleId;
  readonly version: number;
  readonly timing: RuleTiming;
  readonly findings: readonly Finding[];
}

export interface LookAsk {
  readonly findings: readonly RuleLook[];
  readonly suppression: SuppressionAsk;
  readonly importantEvents: readonly ImportantEvent[];
  readonly exposureOf: (alarm: Alarm, symptoms: readonly Alarm[]) => Exposure;
  readonly newId: () => Alarm['alarmId'];
  readonly limits?: LevelLimits;
}

/** All of it belongs into one `commit`. */
export interface Looked {
  readonly book: Book;
  readonly alarms: readonly Alarm[];
  readonly transitions: readonly Transition[];
  readonly history: readonly HistoryRow[];
  readonly machines: readonly MachineRow[];
  readonly machinesGone: readonly MachineKey[];
  /** Findings that there was no room for. */
  readonly overflow: number;
}

interface Stepped {
  readonly key: string;
  readonly entry: Entry;
  readonly effects: readonly ConditionEffect[];
  readonly finding: Finding | undefined;
  readonly explained: Explanation | null;
}

/** One look at everything. */
export function lookBook(book: Book, ask: LookAsk, now: EpochMs): Looked {
  const draft = new Draft(book, steadyStep(book.steady, now));
  const stepped = stepAll(draft, ask, now);
  const open = openIn(stepped, draft);
  const explained = stepped.map((one) => ({ ...one, explained: explanation(one, ask.suppression, open) }));
  const symptoms = symptomsOf(explained);
  const around: Around = {
    open,
    suppression: suppressionAt(ask.suppression, now),
    importantEvent: eventsAtOf(ask.importantEvents, now),
    exposureOf: ask.exposureOf,
    limits: ask.limits ?? levelLimits,
  };
  for (const one of explained) {
    const settling = {
      effects: one.effects,
      finding: one.finding,
      refresh: draft.refreshes(one.key),
      explained: one.explained,
      symptoms: symptoms.get(one.entry.alarm.alarmId) ?? [],
      steadyMs: draft.steady.steadyMs,
    };
    draft.keep(one.key, settle(one.entry, settling, around, now), now);
  }
  return draft.finish();
}

function explanation({ entry }: Omit<Stepped, 'explained'>, ask: SuppressionAsk, open: OpenAlarm): Explanation | null {
  if (entry.alarm.condition === 'cleared') return null;
  const explained = ask.explain(entry.alarm, open);
  return explained?.explainedBy === entry.alarm.alarmId ? null : explained;
}

/** Steps every alarm that is open or found. */
function stepAll(draft: Draft, { findings, newId }: LookAsk, now: EpochMs): Omit<Stepped, 'explained'>[] {
  const { steadyMs } = draft.steady;
  const stepped: Omit<Stepped, 'explained'>[] = [];
  const looks = new Map(findings.map((look) => [look.rule, look] as const));
  const found = gather(findings);
  for (const [key, entry] of draft.book.open) {
    const look = looks.get(entry.alarm.rule);
    const finding = found.get(key)?.finding;
    const [next, effects] =
      look === undefined ? [entry, []] : stepCondition(entry, { finding, timing: look.timing, steadyMs }, now);
    stepped.push({ key, entry: next, effects, finding });
  }
  for (const [key, { look, finding }] of found) {
    if (finding.grade !== 'breach' || draft.book.open.has(key) || !draft.hasRoom()) continue;
    const rested = draft.book.rested.get(key);
    const opened = openEntry({ alarmId: newId(), rule: look.rule, version: look.version, finding, rested }, now);
    const [entry, effects] = stepCondition(opened, { finding, timing: look.timing, steadyMs }, now);
    stepped.push({ key, entry, effects, finding });
  }
  return stepped;
}

const gravity = { breach: 2, band: 1, unknown: 0 } as const;

/** One finding a subject: the gravest, should a rule give two. */
function gather(looks: readonly RuleLook[]): Map<string, { readonly look: RuleLook; readonly finding: Finding }> {
  const found = new Map<string, { readonly look: RuleLook; readonly finding: Finding }>();
  for (const look of looks)
    for (const finding of look.findings) {
      const key = keyOf(look.rule, finding.subject);
      const other = found.get(key)?.finding;
      if (other === undefined || gravity[finding.grade] > gravity[other.grade]) found.set(key, { look, finding });
    }
  return found;
}

/** Alarms of this very look by rule and subject, without those that cleared in it. */
function openIn(stepped: readonly Omit<Stepped, 'explained'>[], draft: Draft): OpenAlarm {
  const fresh = new Map<string, Alarm>();
  for (const { key, entry, effects } of stepped) if (effects.length > 0) fresh.set(key, entry.alarm);
  return (rule: RuleId, subject: Subject) => {
    const key = keyOf(rule, subject);
    const alarm = fresh.get(key) ?? draft.book.open.get(key)?.alarm;
    return alarm === undefined || alarm.condition === 'cleared' ? null : alarm.alarmId;
  };
}

function symptomsOf(stepped: readonly Stepped[]): ReadonlyMap<string, readonly Alarm[]> {
  const symptoms = new Map<string, Alarm[]>();
  for (const { entry, explained } of stepped) {
    if (explained === null) continue;
    const of = symptoms.get(explained.explainedBy);
    if (of === undefined) symptoms.set(explained.explainedBy, [entry.alarm]);
    else of.push(entry.alarm);
  }
  return symptoms;
}

/** The open alarm of this id; undefined once it cleared. */
export function openAlarm(book: Book, alarmId: Alarm['alarmId']): Alarm | undefined {
  const key = book.keys.get(alarmId);
  return key === undefined ? undefined : book.open.get(key)?.alarm;
}

/** How long a raised alarm was not suppressed: what escalation counts. 0 for one that is not open. */
export function unsuppressedMs(book: Book, alarmId: Alarm['alarmId']): number {
  const entry = book.open.get(book.keys.get(alarmId) ?? '');
  return entry === undefined ? 0 : hushedMs(entry.machine.hush, book.steady.steadyMs);
}

/** All of the book as rows, e.g. for a store that is filled anew; `lookBook` gives the changed ones alone. */
export const toRows = (book: Book): readonly MachineRow[] => [
  ...[...book.open].map(([key, entry]) => alarmRow(key, entry)),
  ...[...book.rested].map(([key, rested]) => restRow(key, rested)),
  clockRow(book.steady),
];
