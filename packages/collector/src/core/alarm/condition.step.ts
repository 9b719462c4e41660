/** One rule and one subject: pending → active ⇄ flapping → cleared, unknown while nothing is heard. Durations are in steady time; see `steady.core.ts`. */
import type { AlarmCondition, RuleTiming } from '@cardwatch/contracts/watch';
import type { EpochMs, Step } from '@cardwatch/kernel';
import type { Grade } from '../rules/rule.core.ts';
import { calm, type Flap, flapping, scorePct, withChange } from './flapping.core.ts';

/** Length of the slots that N of M counts; a slot in which a breach was seen is a found one. */
export const lookSlotMs = 60_000;

/** JSON as it stands; the step goes on from it after a restart. */
export interface ConditionState {
  readonly condition: AlarmCondition;
  /** What `unknown` hides. */
  readonly hidden: AlarmCondition | null;
  readonly since: EpochMs;
  /** What the durations say, whatever flapping shows. */
  readonly raised: boolean;
  /** Steady times: first breach of this run, first normal look, when nothing was heard any more. */
  readonly foundAt: number | null;
  readonly goneAt: number | null;
  readonly lostAt: number | null;
  /** Numbers of the slots with a breach among the last M. */
  readonly slots: readonly number[];
  readonly flap: Flap;
  /** Whether `raised` is what was last announced. */
  readonly announced: boolean;
}

export interface Looked {
  readonly type: 'looked';
  readonly grade: Grade | 'normal';
  readonly timing: RuleTiming;
  readonly steadyMs: number;
}

/**
 * found: pending began · dropped: pending ended without a raise · raised, cleared · flapping: begins, told once · settled: flapping ended in another
 * state than was last announced · calmed: it ended in that very state, nothing to say · lost, heard: unknown began and ended.
 */
export interface ConditionEffect {
  readonly type: 'found' | 'dropped' | 'raised' | 'cleared' | 'flapping' | 'settled' | 'calmed' | 'lost' | 'heard';
}
type Stepped = readonly [ConditionState, readonly ConditionEffect[]];

export const conditionAtStart = (now: EpochMs): ConditionState => ({
  condition: 'cleared',
  hidden: null,
  since: now,
  raised: false,
  foundAt: null,
  goneAt: null,
  lostAt: null,
  slots: [],
  flap: calm,
  announced: false,
});

/** The same object comes back when nothing changed: what is steady costs no row. */
export const conditionStep: Step<ConditionState, Looked, ConditionEffect> = (state, event, now) => {
  if (event.grade === 'unknown') return lose(state, event, now);
  if (state.condition !== 'unknown') return judge(state, event, now);
  const [next, effects] = judge(hear(state, event.steadyMs, now), event, now);
  return [next, [{ type: 'heard' }, ...effects]];
};

function lose(state: ConditionState, event: Looked, now: EpochMs): Stepped {
  if (state.condition === 'unknown' || state.condition === 'cleared') return [state, []];
  return [{ ...state, condition: 'unknown', hidden: state.condition, since: now, lostAt: event.steadyMs }, [{ type: 'lost' }]];
}

/** Time in which nothing was heard is no evidence: what was running goes on where it stood. */
function hear(state: ConditionState, steadyMs: number, now: EpochMs): ConditionState {
  const unheardMs = steadyMs - (state.lostAt ?? steadyMs);
  const later = (at: number | null): number | null => (at === null ? null : at + unheardMs);
  return {
    ...state,
    condition: state.hidden ?? 'pending',
    hidden: null,
    since: now,
    lostAt: null,
    foundAt: later(state.foundAt),
    goneAt: later(state.goneAt),
    flap: { ...state.flap, at: state.flap.at + unheardMs },
  };
}

function judge(state: ConditionState, event: Looked, now: EpochMs): Stepped {
  const slots = slotsAfter(state.slots, event);
  const counted = slots === state.slots ? state : { ...state, slots };
  const [next, effects] = counted.raised ? judgeRaised(counted, event, now) : judgeClear(counted, event, now);
  return effects.length === 0 && next.condition === 'flapping' ? leaveFlapping(next, event.steadyMs, now) : [next, effects];
}

function slotsAfter(slots: readonly number[], { grade, timing, steadyMs }: Looked): readonly number[] {
  if (timing.nOfM === null) return slots.length === 0 ? slots : [];
  const slot = Math.floor(steadyMs / lookSlotMs);
  const oldest = slot - timing.nOfM.m + 1;
  const kept = slots.every((one) => one >= oldest) ? slots : slots.filter((one) => one >= oldest);
  return grade === 'breach' && kept.at(-1) !== slot ? [...kept, slot] : kept;
}

function judgeClear(state: ConditionState, event: Looked, now: EpochMs): Stepped {
  const { grade, timing, steadyMs } = event;
  if (grade === 'normal' && state.slots.length === 0) return drop(state, now);
  if (grade !== 'breach') return [state, []];
  const foundAt = state.foundAt ?? steadyMs;
  const enough = timing.nOfM === null || state.slots.length >= timing.nOfM.n;
  const found = state.foundAt === null ? { ...state, foundAt } : state;
  if (enough && steadyMs - foundAt >= timing.raiseAfterMs) return turn(found, { raised: true, steadyMs }, now);
  if (found.condition !== 'cleared') return [found, []];
  return [{ ...found, condition: 'pending', since: now }, [{ type: 'found' }]];
}

function drop(state: ConditionState, now: EpochMs): Stepped {
  if (state.condition === 'pending')
    return [{ ...state, condition: 'cleared', since: now, foundAt: null }, [{ type: 'dropped' }]];
  return [state.foundAt === null ? state : { ...state, foundAt: null }, []];
}

function judgeRaised(state: ConditionState, { grade, timing, steadyMs }: Looked, now: EpochMs): Stepped {
  if (grade !== 'normal') return [state.goneAt === null ? state : { ...state, goneAt: null }, []];
  const goneAt = state.goneAt ?? steadyMs;
  if (steadyMs - goneAt >= timing.clearAfterMs) return turn(state, { raised: false, steadyMs }, now);
  return [state.goneAt === null ? { ...state, goneAt } : state, []];
}

/** The durations have spoken: raised or cleared, unless it turned too often of late. */
function turn(state: ConditionState, to: { readonly raised: boolean; readonly steadyMs: number }, now: EpochMs): Stepped {
  const { raised, steadyMs } = to;
  const flap = withChange(state.flap, steadyMs);
  const turned: ConditionState = { ...state, raised, flap, goneAt: null, ...(raised ? {} : { foundAt: null, slots: [] }) };
  if (state.condition === 'flapping') return [turned, []];
  if (scorePct(flap, steadyMs) >= flapping.inPct)
    return [{ ...turned, condition: 'flapping', since: now }, [{ type: 'flapping' }]];
  return [
    { ...turned, condition: raised ? 'active' : 'cleared', since: now, announced: raised },
    [{ type: raised ? 'raised' : 'cleared' }],
  ];
}

function leaveFlapping(state: ConditionState, steadyMs: number, now: EpochMs): Stepped {
  if (scorePct(state.flap, steadyMs) >= flapping.outPct) return [state, []];
  const { raised, announced } = state;
  return [
    { ...state, condition: raised ? 'active' : 'cleared', since: now, announced: raised },
    [{ type: raised === announced ? 'calmed' : 'settled' }],
  ];
}
