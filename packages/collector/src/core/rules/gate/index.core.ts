/** The gate family: doors and passes. */
import type { AnyRule } from '../rule.core.ts';
import { doorForced, doorHeld, doorTamper, fireInput } from './doors.core.ts';
import { denyRatio, gateSilent } from './passes.core.ts';

export const gateRules: readonly AnyRule[] = [fireInput, doorForced, doorTamper, doorHeld, denyRatio, gateSilent];
