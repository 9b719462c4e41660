export { CursorDocument, cursorLimits, DeviceCursor, emptyCursors, OpenGap } from './cursor.ts';
export { LinePlan, planLimits } from './plan.core.ts';
export { watchStep } from './state.step.ts';
