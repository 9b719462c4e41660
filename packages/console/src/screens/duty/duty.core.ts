/** Who has a duty when: layers of shifts laid over one another, the later one above. */
import type { NoticePolicy, Shift } from '@cardwatch/contracts/watch';

export const dutyTabs = ['policies', 'recipients', 'notices'] as const;
export const noticeStates = [
  'failed',
  'unconfirmed',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'acknowledged',
  'muted',
] as const;
export const channels = ['console', 'mail', 'sms', 'wecom', 'dingtalk', 'feishu', 'webhook'] as const;

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A stretch of the roster; `shift` undefined: nobody. */
export interface Stretch extends Span {
  readonly shift: Shift | undefined;
}

export const dutiesOf = (shifts: readonly Shift[]): readonly string[] => [...new Set(shifts.map(({ duty }) => duty))].toSorted();

/** Who holds a duty at a time: the last row that covers it, overrides before others. */
export function holderAt(shifts: readonly Shift[], duty: string, at: number): Shift | undefined {
  const covering = shifts.filter((shift) => shift.duty === duty && shift.from <= at && at < shift.to);
  return covering.findLast(({ override }) => override) ?? covering.at(-1);
}

/** The roster of one duty from edge to edge; neighbours of one shift are one stretch. */
export function rosterOf(shifts: readonly Shift[], duty: string, { from, to }: Span): readonly Stretch[] {
  const mine = shifts.filter((shift) => shift.duty === duty && shift.to > from && shift.from < to);
  const edges = [...new Set([from, to, ...mine.flatMap((shift) => [shift.from, shift.to])])]
    .filter((at) => at >= from && at <= to)
    .toSorted((a, b) => a - b);
  const stretches: Stretch[] = [];
  for (const [n, at] of edges.slice(0, -1).entries()) {
    const shift = holderAt(mine, duty, at);
    const last = stretches.at(-1);
    const end = edges[n + 1] ?? to;
    if (last !== undefined && last.shift === shift) stretches[stretches.length - 1] = { ...last, to: end };
    else stretches.push({ from: at, to: end, shift });
  }
  return stretches;
}

/** Where a span stands in a window, in percent of its width. */
export function placeOf({ from, to }: Span, window: Span): { readonly left: number; readonly width: number } {
  const all = window.to - window.from;
  const [start, end] = [Math.max(from, window.from), Math.min(to, window.to)];
  return { left: ((start - window.from) / all) * 100, width: (Math.max(0, end - start) / all) * 100 };
}

/** A shift again every `everyMs` as long as it begins before `until`; at most 60. */
export function repeated(shift: Shift, everyMs: number | null, until: number): readonly Shift[] {
  if (everyMs === null) return [shift];
  const count = Math.max(1, Math.min(60, Math.ceil((until - shift.from) / everyMs)));
  return Array.from({ length: count }, (_, n) => ({ ...shift, from: shift.from + n * everyMs, to: shift.to + n * everyMs }));
}

/** What is sent to lay shifts beside those that are there: everything of these duties that begins in the span of the new ones. */
export function laidBeside(
  known: readonly Shift[],
  added: readonly Shift[],
): { readonly duties: readonly string[]; readonly shifts: readonly Shift[] } & Span {
  const from = Math.min(...added.map((shift) => shift.from));
  const to = Math.max(...added.map((shift) => shift.from)) + 1;
  const duties = dutiesOf(added);
  const kept = known.filter((shift) => duties.includes(shift.duty) && shift.from >= from && shift.from < to);
  return { duties, from, to, shifts: [...kept, ...added] };
}

/** What is sent to take one shift out. */
export function without(
  known: readonly Shift[],
  gone: Shift,
): { readonly duties: readonly string[]; readonly shifts: readonly Shift[] } & Span {
  const same = known.filter((shift) => shift.duty === gone.duty && shift.from === gone.from && shift !== gone);
  return { duties: [gone.duty], from: gone.from, to: gone.from + 1, shifts: same };
}

/** One step up or down; what would fall off the end stays. */
export function moved<T>(items: readonly T[], at: number, by: -1 | 1): readonly T[] {
  const [one, other] = [items[at], items[at + by]];
  return one === undefined || other === undefined ? items : items.with(at, other).with(at + by, one);
}

export const newPolicy = (policyId: string): NoticePolicy => ({
  policyId,
  levels: [1, 2],
  rules: [],
  areas: [],
  channels: ['console'],
  fallbackAfterMs: 60_000,
  steps: [{ afterMs: 0, who: [] }],
  repeats: 0,
  remindEveryMs: null,
  acknowledgeForMs: 3_600_000,
  quiet: null,
  digestEveryMs: null,
});
