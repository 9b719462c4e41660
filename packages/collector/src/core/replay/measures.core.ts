/** Which thresholds of which rules can be drawn from stored figures, and what is measured for each. */
import type { RuleId } from '@cardwatch/contracts/watch';
import { minuteMs } from '@cardwatch/kernel';

/**
 * saleFen: each sale; parts `canteen`, `shop`, `shower`, `other` by the place of the terminal. cardDayRecords, cardDayFen: purchases of one card on one
 * business day. gateDeniedPct: refusals of one gate in one window, the lower end of Wilson's interval in percent, from `passesMin` passes on.
 */
export type Measure =
  | { readonly of: 'saleFen' }
  | { readonly of: 'cardDayRecords' }
  | { readonly of: 'cardDayFen' }
  | { readonly of: 'gateDeniedPct'; readonly windowMs: number; readonly passesMin: number };

export interface MeasuredParam {
  /** Path in the rule's parameters, `hardFen.canteen`. */
  readonly param: string;
  readonly measure: Measure;
  /** Of `saleFen`; empty where a measure has no parts. */
  readonly part: string;
  readonly unit: 'fen' | '%' | 'records';
  readonly current: number;
  /** The parameter is a whole number. */
  readonly whole: boolean;
  /** Fires at the threshold itself, not only above it. */
  readonly inclusive: boolean;
}

type Params = Readonly<Record<string, unknown>>;

/** `params`: complete, as the rule's own schema has parsed them. Empty: nothing of this rule is kept as figures. */
export function measuredParams(rule: RuleId, params: Params): readonly MeasuredParam[] {
  switch (rule) {
    case 'amountHigh':
      return ['canteen', 'shop', 'shower', 'other'].flatMap((part) =>
        of(params, { param: `hardFen.${part}`, part, measure: { of: 'saleFen' }, unit: 'fen', whole: true, inclusive: false }),
      );
    case 'frequencyCard':
      return [
        ...of(params, {
          param: 'dayCount',
          part: '',
          measure: { of: 'cardDayRecords' },
          unit: 'records',
          whole: true,
          inclusive: true,
        }),
        ...of(params, {
          param: 'daySumFen',
          part: '',
          measure: { of: 'cardDayFen' },
          unit: 'fen',
          whole: true,
          inclusive: false,
        }),
      ];
    case 'denyRatio': {
      const [windowMinutes, passesMin] = [numberAt(params, 'windowMinutes'), numberAt(params, 'passesMin')];
      if (windowMinutes === null || passesMin === null) return [];
      const measure = { of: 'gateDeniedPct', windowMs: windowMinutes * minuteMs, passesMin } as const;
      return of(params, { param: 'deniedPct', part: '', measure, unit: '%', whole: false, inclusive: false });
    }
    default:
      return [];
  }
}

function of(params: Params, one: Omit<MeasuredParam, 'current'>): readonly MeasuredParam[] {
  const current = numberAt(params, one.param);
  return current === null ? [] : [{ ...one, current }];
}

function numberAt(params: Params, path: string): number | null {
  let value: unknown = params;
  for (const name of path.split('.')) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof value === 'number' ? value : null;
}

/** Values above this fire. */
export const firesAbove = ({ inclusive, whole }: Pick<MeasuredParam, 'inclusive' | 'whole'>, threshold: number): number =>
  inclusive && whole ? threshold - 1 : threshold;
