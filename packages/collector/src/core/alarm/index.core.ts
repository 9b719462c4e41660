/** The public door of the alarms. */
export {
  type Book,
  bookLimits,
  emptyBook,
  type LookAsk,
  lookBook,
  type Looked,
  openAlarm,
  type RuleLook,
  toRows,
  unsuppressedMs,
} from './book.core.ts';
export {
  type Edited,
  handleAlarm,
  handleBook,
  linkIncident,
  type NotOpen,
  type PersonLevel,
  raiseByPerson,
} from './book-handle.core.ts';
export { fromRows, machineKinds, type Restored } from './book-rows.core.ts';
export { noExposure } from './entry.core.ts';
export { exposureOf, exposureOfDevice, memoryFullAt } from './exposure.core.ts';
export { acknowledgeMsMax, type HandlingMove, type HandlingRefusal } from './handling.step.ts';
export { type LevelLimits, levelLimits } from './level.core.ts';
export {
  type Explanation,
  type OpenAlarm,
  type QuietHours,
  quietByDefault,
  type SuppressionAsk,
  unsuppressed,
} from './suppression.core.ts';
export type { Transition, TransitionKind } from './transition.core.ts';
export { type PolicyView, wasTold, type WhyAsk, whyNobody } from './why.core.ts';
