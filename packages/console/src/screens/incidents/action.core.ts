/** 整改 (domain E-6): which step an action may take; the collector has the last word on its effect. */
import type { CorrectiveAction } from '@cardwatch/contracts/watch';

type State = CorrectiveAction['state'];

export const actionSteps: Readonly<Record<State, readonly State[]>> = {
  open: ['done', 'dropped'],
  done: ['verified', 'open', 'dropped'],
  verified: [],
  dropped: ['open'],
};

/** Open and past its day. */
export const isOverdue = ({ state, dueAt }: Pick<CorrectiveAction, 'state' | 'dueAt'>, now: number): boolean =>
  state === 'open' && dueAt < now;

/** `12`, `0.5`, `-3`: what a person wrote, or undefined. */
export function numberFrom(text: string): number | undefined {
  const value = Number(text.trim().replaceAll(',', ''));
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}
