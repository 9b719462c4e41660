/** What an alarm tells the rest of the house: a change that somebody may have to hear of. Written in the same transaction as the alarm's row. */
import type { Alarm } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';

/**
 * raised · levelRaised · cleared · flapping (told once) · settled (flapping ended in another state than was last told) · acknowledged ·
 * acknowledgementExpired · released: what suppressed it is gone and it is still there.
 */
export type TransitionKind =
  | 'raised'
  | 'levelRaised'
  | 'cleared'
  | 'flapping'
  | 'settled'
  | 'acknowledged'
  | 'acknowledgementExpired'
  | 'released';

export interface Transition {
  readonly kind: TransitionKind;
  /** Counts the transitions of this alarm from 1: with the alarm, the recipient and the channel the key of a message. */
  readonly no: number;
  readonly alarm: Alarm;
  readonly at: EpochMs;
  /** Of `released`: it could be heard before it was held back, so that it is no news. */
  readonly again?: true;
}
