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
import type { Entry, Rested } from './entry.core.ts';
import { unsuppressedMs as hushedMs } from './hush.step.ts';
import { type LevelLimits, levelLimits } from './level.core.ts';
import { type Names, namesOf, openIn } from './names.core.ts';
import { isAtRest, nothingRests, rest, type Rests, restsAt, restsWithout } from './rest.core.ts';
import { type Around, settle } from './settle.core.ts';
import { type Steady, steadyAt, steadyStep } from './steady.core.ts';
import { coverageAt, type Covered, coversNothing, eventsAtOf, suppressionAt, type SuppressionAsk } from './suppression.core.ts';
import type { Transition } from './transition.core.ts';
import { explainAll, walk } from './walk.core.ts';

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

/** One look at everything. */
export function lookBook(book: Book, ask: LookAsk, now: EpochMs): Looked {
  const draft = new Draft(book, steadyStep(book.steady, now));
  const walked = walk(draft, ask, book.names ?? namesOf(book.open), now);
  const { entries, effects, findings, names } = walked;
  const open = openIn(names);
  const explaineds = explainAll(walked, { ask: ask.suppression, open, before: book.rests.explained });
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
  entries.forEach((entry, place) => {
    const happened = effects.get(place) ?? noEffects;
    const explained = explaineds.by[place] ?? null;
    const symptoms = explaineds.symptoms.get(entry.alarm.alarmId) ?? none;
    const refresh = draft.refreshes(entry);
    const standing = { entry, place, explained };
    if (!refresh && happened.length === 0 && symptoms.length === 0 && isAtRest(rests, standing, asked, now)) return;
    const settling = {
      effects: happened,
      finding: findings[place],
      refresh,
      explained,
      symptoms,
      steadyMs: draft.steady.steadyMs,
    };
    const settled = settle(entry, settling, around, now);
    rest(rests, standing, { settling, settled }, now);
    draft.keep(settled, now);
  });
  const resting = walked.cleared ? restsWithout(rests, entries) : rests.entries;
  return draft.finish({ covered, rests: { ...rests, entries: resting, explained: explaineds.kept }, names });
}

const none: readonly Alarm[] = [];
const noEffects: readonly ConditionEffect[] = [];

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
