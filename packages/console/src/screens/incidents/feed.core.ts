/** Everything that happened around one incident as one list, newest first: what people and the watch did, what burnt, who was told. */
import type { HistoryDto } from '@cardwatch/contracts/api';
import type { Alarm, Notice } from '@cardwatch/contracts/watch';

export type FeedKind = 'steps' | 'told' | 'alarms' | 'evidence';

export type FeedItem = {
  readonly key: string;
  readonly at: number;
  readonly kind: FeedKind;
} & (
  | { readonly type: 'history'; readonly row: HistoryDto }
  | { readonly type: 'raised' | 'cleared'; readonly alarm: Alarm }
  | { readonly type: 'notice'; readonly notice: Notice }
);

interface FeedInput {
  readonly history: readonly HistoryDto[];
  readonly alarms: readonly Alarm[];
  readonly notices: readonly Notice[];
}

export function feedOf({ history, alarms, notices }: FeedInput): readonly FeedItem[] {
  const items: FeedItem[] = [
    ...history.map((row, n): FeedItem => ({ key: `h${n}`, at: row.at, kind: kindOf(row.what), type: 'history', row })),
    ...alarms.flatMap((alarm) => burning(alarm)),
    ...notices.map(
      (notice): FeedItem => ({
        key: notice.noticeId,
        at: notice.sentAt ?? notice.queuedAt,
        kind: 'told',
        type: 'notice',
        notice,
      }),
    ),
  ];
  return items.toSorted((a, b) => b.at - a.at || (a.key < b.key ? 1 : -1));
}

const kindOf = (what: string): FeedKind =>
  what === 'evidence' || what === 'evidenceAsked' ? 'evidence' : what === 'noticeMissing' ? 'told' : 'steps';

/** Symptoms stand under their cause and not in the feed. */
function burning(alarm: Alarm): readonly FeedItem[] {
  const { alarmId, causeId, raisedAt, foundAt, clearedAt } = alarm;
  if (causeId !== null) return [];
  const raised: FeedItem = { key: `r${alarmId}`, at: raisedAt ?? foundAt, kind: 'alarms', type: 'raised', alarm };
  return clearedAt === null ? [raised] : [raised, { key: `c${alarmId}`, at: clearedAt, kind: 'alarms', type: 'cleared', alarm }];
}

/** Text of a detail that came from outside the program; nothing where there is none. */
export function detailText(detail: HistoryDto['detail'], name: string): string {
  const value = detail[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A list of codes in a detail. */
export function detailCodes(detail: HistoryDto['detail'], name: string): readonly string[] {
  const value = detail[name];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
