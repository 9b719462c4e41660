/**
 * The book of open alarms by rule and subject. A look costs what is found and open, not what is watched. Ids stand while an alarm burns; what comes
 * again later is a new row that names the one before it.
 */
import type { Alarm, Exposure, ImportantEvent, RuleId, RuleTiming } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { HistoryRow, MachineRow } from '../../store/watch/roles.ts';
import type { Finding } from '../rules/rule.core.ts';
import { alarmRow, clockRow, type MachineKey, restRow } from './book-rows.core.ts';
import type { ConditionEffect } from './condition.step.ts';
import { Draft } from './draft.core.ts';
import { type Entry, keyOf, openEntry, type Rested, stepCondition } from './entry.core.ts';
import { unsuppressedMs as hushedMs } from './hush.step.ts';
import { type LevelLimits, levelLimits } from './level.core.ts';
import { gather, nameOf, type Names, namesOf, openIn } from './names.core.ts';
import { isAtRest, nothingRests, rest, type Rests, restsAt } from './rest.core.ts';
import { type Around, settle } from './settle.core.ts';
import { type Steady, steadyAt, steadyStep } from './steady.core.ts';
import {
  coverageAt,
  type Covered,
  coversNothing,
  eventsAtOf,
  type Explanation,
  type OpenAlarm,
  suppressionAt,
  type SuppressionAsk,
} from './suppression.core.ts';
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
  /** What maintenance windows cover, kept from look to look. */
  readonly covered: Covered;
  /** Alarms for which nothing moved. */
  readonly rests: Rests;
  /** Of `open`; null: to be listed anew. */
  readonly names: Names | null;
}

export const emptyBook = (now: EpochMs): Book => ({
  steady: steadyAt(now),
  clockKept: 0,
  open: new Map(),
  keys: new Map(),
  rested: new Map(),
  covered: coversNothing,
  rests: nothingRests(),
  names: null,
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
  explained: Explanation | null;
}

/** One look at everything. */
export function lookBook(book: Book, ask: LookAsk, now: EpochMs): Looked {
  const draft = new Draft(book, steadyStep(book.steady, now));
  const before = book.names ?? namesOf(entriesOf(book));
  const { stepped, names } = stepAll(draft, ask, before, now);
  const open = openIn(names);
  const symptoms = explainAll(stepped, ask.suppression, open);
  const covered = coverageAt(ask.suppression.windows, book.covered, now);
  const around: Around = {
    open,
    suppression: suppressionAt(ask.suppression, covered, now),
    inGrace: ask.suppression.inGrace ?? (() => false),
    importantEvent: eventsAtOf(ask.importantEvents, now),
    exposureOf: ask.exposureOf,
    limits: ask.limits ?? levelLimits,
  };
  const rests = restsAt(book.rests, ask, covered, now);
  const asked = { storm: ask.suppression.storm, open };
  for (const { key, entry, effects, finding, explained } of stepped) {
    const settling = {
      effects,
      finding,
      refresh: draft.refreshes(entry),
      explained,
      symptoms: symptoms.get(entry.alarm.alarmId) ?? none,
      steadyMs: draft.steady.steadyMs,
    };
    if (isAtRest(rests, entry, settling, asked, now)) continue;
    const settled = settle(entry, settling, around, now);
    rest(rests, entry, settling, settled, now);
    draft.keep(key, settled, now);
  }
  return draft.finish({ covered, rests, names });
}

const entriesOf = ({ open }: Book): readonly { readonly entry: Entry }[] => [...open.values()].map((entry) => ({ entry }));
const none: readonly Alarm[] = [];

/** Steps every alarm that is open or found. */
function stepAll(draft: Draft, ask: LookAsk, names: Names, now: EpochMs): { readonly stepped: Stepped[]; readonly names: Names } {
  const { steadyMs } = draft.steady;
  const looks = new Map(
    ask.findings.map((look) => [look.rule, { look, found: gather(look.findings, names.get(look.rule)) }] as const),
  );
  const stepped: Stepped[] = [];
  let moved = false;
  for (const [key, entry] of draft.book.open) {
    const looked = looks.get(entry.alarm.rule);
    const finding = looked?.found.get(nameOf(entry.alarm.subject));
    const [next, effects] =
      looked === undefined ? still(entry) : stepCondition(entry, { finding, timing: looked.look.timing, steadyMs }, now);
    stepped.push({ key, entry: next, effects, finding, explained: null });
    moved ||= next.alarm.condition === 'cleared';
  }
  const open = stepped.length;
  for (const { look, found } of looks.values())
    for (const [name, finding] of found) {
      if (finding.grade !== 'breach' || names.get(look.rule)?.has(name) === true || !draft.hasRoom()) continue;
      stepped.push(opening(draft, { look, finding, newId: ask.newId }, now));
    }
  return { stepped, names: moved || stepped.length > open ? namesOf(stepped) : names };
}

const still = (entry: Entry): readonly [Entry, readonly ConditionEffect[]] => [entry, noEffects];
const noEffects: readonly ConditionEffect[] = [];

interface Opening extends Pick<LookAsk, 'newId'> {
  readonly look: RuleLook;
  readonly finding: Finding;
}

function opening({ book, steady }: Draft, { look, finding, newId }: Opening, now: EpochMs): Stepped {
  const { rule, version, timing } = look;
  const key = keyOf(rule, finding.subject);
  const opened = openEntry({ alarmId: newId(), rule, version, finding, rested: book.rested.get(key) }, now);
  const [entry, effects] = stepCondition(opened, { finding, timing, steadyMs: steady.steadyMs }, now);
  return { key, entry, effects, finding, explained: null };
}

/** Asks of each alarm that burns what explains it; gives the symptoms of each cause. */
function explainAll(stepped: readonly Stepped[], ask: SuppressionAsk, open: OpenAlarm): ReadonlyMap<string, readonly Alarm[]> {
  const symptoms = new Map<string, Alarm[]>();
  for (const one of stepped) {
    const { alarm } = one.entry;
    const explained = alarm.condition === 'cleared' ? null : ask.explain(alarm, open);
    if (explained === null || explained.explainedBy === alarm.alarmId) continue;
    one.explained = explained;
    const of = symptoms.get(explained.explainedBy);
    if (of === undefined) symptoms.set(explained.explainedBy, [alarm]);
    else of.push(alarm);
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
