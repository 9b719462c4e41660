/** Which rules stored days can answer for: those that live on records, events and states. Measures, gaps and versions are kept as they stand now alone. */
import type { RuleId } from '@cardwatch/contracts/watch';
import { gateRules } from '../rules/gate/index.core.ts';
import { moneyRules } from '../rules/money/index.core.ts';

/** Of the families of money and gates all but this one live on records and events. */
const byMeasures: readonly RuleId[] = ['doorHeld'];
const othersByFacts: readonly RuleId[] = ['unrefunded'];
const byStates: readonly RuleId[] = [
  'deviceOffline',
  'agentLost',
  'upstreamDown',
  'areaDegraded',
  'campusSilent',
  'authFailed',
  'offlineSelling',
];

const byFacts = [...moneyRules, ...gateRules].map(({ id }) => id).filter((id) => !byMeasures.includes(id));

const needs: ReadonlyMap<RuleId, 'facts' | 'states'> = new Map([
  ...[...byFacts, ...othersByFacts].map((rule) => [rule, 'facts'] as const),
  ...byStates.map((rule) => [rule, 'states'] as const),
]);

/** null: what it looks at is not kept. `states`: it can be answered from the first stored change of a state on. */
export const replayNeeds = (rule: RuleId): 'facts' | 'states' | null => needs.get(rule) ?? null;
