/** 响应级别 from its four factors (domain E-2): what the dialog shows before the collector decides. */
import type { ResponseLevel } from '@cardwatch/contracts/watch';

export type Factor = 0 | 1 | 2 | 3;
export const factors = [0, 1, 2, 3] as const satisfies readonly Factor[];

export interface Factors {
  readonly severity: Factor;
  readonly scope: Factor;
  readonly urgency: Factor;
  /** 0 to 6. */
  readonly bump: number;
}

export const weights = { severity: 4, scope: 3, urgency: 2 } as const;
export const levelFrom = { one: 22, two: 12 } as const;

export const scoreOf = ({ severity, scope, urgency, bump }: Factors): number =>
  weights.severity * severity + weights.scope * scope + weights.urgency * urgency + bump;

export function levelBy(score: number, hardRule: string | null): ResponseLevel {
  if (hardRule !== null || score >= levelFrom.one) return 1;
  return score >= levelFrom.two ? 2 : 3;
}

/** What decides the level by itself, whatever the score. */
export const hardRules = ['standbyFailed', 'campusSilent', 'fireReleaseLost', 'collectorDown', 'moneyForked'] as const;

/** Why an assessment came out as it did, in codes of the watch; what a person wrote is their own. */
export type AssessedWhy =
  | { readonly kind: 'score' | 'importantEvent' | 'byHand' }
  | { readonly kind: 'hardRule'; readonly rule: string }
  | { readonly kind: 'split'; readonly number: string }
  | { readonly kind: 'written'; readonly text: string };

export function whyAssessed(reason: string): AssessedWhy {
  const [, code, value = ''] = /^(score|hardRule|split):(.*)$/s.exec(reason) ?? [];
  if (code === 'score') return { kind: 'score' };
  if (code === 'hardRule') return { kind: 'hardRule', rule: value };
  if (code === 'split') return { kind: 'split', number: value };
  if (reason === 'importantEvent') return { kind: 'importantEvent' };
  return reason === 'openedByHand' ? { kind: 'byHand' } : { kind: 'written', text: reason };
}
