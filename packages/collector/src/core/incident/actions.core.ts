/** 整改 (domain E-6): done is a word, verified is a measure before and after over at least 14 days. */
import type { CorrectiveAction } from '@cardwatch/contracts/watch';
import { dayMs, type EpochMs, err, ok, type Result } from '@cardwatch/kernel';

export const effectDaysMin = 14;

export type ActionFailure =
  | { readonly kind: 'illegalMove'; readonly from: CorrectiveAction['state']; readonly to: CorrectiveAction['state'] }
  | { readonly kind: 'noEffect' }
  | { readonly kind: 'tooShort'; readonly days: number; readonly daysMin: number }
  | { readonly kind: 'notBetter' }
  | { readonly kind: 'inFuture' };

const moves: Readonly<Record<CorrectiveAction['state'], readonly CorrectiveAction['state'][]>> = {
  open: ['done', 'dropped'],
  done: ['verified', 'open', 'dropped'],
  verified: [],
  dropped: ['open'],
};

export interface ActionWish {
  readonly to: CorrectiveAction['state'];
  readonly effect?: NonNullable<CorrectiveAction['effect']>;
  /** Whether less of the metric is better, as of failures; what did not change is not better. */
  readonly lessIsBetter?: boolean;
}

export function moveAction(action: CorrectiveAction, wish: ActionWish, now: EpochMs): Result<CorrectiveAction, ActionFailure> {
  if (!moves[action.state].includes(wish.to)) return err({ kind: 'illegalMove', from: action.state, to: wish.to });
  const effect = wish.effect ?? action.effect;
  if (wish.to !== 'verified') return ok({ ...action, state: wish.to, effect });
  if (effect === null) return err({ kind: 'noEffect' });
  if (effect.checkedAt > now) return err({ kind: 'inFuture' });
  const spanMs = effect.checkedAt - effect.fromAt;
  if (spanMs < effectDaysMin * dayMs) return err({ kind: 'tooShort', days: Math.floor(spanMs / dayMs), daysMin: effectDaysMin });
  const better = (wish.lessIsBetter ?? true) ? effect.after < effect.before : effect.after > effect.before;
  return better ? ok({ ...action, state: 'verified', effect }) : err({ kind: 'notBetter' });
}

/** Open ones past their day. */
export const overdue = (actions: readonly CorrectiveAction[], now: EpochMs): readonly CorrectiveAction[] =>
  actions.filter(({ state, dueAt }) => state === 'open' && dueAt < now);
