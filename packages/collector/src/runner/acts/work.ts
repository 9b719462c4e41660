/** What an act comes to: rows of one commit, what is to be told, settings to be saved. The watch carries it out. */
import type { RuleVersion } from '@cardwatch/contracts/watch';
import type { Result } from '@cardwatch/kernel';
import type { Book } from '../../core/alarm/book.core.ts';
import type { Transition } from '../../core/alarm/transition.core.ts';
import type { Act, ActDone, ActFailure } from '../../core/watch/act.core.ts';
import type { SettingName, Settings, WatchChange } from '../../store/watch/roles.ts';

/** One setting as it is to be from now on. */
export type NewSetting = {
  readonly [K in SettingName]: { readonly name: K; readonly value: Settings[K]; readonly reason: string };
}[SettingName];

export interface ActWork {
  readonly done: ActDone;
  readonly book?: Book;
  readonly change?: WatchChange;
  readonly transitions?: readonly Transition[];
  /** Kept in one commit with `change`. */
  readonly settings?: readonly NewSetting[];
  readonly rule?: Omit<RuleVersion, 'version'>;
}
export type Worked = Result<ActWork, ActFailure>;
export type ActOf<K extends Act['kind']> = Extract<Act, { readonly kind: K }>;

export const doneWith = (...ids: readonly string[]): ActDone => ({ ids, refused: [] });
