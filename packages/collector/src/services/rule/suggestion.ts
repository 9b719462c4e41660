/** Thresholds as eight weeks of figures would have them, day by day from the latest back. A person saves one or does not. */
import type { RuleSuggestionDto } from '@cardwatch/contracts/api';
import type { RuleId, RuleVersion } from '@cardwatch/contracts/watch';
import { epochMs, err, ok, type Result } from '@cardwatch/kernel';
import { dayNumberOf, startOfDay } from '../../core/calendar/day.core.ts';
import { firesAbove, type Measure, type MeasuredParam, measuredParams } from '../../core/replay/measures.core.ts';
import { suggestedVersion, suggestion, type ValueCounts, thresholdOf } from '../../core/replay/suggest.core.ts';
import { defaultVersion, settle } from '../../core/rules/registry.core.ts';
import type { MeasuredAsk } from '../../store/read/roles.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';
import { asDefault } from './list.ts';

export const suggestionLimits = {
  /** Days that have not been gone through by then are left out: `from` says how far back it reached. */
  valuesMs: 5_000,
  answerMs: 15_000,
} as const;

type Asked = Result<RuleSuggestionDto, ServiceFailure>;
type Entry = RuleSuggestionDto['thresholds'][number];
type Left = RuleSuggestionDto['notSuggested'][number];

export async function suggestRule(services: Watched, rule: RuleId): Promise<Asked> {
  const now = services.clock.now();
  const [latest] = await services.watch.ruleVersions(rule);
  const version = latest ?? defaultVersion(rule, now);
  const settled = version === undefined ? undefined : settle(version);
  if (version === undefined || settled?.ok !== true) return err({ kind: 'notFound', place: 'rule', value: rule });
  const basedOn = (latest ?? asDefault(version))?.version ?? 0;
  const wanted = measuredParams(rule, settled.value.params);
  const answer: RuleSuggestionDto = { rule, basedOn, measured: wanted.length > 0, thresholds: [], notSuggested: [] };
  for (const group of Map.groupBy(wanted, ({ measure }) => measure.of).values()) {
    const of = await ofMeasure(services, version, group);
    if (!of.ok) return of;
    answer.thresholds.push(...of.value.thresholds);
    answer.notSuggested.push(...of.value.left);
  }
  return ok(answer);
}

interface Drawn {
  readonly param: MeasuredParam;
  readonly suggested: number;
  readonly values: number;
  readonly params: Record<string, unknown>;
}

/** Parameters that are drawn from the same measure: the records are gone through twice in all. */
async function ofMeasure(
  services: Watched,
  version: RuleVersion,
  wanted: readonly MeasuredParam[],
): Promise<Result<{ readonly thresholds: readonly Entry[]; readonly left: readonly Left[] }, ServiceFailure>> {
  const [first] = wanted;
  if (first === undefined) return ok({ thresholds: [], left: [] });
  const counted = await countsOf(services, first.measure);
  if (!counted.ok) return counted;
  const { counts, spans } = counted.value;
  const drawn: Drawn[] = [];
  const left: Left[] = [];
  for (const param of wanted) {
    const one = draw(version, param, counts.get(param.part) ?? new Map(), services.clock.now());
    if ('why' in one) left.push(one);
    else drawn.push(one);
  }
  const above = drawn.flatMap(({ param, suggested }) =>
    [param.current, suggested].map((threshold) => ({ part: param.part, value: firesAbove(param, threshold) })),
  );
  const fires = await firesOf(services, first.measure, spans, above);
  if (!fires.ok) return fires;
  const [from, to] = [spans.at(-1)?.from ?? 0, spans[0]?.to ?? 0];
  const thresholds = drawn.map(({ param, suggested, values, params }, no) => ({
    param: param.param,
    unit: param.unit,
    current: param.current,
    suggested,
    quantile: suggestion.quantile,
    values,
    firesNow: fires.value[2 * no] ?? 0,
    firesSuggested: fires.value[2 * no + 1] ?? 0,
    from,
    to,
    params,
  }));
  return ok({ thresholds, left });
}

/** The threshold and the parameters that would be saved, checked by the rule's own schema; else why there is none. */
function draw(version: RuleVersion, param: MeasuredParam, counts: ValueCounts, now: number): Drawn | Left {
  const threshold = thresholdOf(counts, param);
  if (!threshold.ok) {
    const { kind: why, values, limit } = threshold.error;
    return { param: param.param, why, values, limit };
  }
  const { values } = threshold.value;
  const suggested = threshold.value.threshold + (param.inclusive ? 1 : 0);
  const change = { param: param.param, value: suggested, author: '-', reason: '-' };
  const saved = suggestedVersion(version, change, epochMs(now));
  if (!saved.ok) return { param: param.param, why: 'unfit', values, limit: suggested };
  return { param, suggested, values, params: saved.value.params };
}

type Span = Pick<MeasuredAsk, 'from' | 'to'>;
interface Counted {
  /** By part. */
  readonly counts: ReadonlyMap<string, ValueCounts>;
  /** Days that were gone through, the latest first. */
  readonly spans: readonly Span[];
}

async function countsOf({ read, clock }: Watched, measure: Measure): Promise<Result<Counted, ServiceFailure>> {
  const begun = clock.mono();
  const counts = new Map<string, Map<number, number>>();
  const spans: Span[] = [];
  for (const span of daysBack(clock.now())) {
    if (clock.mono() - begun > suggestionLimits.valuesMs) break;
    const found = await read.measured({ measure, ...span });
    if (!found.ok) return found;
    spans.push(span);
    for (const { part, value, count } of found.value) {
      const of = counts.get(part) ?? new Map<number, number>();
      counts.set(part, of);
      of.set(value, (of.get(value) ?? 0) + count);
    }
  }
  return ok({ counts, spans });
}

/** Today so far, then whole business days. */
function daysBack(now: number): readonly Span[] {
  const today = dayNumberOf(epochMs(now));
  return Array.from({ length: suggestion.weeks * 7 }, (_, back) => ({
    from: startOfDay(today - back),
    to: Math.min(now, startOfDay(today - back + 1)),
  }));
}

async function firesOf(
  { read, clock }: Watched,
  measure: Measure,
  spans: readonly Span[],
  above: readonly { readonly part: string; readonly value: number }[],
): Promise<Result<readonly number[], ServiceFailure>> {
  const begun = clock.mono();
  let fires = above.map(() => 0);
  for (const span of above.length === 0 ? [] : spans) {
    const limitMs = suggestionLimits.answerMs;
    if (clock.mono() - begun > limitMs) return err({ kind: 'tooBroad', limitMs });
    const found = await read.measuredFires({ measure, ...span, above });
    if (!found.ok) return found;
    fires = fires.map((sum, no) => sum + (found.value[no] ?? 0));
  }
  return ok(fires);
}
