/** Why a device could not be read. The kinds are told apart all the way to the screen: a wrong password is not offline. */
export type DriverFailure =
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** Of a shared wire it tells more, see `Silence`. */
  | ({ readonly kind: 'timeout'; readonly afterMs: number } & Partial<Silence>)
  | { readonly kind: 'refused'; readonly deviceCode: number; readonly detail: string }
  | { readonly kind: 'malformed'; readonly detail: string; readonly frameHex: string }
  | { readonly kind: 'unauthorised'; readonly detail: string }
  | { readonly kind: 'unsupported'; readonly detail: string }
  | { readonly kind: 'closed' };

/** What a wire that several stations share knows about the silence of one of them. */
export interface Silence {
  /** Others fell silent as well: to repeat the question makes no sense. */
  readonly manySilent: boolean;
  /** Questions in a row that the station left without an answer, this one among them. */
  readonly unanswered: number;
  /** Share of questions and answers that get lost on this wire between stations that live, 0 to 1. */
  readonly lossShare: number;
}

/** Whether a read may come through when it is sent once more. */
export const worthRepeating = (failure: DriverFailure): boolean =>
  failure.kind === 'malformed' || (failure.kind === 'timeout' && failure.manySilent !== true);
