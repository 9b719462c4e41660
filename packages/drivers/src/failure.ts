/** Why a device could not be read. The kinds are told apart all the way to the screen: a wrong password is not offline. */
export type DriverFailure =
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** `manySilent`: others on its line fell silent as well. */
  | { readonly kind: 'timeout'; readonly afterMs: number; readonly manySilent?: boolean }
  | { readonly kind: 'refused'; readonly deviceCode: number; readonly detail: string }
  | { readonly kind: 'malformed'; readonly detail: string; readonly frameHex: string }
  | { readonly kind: 'unauthorised'; readonly detail: string }
  | { readonly kind: 'unsupported'; readonly detail: string }
  | { readonly kind: 'closed' };

/** Whether a read may come through when it is sent once more. */
export const worthRepeating = (failure: DriverFailure): boolean =>
  failure.kind === 'malformed' || (failure.kind === 'timeout' && failure.manySilent !== true);
