/** What happened to an alarm and what was said of it, as one feed: history and messages with their receipts. */
import type { AlarmDetailDto, HistoryDto, NoticeDto } from '@cardwatch/contracts/api';

export type TimelineItem =
  | { readonly type: 'step'; readonly key: string; readonly at: number; readonly step: HistoryDto }
  | { readonly type: 'notice'; readonly key: string; readonly at: number; readonly notice: NoticeDto };

/** Messages stand for themselves, with what became of them: these lines would say it twice. */
const saidByMessages: ReadonlySet<string> = new Set(['told']);

/** Newest first; of one moment, what came last in the history on top. */
export function timelineOf({
  alarm,
  history,
  notices,
}: Pick<AlarmDetailDto, 'alarm' | 'history' | 'notices'>): readonly TimelineItem[] {
  const found: HistoryDto = { at: alarm.foundAt, what: 'found', by: 'watch', detail: {} };
  const steps = [found, ...history.filter(({ what }) => !saidByMessages.has(what))].map(
    (step, n): TimelineItem => ({ type: 'step', key: `s${n}`, at: step.at, step }),
  );
  const said = notices.map((notice): TimelineItem => ({ type: 'notice', key: notice.noticeId, at: notice.queuedAt, notice }));
  return [...steps, ...said]
    .map((item, n) => ({ item, n }))
    .sort((a, b) => b.item.at - a.item.at || b.n - a.n)
    .map(({ item }) => item);
}

/** A text or number of a history line; nothing else is shown of it. */
export function detailText(detail: HistoryDto['detail'], key: string): string {
  const value = detail[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** `['upstream 0f…', 'silence 7c…']` of a line of suppression: the codes. */
export function suppressorsIn(detail: HistoryDto['detail']): readonly string[] {
  const by = detail['by'];
  if (!Array.isArray(by)) return [];
  return by.flatMap((one) => (typeof one === 'string' ? [one.split(' ', 1)[0] ?? ''] : [])).filter(Boolean);
}
