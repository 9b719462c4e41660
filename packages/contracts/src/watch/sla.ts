/** 服务合同的时限: what a contract promises for each response level, from the day on which it holds. */
import { z } from 'zod';
import { WireTime } from '../ids.ts';

/** `calendar`: name of a business calendar; `7x24` and `5x8` are built in. */
export const SlaLimit = z.strictObject({
  limitMs: z.int().min(60_000).max(31_622_400_000),
  calendar: z.string().min(1).max(64),
});
export type SlaLimit = z.infer<typeof SlaLimit>;

const limit = SlaLimit.nullable();
/** null: nothing is promised. */
const clocks = z.strictObject({
  respond: limit,
  onSite: limit,
  restore: limit,
  resolve: limit,
  preliminaryReport: limit,
  finalReport: limit,
});

/** By response level 1 to 3. */
export const SlaLimits = z.strictObject({ 1: clocks, 2: clocks, 3: clocks });
export type SlaLimits = z.infer<typeof SlaLimits>;

/** Holds for incidents opened from `validFrom` on, until the contract with the next later one. Before the first: the defaults of domain Q-5. */
export const SlaContract = z.strictObject({
  contractId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  name: z.string().min(1).max(120),
  validFrom: WireTime,
  limits: SlaLimits,
});
export type SlaContract = z.infer<typeof SlaContract>;
