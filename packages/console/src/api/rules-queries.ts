import type { ResponseOf } from '@cardwatch/contracts/api';
import type { Ask } from './ask.ts';

export type RuleRow = ResponseOf<'rules'>['items'][number];
export type RuleIdText = RuleRow['rule'];

export const rulesKeys = {
  rules: ['rules'] as const,
  versions: (rule: RuleIdText) => ['rules', rule, 'versions'] as const,
  suggestion: (rule: RuleIdText) => ['rules', rule, 'suggestion'] as const,
};

export function rulesQueries({ single }: Ask) {
  return {
    rules: () => single(rulesKeys.rules, 'rules', {}),
    ruleVersions: (rule: RuleIdText) => single(rulesKeys.versions(rule), 'ruleVersions', { params: { rule } }),
    ruleSuggestion: (rule: RuleIdText) => ({
      ...single(rulesKeys.suggestion(rule), 'ruleSuggestion', { params: { rule } }),
      staleTime: 300_000,
    }),
  };
}
