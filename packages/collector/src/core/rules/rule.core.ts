/**
 * What a rule is. Two shapes:
 * - a *look* reads the world on each tick and gives everything that holds now: it keeps nothing, so a restart changes nothing;
 * - a *watcher* is told of each record or event in order and keeps what it needs of the last `lookBackMs`; after a restart it is told those again.
 * Neither raises an alarm: durations, hysteresis, N of M and flapping belong to `core/alarm/condition.step.ts`.
 */
import type { AlarmEvidence, AlarmLevel, AlarmReason, RuleId, RuleTiming, Subject } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { EventFact, MoneyFact, World } from '../world/world.core.ts';

/**
 * breach: at or beyond the threshold that raises. band: between the threshold that raises and the one that clears: keeps what is there, raises nothing.
 * What is neither is not given. `unknown`: nothing was heard that could tell.
 */
export type Grade = 'breach' | 'band' | 'unknown';

export interface Finding {
  readonly subject: Subject;
  readonly grade: Grade;
  readonly level: AlarmLevel;
  readonly reason: AlarmReason;
  readonly evidence: AlarmEvidence | null;
  /** Devices that stand behind the subject. */
  readonly devices: readonly string[];
  readonly campus: string | null;
  readonly area: string | null;
  /** A momentary finding (a forced door, a double charge) holds until then without being found again. */
  readonly holdsUntil?: EpochMs;
  /** Of its rule's `raiseAfterMs`: 0.5 on the watch list of an incident (domain E-4); absent: 1. Rules leave it out. */
  readonly pace?: number;
}

interface RuleHead<P> {
  readonly id: RuleId;
  /** Id in `domain.md` section 5.2, e.g. `T-SILENT`. */
  readonly source: string;
  readonly params: z.ZodType<P>;
  readonly defaults: P;
  readonly timing: RuleTiming;
}

export interface Look<P> extends RuleHead<P> {
  readonly shape: 'look';
  look(world: World, params: P, now: EpochMs): readonly Finding[];
}

export interface Watcher<P, S> extends RuleHead<P> {
  readonly shape: 'watcher';
  readonly lookBackMs: number;
  start(): S;
  /** Takes the fact into its state, in place. */
  money?(state: S, fact: MoneyFact, ask: Asking<P>): void;
  event?(state: S, fact: EventFact, ask: Asking<P>): void;
  /** All that holds now. Forgets what is older than it needs. */
  look(state: S, ask: Asking<P>): readonly Finding[];
}

export interface Asking<P> {
  readonly world: World;
  readonly params: P;
  readonly now: EpochMs;
}

/**
 * What the registry holds: a rule whose parameters and state are its own business. `settle` of the registry parses parameters with the rule's own schema and
 * gives a rule that can be asked.
 */
interface AnyHead extends Omit<RuleHead<never>, 'params' | 'defaults'> {
  readonly params: z.ZodType;
  readonly defaults: unknown;
}
export interface AnyLook extends AnyHead {
  readonly shape: 'look';
  look(world: World, params: never, now: EpochMs): readonly Finding[];
}
export interface AnyWatcher extends AnyHead {
  readonly shape: 'watcher';
  readonly lookBackMs: number;
  start(): unknown;
  money?(state: never, fact: MoneyFact, ask: Asking<never>): void;
  event?(state: never, fact: EventFact, ask: Asking<never>): void;
  look(state: never, ask: Asking<never>): readonly Finding[];
}
export type AnyRule = AnyLook | AnyWatcher;

/** Gives a rule its type where it is written. */
export const look = <P>(rule: Omit<Look<P>, 'shape'>): Look<P> => ({ shape: 'look', ...rule });
export const watcher = <P, S>(rule: Omit<Watcher<P, S>, 'shape'>): Watcher<P, S> => ({ shape: 'watcher', ...rule });
