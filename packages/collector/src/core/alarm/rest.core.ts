/**
 * Alarms at rest: each settled into itself, so that with the same causes around another look changes nothing and tells nothing. Remembered from look to
 * look, so that a look settles those alone for which something moved. It is the memory of a pure function: a book without it comes to the same.
 */
import type { Alarm, ImportantEvent, Silence, Suppressor } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { activeAt } from '../calendar/windows.core.ts';
import type { LookAsk } from './book.core.ts';
import type { Entry } from './entry.core.ts';
import { type LevelLimits, levelLimits } from './level.core.ts';
import type { Settled, Settling } from './settle.core.ts';
import type { Names } from './names.core.ts';
import {
  type Covered,
  duplicateOf,
  type Explanation,
  isQuiet,
  type OpenAlarm,
  quietFrom,
  type SuppressionAsk,
} from './suppression.core.ts';

/** What holds for all alarms of a look. */
interface Around {
  readonly covered: Covered;
  readonly silences: readonly Silence[];
  readonly events: readonly ImportantEvent[];
  /** Whether quiet hours hold, and which. */
  readonly quiet: SuppressionAsk['quiet'];
  readonly maintenanceTurns: number;
  readonly limits: LevelLimits;
}

/** What explains each alarm, as long as neither the causes nor the names of open alarms are others. */
export interface Explained {
  readonly turns: number | undefined;
  readonly names: Names | null;
  /** Null: it was another one a look ago, and may be again in the next. */
  readonly by: WeakMap<Entry, Explanation | null> | null;
}

/** What was known a look ago, where it holds on. */
export function explainedAnew(before: Explained, turns: number | undefined, names: Names): Explained {
  const holds = turns !== undefined && turns === before.turns && names === before.names;
  if (!holds) return { turns, names, by: null };
  return before.by === null ? { turns, names, by: new WeakMap() } : before;
}

/** `around` null: nothing can be remembered. */
export interface Rests {
  readonly around: Around | null;
  readonly entries: WeakSet<Entry>;
  readonly explained: Explained;
}

const nothingExplained: Explained = { turns: undefined, names: null, by: null };
export const nothingRests = (): Rests => ({ around: null, entries: new WeakSet(), explained: nothingExplained });

/** Those that rest in this look: the same as before, or none where something moved for all of them. */
export function restsAt(before: Rests, { suppression, importantEvents, limits }: LookAsk, covered: Covered, now: EpochMs): Rests {
  const { quiet, silences, maintenanceTurns } = suppression;
  if (maintenanceTurns === undefined) return nothingRests();
  const around: Around = {
    covered,
    silences: silences.filter(({ from, to }) => from <= now && now < to),
    events: importantEvents.filter((event) => activeAt(event, now)),
    quiet: quiet === null || quietFrom(quiet, now) === null ? null : quiet,
    maintenanceTurns,
    limits: limits ?? levelLimits,
  };
  return before.around !== null && sameAround(before.around, around)
    ? before
    : { around, entries: new WeakSet(), explained: before.explained };
}

const sameAround = (one: Around, other: Around): boolean =>
  one.covered === other.covered &&
  one.quiet === other.quiet &&
  one.maintenanceTurns === other.maintenanceTurns &&
  one.limits === other.limits &&
  sameAll(one.silences, other.silences) &&
  sameAll(one.events, other.events);

const sameAll = <T>(some: readonly T[], others: readonly T[]): boolean =>
  some.length === others.length && some.every((one, at) => one === others[at]);

/** What may hold an alarm back by itself. */
interface Asked {
  readonly storm: SuppressionAsk['storm'];
  readonly open: OpenAlarm;
}

/** Nothing moved for this alarm, of which nothing was found anew, no figures are due and that has no symptoms: there is nothing to settle. */
export function isAtRest(rests: Rests, entry: Entry, explained: Explanation | null, asked: Asked, now: EpochMs): boolean {
  if (rests.around === null || !rests.entries.has(entry)) return false;
  return isCalm(entry, explained, now) && holdsTheSame(entry.alarm, rests.around, asked, now);
}

/** Takes an alarm in that settled into itself. One in its grace waits for time to pass. */
export function rest(rests: Rests, entry: Entry, settling: Settling, { entry: after, tell, notes }: Settled, now: EpochMs): void {
  const moved = after !== entry || tell.length > 0 || notes.length > 0 || settling.effects.length > 0;
  if (rests.around === null || moved || settling.symptoms.length > 0 || entry.machine.hush.graceFrom !== null) return;
  if (isCalm(entry, settling.explained, now)) rests.entries.add(entry);
}

/** No cause came or went, no symptom, no acknowledgement runs out. */
const isCalm = ({ alarm }: Entry, explained: Explanation | null, now: EpochMs): boolean =>
  alarm.symptoms === 0 &&
  (explained?.explainedBy ?? null) === alarm.causeId &&
  (alarm.acknowledgedUntil === null || now < alarm.acknowledgedUntil);

function holdsTheSame(alarm: Alarm, { quiet }: Around, { storm, open }: Asked, now: EpochMs): boolean {
  if ((storm(alarm)?.by ?? null) !== shownBy(alarm, 'storm') || duplicateOf(alarm, open) !== shownBy(alarm, 'duplicate'))
    return false;
  return (quiet !== null && isQuiet(alarm, quiet, now)) === (shownBy(alarm, 'quietHours') !== null);
}

const shownBy = ({ suppressedBy }: Alarm, suppressor: Suppressor): string | null =>
  suppressedBy.length === 0 ? null : (suppressedBy.find((one) => one.suppressor === suppressor)?.by ?? null);
