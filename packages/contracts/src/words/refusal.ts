/** Why a move of an alarm's handling is not made. */
export type HandlingRefusalCode =
  | 'closed'
  | 'alreadyBeingHandled'
  | 'ownerMissing'
  | 'expiryPast'
  | 'expiryTooFar'
  | 'nobodyTookIt'
  | 'notWorking'
  | 'notOnHold'
  | 'alreadyWorking'
  | 'alreadyDone'
  | 'noteMissing'
  | 'stillBurning';
