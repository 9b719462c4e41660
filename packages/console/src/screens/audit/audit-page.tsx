import type { AuditDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Drawer, Input } from 'antd';
import { useCallback, useEffect } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { fullTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Moment } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { allPages } from '../../list/all-pages.ts';
import { emptyOf } from '../../list/empty.ts';
import { ColumnsButton, shownColumns } from '../../list/columns-button.tsx';
import { ExportButton } from '../../list/export-button.tsx';
import { ViewsButton } from '../../list/views-button.tsx';
import { withSearch } from '../../search.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { TimeRange } from '../records/time-range.tsx';
import { ChainState } from './chain-state.tsx';
import './audit.css';
import { sheetTime } from '../../list/sheet.core.ts';

const route = getRouteApi('/app/audit');

/** 审计: the trail, newest first, narrowed by who, what, about what and when. */
export function AuditPage() {
  const { say: t } = useLanguage();
  const { queries, client } = useConsole();
  const { n, hide, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(queries.audit(filter));
  const loaded = list.data?.pages.flatMap((page) => page.items) ?? [];
  const columns = useColumns();
  const { hasNextPage, isFetching, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  // a narrow question may answer an empty page with a cursor
  useEffect(() => {
    if (loaded.length === 0) more();
  }, [loaded.length, more]);
  type Search = typeof filter & { readonly n?: number; readonly hide?: string };
  const set = (change: { readonly [K in keyof Search]?: Search[K] | undefined }): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  const open = loaded.find((row) => row.n === n);
  const isNarrowed = Object.keys(filter).length > 0;
  const field = (key: 'actor' | 'action' | 'object' | 'q') => (
    <Input
      key={`${key} ${filter[key] ?? ''}`}
      size="small"
      className="audit-field"
      allowClear
      maxLength={64}
      aria-label={t(`audit.${key}`)}
      placeholder={t(`audit.${key}`)}
      defaultValue={filter[key]}
      onClear={() => set({ [key]: undefined })}
      onPressEnter={(event) => set({ [key]: event.currentTarget.value.trim() || undefined })}
      onBlur={(event) => set({ [key]: event.currentTarget.value.trim() || undefined })}
    />
  );
  return (
    <div className="page list-page">
      <div className="title-line">
        <h1>
          {t('rail.audit')} <span className="meta">{t('audit.explain')}</span>
        </h1>
        <span className="push" />
        <ChainState />
      </div>
      <div className="filters">
        <ViewsButton />
        {(['actor', 'action', 'object', 'q'] as const).map(field)}
        <TimeRange from={filter.from} to={filter.to} change={(from, to) => set({ from, to })} />
        {isNarrowed && (
          <button type="button" className="quiet" onClick={() => void navigate({ search: hide === undefined ? {} : { hide } })}>
            {t('filter.clear')}
          </button>
        )}
        <span className="push" />
        <ExportButton
          name={t('rail.audit')}
          columns={columns}
          all={(signal) => allPages((cursor) => client.fetch('audit', { query: { ...filter, ...cursor, limit: 500 } }, signal))}
        />
        <ColumnsButton columns={columns} hide={hide} change={(next) => set({ hide: next })} />
      </div>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('rail.audit')}
        columns={shownColumns(columns, hide)}
        rows={loaded.map((row) => ({ type: 'row', key: String(row.n), value: row }))}
        empty={emptyOf({ isPending: list.isPending || list.hasNextPage, isError: list.isError }, t, t('audit.none'))}
        open={(row) => set({ n: row.n })}
        nearEnd={more}
        foot={loaded.length > 0 && t(list.hasNextPage ? 'audit.shownSoFar' : 'audit.shown', { n: count(loaded.length) })}
      />
      <Drawer open={open !== undefined} size={560} title={t('audit.row', { n: n ?? 0 })} onClose={() => set({ n: undefined })}>
        {open !== undefined && <AuditDetail row={open} narrow={(change) => set({ ...change, n: undefined })} />}
      </Drawer>
    </div>
  );
}

const isRefused = ({ action, result }: AuditDto): boolean => action === 'access.refused' || result !== 'ok';

function useColumns(): readonly Column<AuditDto>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  const actionOf = ({ action }: AuditDto): string => sayOr(language, `audit.action.${action}`, action);
  return [
    {
      key: 'n',
      title: t('audit.number'),
      track: '72px',
      align: 'end',
      fixed: true,
      cell: ({ n }) => count(n),
      text: ({ n }) => n,
    },
    {
      key: 'at',
      title: t('notice.at'),
      hint: zone,
      track: '160px',
      cell: ({ at }) => <Moment at={at} now={now} />,
      text: ({ at }) => sheetTime(at),
    },
    { key: 'actor', title: t('audit.actor'), track: '140px', cell: ({ actor }) => actor, text: ({ actor }) => actor },
    {
      key: 'ip',
      title: t('audit.ip'),
      track: '130px',
      cell: ({ ip }) => <span className="number">{ip}</span>,
      text: ({ ip }) => ip,
    },
    {
      key: 'action',
      title: t('audit.action'),
      track: '170px',
      cell: (row) => <span title={row.action}>{actionOf(row)}</span>,
      text: ({ action }) => action,
    },
    {
      key: 'object',
      title: t('audit.object'),
      track: 'minmax(140px, 1fr)',
      cell: ({ object }) => <span title={object}>{object}</span>,
      text: ({ object }) => object,
    },
    {
      key: 'result',
      title: t('column.result'),
      track: '130px',
      cell: (row) => (
        <span className={isRefused(row) ? 'tone-level2' : undefined}>{row.result === 'ok' ? t('audit.ok') : row.result}</span>
      ),
      text: ({ result }) => result,
    },
    {
      key: 'detail',
      title: t('audit.detail'),
      track: 'minmax(160px, 1.4fr)',
      cell: ({ detail }) => <span className="meta">{detail}</span>,
      text: ({ detail }) => detail,
    },
  ];
}

interface DetailProps {
  readonly row: AuditDto;
  readonly narrow: (change: { readonly actor?: string; readonly object?: string; readonly action?: string }) => void;
}

function AuditDetail({ row, narrow }: DetailProps) {
  const { say: t, language } = useLanguage();
  const link = (text: string, press: () => void) => (
    <button type="button" className="link" onClick={press}>
      {text}
    </button>
  );
  const facts = [
    [t('notice.at'), `${fullTime(row.at, language)} ${zone}`],
    [t('audit.actor'), link(row.actor, () => narrow({ actor: row.actor }))],
    [t('audit.ip'), row.ip],
    [
      t('audit.action'),
      link(`${sayOr(language, `audit.action.${row.action}`, row.action)} ${row.action}`, () => narrow({ action: row.action })),
    ],
    [t('audit.object'), link(row.object === '' ? '–' : row.object, () => narrow({ object: row.object }))],
    [t('column.result'), row.result],
  ] as const;
  return (
    <>
      <dl className="audit-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('audit.detail')}</h3>
      <pre className="audit-json">{pretty(row.detail)}</pre>
      <p className="meta audit-hash">
        {t('audit.hash')} {row.hash}
      </p>
    </>
  );
}

function pretty(text: string): string {
  try {
    const json: unknown = JSON.parse(text);
    return JSON.stringify(json, undefined, 2);
  } catch {
    return text;
  }
}
