/** What people do about an alarm: new, acknowledged, assigned, working ⇄ onHold, done, closed. Independent of whether it still burns. */
import type { HandlingRefusalCode } from '@cardwatch/contracts/words';
import type { Alarm, HoldReason } from '@cardwatch/contracts/watch';
import { type EpochMs, err, ok, type Result, unreachable } from '@cardwatch/kernel';

/** An acknowledgement lasts at most this long. */
export const acknowledgeMsMax = 86_400_000;

export type HandlingState = Pick<Alarm, 'handling' | 'handledAt' | 'owner' | 'acknowledgedUntil'>;

export const untouched: HandlingState = { handling: 'new', handledAt: null, owner: null, acknowledgedUntil: null };

/** `by`: the person who does it; `note` goes into the history. */
export type HandlingMove = { readonly by: string; readonly note: string } & (
  | { readonly type: 'acknowledge'; readonly until: EpochMs }
  | { readonly type: 'assign'; readonly to: string }
  | { readonly type: 'start' }
  | { readonly type: 'hold'; readonly reason: HoldReason }
  | { readonly type: 'resume' }
  | { readonly type: 'finish' }
  /** `burning`: whether the condition still holds. */
  | { readonly type: 'close'; readonly burning: boolean }
);

/** Why a move is not made. */
export interface HandlingRefusal {
  readonly kind: HandlingRefusalCode;
  readonly handling: Alarm['handling'];
  readonly owner: string | null;
}

export interface HandlingEffect {
  readonly type: 'acknowledged' | 'acknowledgementExpired' | 'moved';
}
export type Handled = readonly [HandlingState, readonly HandlingEffect[]];
type Outcome = Result<HandlingState, HandlingRefusal['kind']>;

/** Makes one move, or says why it is not legal now. */
export function handlingStep(state: HandlingState, move: HandlingMove, now: EpochMs): Result<Handled, HandlingRefusal> {
  const next: Outcome = state.handling === 'closed' ? err('closed') : decide(state, move, now);
  if (!next.ok) return err({ kind: next.error, handling: state.handling, owner: state.owner });
  return ok([next.value, [{ type: move.type === 'acknowledge' ? 'acknowledged' : 'moved' }]]);
}

/** An acknowledgement that ran out while it burns: nobody has it any more. */
export function handlingExpired(state: HandlingState, now: EpochMs): Handled {
  const { handling, acknowledgedUntil } = state;
  if (handling !== 'acknowledged' || acknowledgedUntil === null || now < acknowledgedUntil) return [state, []];
  return [{ handling: 'new', handledAt: now, owner: null, acknowledgedUntil: null }, [{ type: 'acknowledgementExpired' }]];
}

function decide(state: HandlingState, move: HandlingMove, now: EpochMs): Outcome {
  switch (move.type) {
    case 'acknowledge':
      return acknowledge(state, move, now);
    case 'assign':
      if (state.handling === 'done') return err('alreadyDone');
      return move.to === '' ? err('ownerMissing') : ok(at('assigned', move.to, now));
    case 'start':
      return state.handling === 'working' && state.owner === move.by ? err('alreadyWorking') : ok(at('working', move.by, now));
    case 'hold':
      return state.handling === 'working' ? ok(at('onHold', state.owner, now)) : err('notWorking');
    case 'resume':
      return state.handling === 'onHold' ? ok(at('working', state.owner ?? move.by, now)) : err('notOnHold');
    case 'finish':
      return finish(state, move, now);
    case 'close':
      return close(state, move, now);
    default:
      return unreachable(move);
  }
}

/** Renewed by its owner, or taken over by somebody else: also who acknowledges second is told that he has it. */
function acknowledge(state: HandlingState, move: HandlingMove & { readonly until: EpochMs }, now: EpochMs): Outcome {
  if (state.handling !== 'new' && state.handling !== 'acknowledged') return err('alreadyBeingHandled');
  if (move.by === '') return err('ownerMissing');
  if (move.until <= now) return err('expiryPast');
  if (move.until > now + acknowledgeMsMax) return err('expiryTooFar');
  return ok({ ...at('acknowledged', move.by, now), acknowledgedUntil: move.until });
}

function finish(state: HandlingState, move: HandlingMove, now: EpochMs): Outcome {
  if (state.handling === 'done') return err('alreadyDone');
  if (state.handling === 'new') return err('nobodyTookIt');
  return move.note.trim() === '' ? err('noteMissing') : ok(at('done', state.owner ?? move.by, now));
}

/** What went by itself may be closed at once; what burns must be done, and said why. */
function close(state: HandlingState, move: HandlingMove & { readonly burning: boolean }, now: EpochMs): Outcome {
  if (move.burning && state.handling !== 'done') return err('stillBurning');
  if (move.burning && move.note.trim() === '') return err('noteMissing');
  return ok(at('closed', state.owner ?? move.by, now));
}

const at = (handling: Alarm['handling'], owner: string | null, now: EpochMs): HandlingState => ({
  handling,
  handledAt: now,
  owner,
  acknowledgedUntil: null,
});
