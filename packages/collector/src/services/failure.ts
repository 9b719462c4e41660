/** Why a verb did not do what was asked. The API turns each kind into a status and words; a service never words anything. */
export type ServiceFailure =
  | { readonly kind: 'signInNeeded' }
  | { readonly kind: 'badCredentials' }
  | { readonly kind: 'forbidden'; readonly scope: string }
  | { readonly kind: 'crossSite'; readonly reason: 'origin' | 'header' }
  | { readonly kind: 'notFound'; readonly place: string; readonly value: string }
  | { readonly kind: 'invalid'; readonly place: string; readonly value?: string; readonly expected: string }
  | { readonly kind: 'cursor' }
  | { readonly kind: 'tooBroad'; readonly limitMs: number }
  | { readonly kind: 'locked'; readonly retryAfterS: number }
  | { readonly kind: 'quota'; readonly limit: number; readonly retryAfterS: number }
  | { readonly kind: 'busy'; readonly retryAfterS: number }
  | { readonly kind: 'exists'; readonly place: string; readonly value: string }
  | { readonly kind: 'full'; readonly limit: number }
  | { readonly kind: 'setupClosed' }
  | { readonly kind: 'setupCode' }
  | { readonly kind: 'resetCode' }
  | { readonly kind: 'wrongPassword' }
  | { readonly kind: 'lastAdmin' }
  | { readonly kind: 'sealed'; readonly reason: 'noKey' | 'damaged' }
  | { readonly kind: 'tooLarge'; readonly limitBytes: number }
  | { readonly kind: 'mediaType' }
  /** The watch does not run now; nothing was done. */
  | { readonly kind: 'watchDown'; readonly retryAfterS: number }
  /** Not legal in the state that the thing is in; `why` is the code of the step that refused. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'changedMeanwhile' }
  | { readonly kind: 'keyUsed' }
  | { readonly kind: 'link'; readonly why: 'unknown' | 'used' | 'expired' };
