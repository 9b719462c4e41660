import type { Say } from './say.ts';

/** What a policy is called: the built-in ones, `built-in-2`, by their level, people's own by the name that they gave. */
export function policyName(policyId: string, t: Say): string {
  const level = /^built-in-([123])$/.exec(policyId)?.[1];
  return level === undefined ? policyId : t('alarms.builtInPolicy', { level });
}
