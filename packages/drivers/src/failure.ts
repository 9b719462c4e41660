/** Why a device could not be read. The kinds are told apart all the way to the screen: a wrong password is not offline. */
export type DriverFailure =
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly deviceCode: number; readonly detail: string }
  | { readonly kind: 'malformed'; readonly detail: string; readonly frameHex: string }
  | { readonly kind: 'unauthorised'; readonly detail: string }
  | { readonly kind: 'unsupported'; readonly detail: string }
  | { readonly kind: 'closed' };
