/** 规则: what is looked for, with parameters that people change by versions, each with a reason. */
import { z } from 'zod';
import { WireTime } from '../ids.ts';

/** Stable names: they stand in rows, messages and reports for years. Ids of `domain.md` section 5.2 in the docstring of each rule. */
export const RuleId = z.enum([
  'deviceOffline',
  'agentLost',
  'upstreamDown',
  'probableUpstream',
  'areaDegraded',
  'campusSilent',
  'authFailed',
  'identityChanged',
  'busErrors',
  'busMoisture',
  'clockDrift',
  'blacklistLag',
  'parameterLag',
  'storeNearlyFull',
  'offlineSelling',
  'backlog',
  'agentDisk',
  'agentStorage',
  'duplicateIdentity',
  'recordGap',
  'deadLetters',
  'doorHeld',
  'doorForced',
  'doorTamper',
  'fireInput',
  'denyRatio',
  'gateSilent',
  'leak',
  'valveStuck',
  'unrefunded',
  'meterBackwards',
  'longSession',
  'amountHigh',
  'amountZero',
  'amountPattern',
  'frequencyTerminal',
  'frequencyCard',
  'doubleCharge',
  'impossibleSequence',
  'offHours',
  'soldWhileClosed',
  'terminalSilent',
  'areaSilent',
  'salesDeviation',
  'offlineRatio',
  'greyRecords',
  'tacInvalid',
  'negativeBalance',
  'chainGap',
  'chainFork',
  'recordClock',
  'collectorHealth',
  'testAlarm',
]);
export type RuleId = z.infer<typeof RuleId>;

export const RuleTiming = z.strictObject({
  /** Found without a break for this long before it is raised. */
  raiseAfterMs: z.int().min(0).max(86_400_000),
  /** Gone for this long before it is cleared. */
  clearAfterMs: z.int().min(0).max(86_400_000),
  /** Found `n` times of the last `m` looks, where looks come in slots; null: duration alone. */
  nOfM: z.strictObject({ n: z.int().min(1).max(60), m: z.int().min(1).max(60) }).nullable(),
});
export type RuleTiming = z.infer<typeof RuleTiming>;

/** One version. `params` fits the rule's own schema; versions are never changed or deleted, a rollback is a new one. */
export const RuleVersion = z.strictObject({
  rule: RuleId,
  version: z.int().min(1),
  enabled: z.boolean(),
  timing: RuleTiming,
  params: z.record(z.string(), z.unknown()),
  author: z.string().max(64),
  reason: z.string().min(1).max(400),
  basis: z.enum(['default', 'manual', 'suggested', 'rollback']),
  savedAt: WireTime,
});
export type RuleVersion = z.infer<typeof RuleVersion>;
