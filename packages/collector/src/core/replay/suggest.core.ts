/** M-2: a threshold from what was measured in the last eight weeks, with what it would have changed. A person accepts it or not. */
import type { RuleVersion } from '@cardwatch/contracts/watch';
import { type EpochMs, err, minuteMs, ok, type Result } from '@cardwatch/kernel';
import { type SettleFailure, settle } from '../rules/registry.core.ts';

export const suggestion = {
  weeks: 8,
  /** P99.5. */
  quantile: 0.995,
  /** Fewer values say nothing of their highest half percent. */
  valuesMin: 1_000,
  /** Values above the threshold that lie closer together are one alarm. */
  apartMs: 30 * minuteMs,
} as const;

/** How often each value was measured, in any order. */
export type ValueCounts = ReadonlyMap<number, number>;

export type SuggestFailure = { readonly kind: 'tooFewValues'; readonly values: number; readonly limit: number };

export interface Threshold {
  readonly threshold: number;
  /** Of how many it was drawn. */
  readonly values: number;
}

/** P99.5 of what was measured, rounded up to three digits, or to the next whole number where the parameter is one. */
export function thresholdOf(counts: ValueCounts, { whole }: { readonly whole: boolean }): Result<Threshold, SuggestFailure> {
  const values = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const { valuesMin: limit } = suggestion;
  if (values < limit) return err({ kind: 'tooFewValues', values, limit });
  const rounded = roundedUp(quantileOf(counts, values, suggestion.quantile));
  return ok({ threshold: whole ? Math.ceil(rounded) : rounded, values });
}

/** As `quantile` of all the values one by one: linear between neighbours. */
function quantileOf(counts: ValueCounts, values: number, p: number): number {
  const at = (values - 1) * p;
  const sorted = [...counts].toSorted(([a], [b]) => a - b);
  const low = valueAt(sorted, Math.floor(at));
  return low + (valueAt(sorted, Math.ceil(at)) - low) * (at - Math.floor(at));
}

function valueAt(sorted: readonly (readonly [number, number])[], rank: number): number {
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen > rank) return value;
  }
  return Number.NaN;
}

/** To three digits, never down: 1234 is 1240, 0.01234 is 0.0124. */
function roundedUp(value: number): number {
  if (value === 0) return 0;
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)));
  const rounded = Number(value.toPrecision(3));
  return rounded >= value ? rounded : Number((rounded + 10 ** -digits).toPrecision(3));
}

/** The version that would be saved: one parameter (`percent`, `hardFen.canteen`) set, checked by the rule's own schema. */
export function suggestedVersion(
  version: RuleVersion,
  change: { readonly param: string; readonly value: number; readonly author: string; readonly reason: string },
  now: EpochMs,
): Result<Omit<RuleVersion, 'version'>, SettleFailure> {
  const params = withParam(version.params, change.param.split('.'), change.value);
  const { author, reason } = change;
  const next: RuleVersion = { ...version, params, author, reason, basis: 'suggested', savedAt: now };
  const settled = settle(next);
  if (!settled.ok) return settled;
  const { version: _old, ...saved } = next;
  return ok(saved);
}

function withParam(params: Readonly<Record<string, unknown>>, path: readonly string[], value: number): Record<string, unknown> {
  const [name = '', ...rest] = path;
  if (rest.length === 0) return { ...params, [name]: value };
  const inner = params[name];
  const object = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  return { ...params, [name]: withParam(object, rest, value) };
}
