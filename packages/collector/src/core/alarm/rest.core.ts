/**
 * Alarms at rest: each settled into itself, so that with the same causes around another look changes nothing and tells nothing. Remembered from look to
 * look, so that a look settles those alone for which something moved. It is the memory of a pure function: a book without it comes to the same.
 */
import type { Alarm, ImportantEvent, Silence } from '@cardwatch/contracts/watch';
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

/** What explains each alarm, by place, as long as neither the causes nor the names of open alarms are others. Each holds for the very entry that was asked of. */
export interface Explained {
  readonly turns: number | undefined;
  readonly names: Names | null;
  /** Null: it was another one a look ago, and may be again in the next. */
  readonly known: { readonly entries: (Entry | undefined)[]; readonly by: (Explanation | null | undefined)[] } | null;
}

/** What was known a look ago, where it holds on. */
export function explainedAnew(before: Explained, turns: number | undefined, names: Names): Explained {
  const holds = turns !== undefined && turns === before.turns && names === before.names;
  if (!holds) return { turns, names, known: null };
  return before.known === null ? { turns, names, known: { entries: [], by: [] } } : before;
}

/** From memory, or asked. */
export function explainedOf(
  { known }: Explained,
  { entry, place }: { readonly entry: Entry; readonly place: number },
  ask: () => Explanation | null,
): Explanation | null {
  if (known === null) return ask();
  const before = known.entries[place] === entry ? known.by[place] : undefined;
  if (before !== undefined) return before;
  const explained = ask();
  known.entries[place] = entry;
  known.by[place] = explained;
  return explained;
}

/** `around` null: nothing can be remembered. */
export interface Rests {
  readonly around: Around | null;
  /** By place; what stands there rests if it is this very entry. */
  readonly entries: (Entry | undefined)[];
  readonly explained: Explained;
}

const nothingExplained: Explained = { turns: undefined, names: null, known: null };
export const nothingRests = (): Rests => ({ around: null, entries: [], explained: nothingExplained });

/** By the places of the next look, without those of `entries` that cleared. */
export function restsWithout({ entries: resting }: Pick<Rests, 'entries'>, entries: readonly Entry[]): Rests['entries'] {
  const left: (Entry | undefined)[] = [];
  entries.forEach((entry, place) => {
    if (entry.alarm.condition !== 'cleared') left.push(resting[place]);
  });
  return left;
}

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
    : { around, entries: [], explained: before.explained };
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

/** One alarm as it stands in this look. */
export interface Standing {
  readonly entry: Entry;
  /** In the order of the book. */
  readonly place: number;
  readonly explained: Explanation | null;
}

/** Nothing moved for this alarm, of which nothing was found anew, no figures are due and that has no symptoms: there is nothing to settle. */
export function isAtRest(rests: Rests, { entry, place, explained }: Standing, asked: Asked, now: EpochMs): boolean {
  if (rests.around === null || rests.entries[place] !== entry) return false;
  return isCalm(entry, explained, now) && holdsTheSame(entry.alarm, rests.around, asked, now);
}

/** Takes an alarm in that settled into itself. One in its grace waits for time to pass. */
export function rest(
  rests: Rests,
  { entry, place, explained }: Standing,
  { settling, settled }: { readonly settling: Settling; readonly settled: Settled },
  now: EpochMs,
): void {
  const { entry: after, tell, notes } = settled;
  const moved = after !== entry || tell.length > 0 || notes.length > 0 || settling.effects.length > 0;
  if (rests.around === null || moved || settling.symptoms.length > 0 || entry.machine.hush.graceFrom !== null) return;
  if (isCalm(entry, explained, now)) rests.entries[place] = entry;
}

/** No cause came or went, no symptom, no acknowledgement runs out. */
const isCalm = ({ alarm }: Entry, explained: Explanation | null, now: EpochMs): boolean =>
  alarm.symptoms === 0 &&
  (explained?.explainedBy ?? null) === alarm.causeId &&
  (alarm.acknowledgedUntil === null || now < alarm.acknowledgedUntil);

function holdsTheSame(alarm: Alarm, { quiet }: Around, { storm, open }: Asked, now: EpochMs): boolean {
  let [stormed, twin, quieted]: [string | null, string | null, boolean] = [null, null, false];
  for (const { suppressor, by } of alarm.suppressedBy)
    if (suppressor === 'storm') stormed = by;
    else if (suppressor === 'duplicate') twin = by;
    else if (suppressor === 'quietHours') quieted = true;
  if ((storm(alarm)?.by ?? null) !== stormed || duplicateOf(alarm, open) !== twin) return false;
  return (quiet !== null && isQuiet(alarm, quiet, now)) === quieted;
}
