/** The water family: showers and water meters. */
import type { AnyRule } from '../rule.core.ts';
import { leak, longSession, meterBackwards, valveStuck } from './showers.core.ts';
import { unrefunded } from './unrefunded.core.ts';

export const waterRules: readonly AnyRule[] = [leak, valveStuck, meterBackwards, longSession, unrefunded];
