/** M-2: a threshold from what was measured in the last eight weeks, with what it would have changed. A person accepts it or not. */
import type { RuleVersion } from '@cardwatch/contracts/watch';
import { dayMs, type EpochMs, epochMs, err, minuteMs, ok, type Result } from '@cardwatch/kernel';
import { quantile } from '../metrics/statistics.core.ts';
import { type SettleFailure, settle } from '../rules/registry.core.ts';

export const suggestion = {
  weeks: 8,
  /** P99.5. */
  quantile: 0.995,
  /** Fewer values say nothing of their highest half percent. */
  valuesMin: 1_000,
  valuesMax: 2_000_000,
  /** Values above the threshold that lie closer together are one alarm. */
  apartMs: 30 * minuteMs,
} as const;

/** What was measured of one thing, oldest first. */
export interface Measured {
  readonly id: string;
  readonly values: readonly { readonly at: EpochMs; readonly value: number }[];
}

/** "Would have fired `firesSuggested` times instead of `firesNow`." */
export interface Suggestion {
  readonly threshold: number;
  readonly current: number;
  readonly firesNow: number;
  readonly firesSuggested: number;
  readonly values: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export type SuggestFailure = { readonly kind: 'tooFewValues' | 'tooManyValues'; readonly values: number; readonly limit: number };

/** P99.5 of the eight weeks before `now`, rounded up to three digits. Counts are of alarms, not of values. */
export function suggestThreshold(
  measured: readonly Measured[],
  current: number,
  now: EpochMs,
): Result<Suggestion, SuggestFailure> {
  const from = epochMs(now - suggestion.weeks * 7 * dayMs);
  const recent = measured.map(({ id, values }) => ({ id, values: values.filter(({ at }) => at >= from && at <= now) }));
  const all = recent.flatMap(({ values }) => values.map(({ value }) => value));
  const { valuesMin, valuesMax } = suggestion;
  if (all.length < valuesMin) return err({ kind: 'tooFewValues', values: all.length, limit: valuesMin });
  if (all.length > valuesMax) return err({ kind: 'tooManyValues', values: all.length, limit: valuesMax });
  const threshold = roundedUp(quantile(all, suggestion.quantile));
  const fires = (limit: number): number => recent.reduce((sum, one) => sum + firesOf(one, limit), 0);
  return ok({
    threshold,
    current,
    firesNow: fires(current),
    firesSuggested: fires(threshold),
    values: all.length,
    from,
    to: now,
  });
}

function firesOf({ values }: Measured, threshold: number): number {
  let [fires, last] = [0, Number.NEGATIVE_INFINITY];
  for (const { at, value } of values) {
    if (value <= threshold) continue;
    if (at - last > suggestion.apartMs) fires++;
    last = at;
  }
  return fires;
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
