/** Which rules stored days can answer for: those that live on records, events and states. Measures, gaps and versions are kept as they stand now alone. */
import type { RuleId } from '@cardwatch/contracts/watch';

const byFacts: readonly RuleId[] = [
  'unrefunded',
  'doorForced',
  'doorTamper',
  'fireInput',
  'denyRatio',
  'gateSilent',
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
];
const byStates: readonly RuleId[] = [
  'deviceOffline',
  'agentLost',
  'upstreamDown',
  'areaDegraded',
  'campusSilent',
  'authFailed',
  'offlineSelling',
];

const needs: ReadonlyMap<RuleId, 'facts' | 'states'> = new Map([
  ...byFacts.map((rule) => [rule, 'facts'] as const),
  ...byStates.map((rule) => [rule, 'states'] as const),
]);

/** null: what it looks at is not kept. `states`: it can be answered from the first stored change of a state on. */
export const replayNeeds = (rule: RuleId): 'facts' | 'states' | null => needs.get(rule) ?? null;
