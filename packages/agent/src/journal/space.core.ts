/** Who gives way when room is short (custody, 1.7). Pure. */
import type { Stream } from '@cardwatch/contracts';

export interface ClassUse {
  /** All segments of the class. */
  readonly bytes: number;
  /** Segments that are acknowledged and no longer written. */
  readonly ackedBytes: number;
  /** Segments that are not acknowledged and no longer written: what may be dropped of health and event, never of money. */
  readonly closedBytes: number;
}

export interface SpaceUse {
  readonly budgetBytes: number;
  /** What the ballast file keeps free for money; 0 once it was given up. */
  readonly ballastBytes: number;
  readonly shares: { readonly event: number; readonly health: number };
  readonly classes: Readonly<Record<Stream, ClassUse>>;
}

export interface Want {
  readonly stream: Stream;
  readonly bytes: number;
  /** The disk itself refused: something must go whatever the budget says. */
  readonly pressed: boolean;
}

export type SpaceStep =
  | { readonly kind: 'enough' }
  | { readonly kind: 'removeAcked'; readonly stream: Stream }
  | { readonly kind: 'drop'; readonly stream: 'health' | 'event' }
  | { readonly kind: 'removeBallast' }
  | { readonly kind: 'refuse' };

/** The next thing to do so that `want` fits; asked again after each step. Order: acknowledged of any class, health, event, ballast. */
export function nextSpaceStep(use: SpaceUse, want: Want): SpaceStep {
  if (!want.pressed && isOverShare(use, want)) return ownStep(use, want.stream);
  if (!want.pressed && usedBytes(use) + use.ballastBytes + want.bytes <= use.budgetBytes) return { kind: 'enough' };
  return commonStep(use, want.stream);
}

export const usedBytes = (use: SpaceUse): number => use.classes.money.bytes + use.classes.event.bytes + use.classes.health.bytes;

function isOverShare(use: SpaceUse, want: Want): boolean {
  if (want.stream === 'money') return false;
  return use.classes[want.stream].bytes + want.bytes > use.shares[want.stream] * use.budgetBytes;
}

function ownStep(use: SpaceUse, stream: Stream): SpaceStep {
  const own = use.classes[stream];
  if (own.ackedBytes > 0) return { kind: 'removeAcked', stream };
  return own.closedBytes > 0 && stream !== 'money' ? { kind: 'drop', stream } : { kind: 'refuse' };
}

function commonStep(use: SpaceUse, stream: Stream): SpaceStep {
  const { money, event, health } = use.classes;
  if (health.ackedBytes > 0) return { kind: 'removeAcked', stream: 'health' };
  if (event.ackedBytes > 0) return { kind: 'removeAcked', stream: 'event' };
  if (money.ackedBytes > 0) return { kind: 'removeAcked', stream: 'money' };
  if (health.closedBytes > 0) return { kind: 'drop', stream: 'health' };
  if (stream === 'health') return { kind: 'refuse' };
  if (event.closedBytes > 0) return { kind: 'drop', stream: 'event' };
  if (stream === 'event') return { kind: 'refuse' };
  return use.ballastBytes > 0 ? { kind: 'removeBallast' } : { kind: 'refuse' };
}
