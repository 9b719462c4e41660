/** The money family: rules over payment records and what is normal (domain.md 5.2, T-*). */
import type { AnyRule } from '../rule.core.ts';
import { amountHigh, amountPattern, amountZero } from './amounts.core.ts';
import { chainFork, chainGap } from './chains.core.ts';
import { doubleCharge, frequencyCard, frequencyTerminal } from './frequency.core.ts';
import { greyRecords, negativeBalance, offHours, recordClock, soldWhileClosed, tacInvalid } from './records.core.ts';
import { offlineRatio, salesDeviation } from './sales.core.ts';
import { impossibleSequence } from './sequence.core.ts';
import { areaSilent, terminalSilent } from './silence.core.ts';

export const moneyRules: readonly AnyRule[] = [
  amountHigh,
  amountZero,
  amountPattern,
  frequencyTerminal,
  frequencyCard,
  doubleCharge,
  impossibleSequence,
  offHours,
  soldWhileClosed,
  terminalSilent,
  areaSilent,
  salesDeviation,
  offlineRatio,
  greyRecords,
  tacInvalid,
  negativeBalance,
  chainGap,
  chainFork,
  recordClock,
];
