/** A reason for which somebody was not told of an alarm, or the message by which they were. */
import type { Suppressor } from '../watch/index.ts';

export type WhyCode =
  | 'stillPending'
  | 'neverRaised'
  | 'conditionUnknown'
  | 'flappingToldOnce'
  | 'alreadyCleared'
  | `suppressedBy${Capitalize<Suppressor>}`
  | 'handledBy'
  | 'noPolicy'
  | 'nobodyOnDuty'
  | 'waitsForDigest'
  | 'waitsForStep'
  | 'notQueued'
  | 'messageQueued'
  | 'messageMuted'
  | 'messageFailed'
  | 'messageUnconfirmed'
  | 'messageSent'
  | 'messageDelivered'
  | 'messageRead'
  | 'messageAcknowledged';

export interface Why {
  readonly code: WhyCode;
  /** Alarm, window, person, policy or recipient that did it; null where nobody did. */
  readonly by: string | null;
  readonly since: number | null;
  readonly values: Readonly<Record<string, string | number>>;
}
