import type { Result } from '@cardwatch/kernel';
import type { SecondWatchMessage } from './message.core.ts';
import type { Telling } from './settings.ts';

/** In plain words, without addresses and secrets; at most 120 characters. */
export interface TellFailure {
  readonly kind: 'notTold';
  readonly detail: string;
}

/** One way to reach people. Sends once, within its own deadline; when to try again is the step's to decide. */
export interface Teller {
  readonly name: string;
  readonly by: Telling['by'];
  send(message: SecondWatchMessage, signal: AbortSignal): Promise<Result<void, TellFailure>>;
  close(): Promise<void>;
}
