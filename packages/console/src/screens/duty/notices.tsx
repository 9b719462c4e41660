import type { NoticeDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Drawer, Select } from 'antd';
import { useCallback } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Moment } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { allPages } from '../../list/all-pages.ts';
import { ExportButton } from '../../list/export-button.tsx';
import { LevelMark } from '../../marks/level.tsx';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { noticeStates } from './duty.core.ts';
import { NoticeDetail, NoticeMark } from './notice-detail.tsx';
import { sheetTime } from '../../list/sheet.core.ts';
import { emptyOf } from '../../list/empty.ts';

const route = getRouteApi('/app/duty');

/** 通知回执: every message with its attempts; what failed for good can be sent again. */
export function Notices() {
  const { say: t, language } = useLanguage();
  const { queries, client } = useConsole();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const people = useQuery(queries.recipients()).data?.items ?? [];
  const { state, recipient } = search;
  const filter = { ...(state === undefined ? {} : { state }), ...(recipient === undefined ? {} : { recipient }) };
  const list = useInfiniteQuery(queries.notices(filter));
  const loaded = list.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (change: Partial<{ [K in keyof typeof search]: (typeof search)[K] | undefined }>): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  const more = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  const nameOf = (id: string): string => people.find((one) => one.recipientId === id)?.displayName ?? id;
  const columns = useColumns(nameOf);
  const open = loaded.find((notice) => notice.noticeId === search.notice);
  return (
    <>
      <TestResult />
      <div className="filters">
        <fieldset className="chips">
          <legend className="hidden">{t('filter.state')}</legend>
          {[undefined, ...noticeStates].map((value) => (
            <button
              key={value ?? 'all'}
              type="button"
              className="chip"
              aria-pressed={state === value}
              onClick={() => set({ state: value })}
            >
              {t(value === undefined ? 'filter.all' : `notice.state.${value}`)}
            </button>
          ))}
        </fieldset>
        <Select
          size="small"
          allowClear
          className="dry-run-rule"
          aria-label={t('notice.recipient')}
          placeholder={t('notice.recipient')}
          {...(recipient === undefined ? {} : { value: recipient })}
          options={people.map((one) => ({ value: one.recipientId, label: one.displayName }))}
          onChange={(value: string | undefined) => set({ recipient: value })}
        />
        <span className="push" />
        <ExportButton
          name={t('duty.tab.notices')}
          columns={columns}
          all={(signal) => allPages((cursor) => client.fetch('notices', { query: { ...filter, ...cursor, limit: 500 } }, signal))}
        />
      </div>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('duty.tab.notices')}
        columns={columns}
        rows={loaded.map((notice) => ({ type: 'row', key: notice.noticeId, value: notice }))}
        empty={emptyOf(list, t, t(state === 'failed' ? 'notice.noneDead' : 'notice.none'))}
        open={(notice) => set({ notice: notice.noticeId })}
        nearEnd={more}
        foot={loaded.length > 0 && t(list.hasNextPage ? 'notice.shownSoFar' : 'notice.shown', { n: count(loaded.length) })}
      />
      <Drawer
        open={open !== undefined}
        size={560}
        title={open !== undefined && `${nameOf(open.recipient)} · ${t(`channel.${open.channel}`)}`}
        onClose={() => set({ notice: undefined })}
      >
        {open !== undefined && <NoticeDetail key={open.noticeId} notice={open} language={language} />}
      </Drawer>
    </>
  );
}

/** Did the daily test arrive, at whom not? */
function TestResult() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(60_000);
  const tests = useQuery(queries.testNotices()).data?.items;
  if (tests === undefined) return null;
  const latest = tests[0];
  if (latest === undefined) return <p className="meta">{t('notice.noTest')}</p>;
  const arrived = tests.filter(
    ({ state }) => state === 'delivered' || state === 'read' || state === 'acknowledged' || state === 'sent',
  ).length;
  const failed = tests.filter(({ state }) => state === 'failed' || state === 'unconfirmed').length;
  return (
    <p className={failed > 0 ? 'tone-level2' : 'meta'}>
      {t('notice.test', { n: tests.length, arrived, failed })} <Moment at={latest.queuedAt} now={now} />
    </p>
  );
}

function useColumns(nameOf: (id: string) => string): readonly Column<NoticeDto>[] {
  const { say: t } = useLanguage();
  const now = useNow(30_000);
  return [
    {
      key: 'queued',
      title: t('notice.queued'),
      hint: zone,
      track: '150px',
      cell: ({ queuedAt }) => <Moment at={queuedAt} now={now} />,
      text: ({ queuedAt }) => sheetTime(queuedAt),
    },
    {
      key: 'state',
      title: t('column.state'),
      track: '110px',
      cell: ({ state }) => <NoticeMark state={state} />,
      text: ({ state }) => t(`notice.state.${state}`),
    },
    {
      key: 'level',
      title: t('rule.level'),
      track: '84px',
      cell: ({ level }) => <LevelMark level={level} />,
      text: ({ level }) => level,
    },
    {
      key: 'reason',
      title: t('notice.reason'),
      track: '100px',
      cell: ({ reason }) => t(`notice.reason.${reason}`),
      text: ({ reason }) => t(`notice.reason.${reason}`),
    },
    {
      key: 'who',
      title: t('notice.recipient'),
      track: 'minmax(120px, 1fr)',
      cell: ({ recipient }) => nameOf(recipient),
      text: ({ recipient }) => nameOf(recipient),
    },
    {
      key: 'channel',
      title: t('dryRun.channel'),
      track: '110px',
      cell: ({ channel }) => t(`channel.${channel}`),
      text: ({ channel }) => t(`channel.${channel}`),
    },
    {
      key: 'tries',
      title: t('notice.attempts'),
      track: '80px',
      align: 'end',
      cell: ({ attempts }) => attempts.length,
      text: ({ attempts }) => attempts.length,
    },
    {
      key: 'sent',
      title: t('notice.sent'),
      hint: zone,
      track: '150px',
      align: 'end',
      cell: ({ sentAt }) => <Moment at={sentAt} now={now} />,
      text: ({ sentAt }) => sheetTime(sentAt),
    },
    {
      key: 'read',
      title: t('notice.acknowledged'),
      hint: zone,
      track: '150px',
      align: 'end',
      cell: ({ acknowledgedAt }) => <Moment at={acknowledgedAt} now={now} />,
      text: ({ acknowledgedAt }) => sheetTime(acknowledgedAt),
    },
  ];
}
