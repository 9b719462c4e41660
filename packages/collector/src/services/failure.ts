import type { CalendarFaultCode } from '../core/calendar/check.core.ts';
import type { PictureFaultCode } from '../core/maps/picture.core.ts';
import type { ContractFaultCode } from '../core/sla/contract.core.ts';

/** What is wrong beyond the shape, of a thing that people keep; each has a sentence of its own. */
export type FaultCode = CalendarFaultCode | ContractFaultCode | PictureFaultCode | SetupFaultCode;

/** Two accounts of one person that would be one. */
export type SetupFaultCode = 'sameAccount' | 'samePassword';

/** Why a verb did not do what was asked. The API turns each kind into a status and words; a service never words anything. */
export type ServiceFailure =
  | { readonly kind: 'signInNeeded' }
  | { readonly kind: 'badCredentials' }
  | { readonly kind: 'forbidden'; readonly scope: string }
  | { readonly kind: 'crossSite'; readonly reason: 'origin' | 'header' }
  | { readonly kind: 'notFound'; readonly place: string; readonly value: string }
  | {
      readonly kind: 'invalid';
      readonly place: string;
      readonly value?: string;
      readonly expected: string;
      readonly why?: FaultCode;
    }
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
  /** `types`: what would be taken; left out, JSON alone. */
  | { readonly kind: 'mediaType'; readonly types?: readonly string[] }
  /** A file that cannot be read as a sheet; `why` says what of it. */
  | {
      readonly kind: 'sheet';
      readonly why: SheetFault;
      readonly place: string;
      readonly value: string;
      readonly expected: string;
    }
  /** The watch does not run now; nothing was done. */
  | { readonly kind: 'watchDown'; readonly retryAfterS: number }
  /** Not legal in the state that the thing is in; `why` is the code of the step that refused. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'changedMeanwhile' }
  /** Later changes touch the same rows, which `value` names. */
  | { readonly kind: 'inTheWay'; readonly place: string; readonly value: string }
  | { readonly kind: 'keyUsed' }
  | { readonly kind: 'link'; readonly why: 'unknown' | 'used' | 'expired' };

/** rows, columns, line, cell: a limit. bomb: it unpacks to too much. tooMuch: it took too long or too much memory. */
export type SheetFault = 'rows' | 'columns' | 'line' | 'cell' | 'bomb' | 'encoding' | 'empty' | 'unreadable' | 'tooMuch';
