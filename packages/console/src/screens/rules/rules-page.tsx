import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Input } from 'antd';
import { type RuleRow } from '../../api/rules-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { duration, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Moment, none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { ColumnsButton, shownColumns } from '../../list/columns-button.tsx';
import { ExportButton } from '../../list/export-button.tsx';
import { ViewsButton } from '../../list/views-button.tsx';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { ruleFamilies } from './rule.core.ts';
import { OnOff } from './rule-header.tsx';
import './rules.css';
import { sheetTime } from '../../list/sheet.core.ts';
import { emptyOf } from '../../list/empty.ts';

const route = getRouteApi('/app/rules');

/** 规则: every rule with the version that holds, who said so and why. */
export function RulesPage() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(queries.rules());
  const all = list.data?.items ?? [];
  const columns = useColumns();
  const set = (change: Partial<{ [K in keyof typeof search]: (typeof search)[K] | undefined }>): void =>
    void navigate({ search: (old) => withSearch(old, change), replace: true });
  const rows = all.filter((row) => fits(row, search, t(`rule.name.${row.rule}`)));
  const off = all.filter(({ current }) => !current.enabled).length;
  const changed = all.filter(({ current }) => current.version > 0).length;
  const chip = (word: string, isOn: boolean, press: () => void) => (
    <button key={word} type="button" className="chip" aria-pressed={isOn} onClick={press}>
      {word}
    </button>
  );
  return (
    <div className="page list-page">
      <h1>
        {t('rail.rules')}{' '}
        <span className="meta">{list.data !== undefined && t('rules.sentence', { n: all.length, off, changed })}</span>
      </h1>
      <div className="filters">
        <ViewsButton />
        <fieldset className="chips">
          <legend className="hidden">{t('rules.family')}</legend>
          {chip(t('filter.all'), search.family === undefined, () => set({ family: undefined }))}
          {ruleFamilies.map((family) =>
            chip(
              `${t(`rules.family.${family}`)} ${count(all.filter((row) => row.family === family).length)}`,
              search.family === family,
              () => set({ family }),
            ),
          )}
        </fieldset>
        <fieldset className="chips">
          <legend className="hidden">{t('filter.state')}</legend>
          {(['changed', 'off'] as const).map((state) =>
            chip(t(`rules.only.${state}`), search.state === state, () =>
              set({ state: search.state === state ? undefined : state }),
            ),
          )}
        </fieldset>
        <Input
          className="narrow-field"
          size="small"
          allowClear
          maxLength={64}
          defaultValue={search.q}
          placeholder={t('rules.search')}
          aria-label={t('rules.search')}
          onChange={(event) => set({ q: event.target.value === '' ? undefined : event.target.value })}
        />
        <span className="push" />
        <ExportButton name={t('rail.rules')} columns={columns} all={async () => rows} />
        <ColumnsButton columns={columns} hide={search.hide} change={(hide) => set({ hide })} />
      </div>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('rail.rules')}
        columns={shownColumns(columns, search.hide)}
        rows={rows.map((row) => ({ type: 'row', key: row.rule, value: row, dim: !row.current.enabled }))}
        empty={emptyOf(list, t, t('rules.none'))}
        open={(row) => void navigate({ to: '/rules/$rule', params: { rule: row.rule }, search: {} })}
        foot={rows.length > 0 && t('rules.shown', { n: count(rows.length) })}
      />
    </div>
  );
}

function fits(
  { rule, source, family, current }: RuleRow,
  search: { readonly family?: string; readonly state?: string; readonly q?: string },
  name: string,
): boolean {
  if (search.family !== undefined && family !== search.family) return false;
  if (search.state === 'off' && current.enabled) return false;
  if (search.state === 'changed' && current.version === 0) return false;
  const q = (search.q ?? '').toLowerCase();
  return [rule, source, name].some((text) => text.toLowerCase().includes(q));
}

function useColumns(): readonly Column<RuleRow>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  const span = (ms: number) => (ms === 0 ? t('rule.atOnce') : duration(ms, language));
  return [
    {
      key: 'state',
      title: t('column.state'),
      track: '80px',
      fixed: true,
      cell: ({ current }) => <OnOff enabled={current.enabled} />,
      text: ({ current }) => t(current.enabled ? 'rule.on' : 'rule.off'),
    },
    {
      key: 'name',
      title: t('rule.name'),
      track: 'minmax(150px, 1fr)',
      fixed: true,
      cell: ({ rule }) => (
        <Link to="/rules/$rule" params={{ rule }} search={{}}>
          {t(`rule.name.${rule}`)}
        </Link>
      ),
      text: ({ rule }) => t(`rule.name.${rule}`),
    },
    {
      key: 'family',
      title: t('rules.family'),
      track: '92px',
      cell: ({ family }) => t(`rules.family.${family}`),
      text: ({ family }) => t(`rules.family.${family}`),
    },
    {
      key: 'source',
      title: t('rule.source'),
      track: '130px',
      cell: ({ source }) => <span className="meta">{source}</span>,
      text: ({ source }) => source,
    },
    {
      key: 'raise',
      title: t('rule.raiseAfter'),
      track: '84px',
      align: 'end',
      cell: ({ current }) => span(current.timing.raiseAfterMs),
      text: ({ current }) => span(current.timing.raiseAfterMs),
    },
    {
      key: 'clear',
      title: t('rule.clearAfter'),
      track: '84px',
      align: 'end',
      cell: ({ current }) => span(current.timing.clearAfterMs),
      text: ({ current }) => span(current.timing.clearAfterMs),
    },
    {
      key: 'version',
      title: t('column.version'),
      track: '64px',
      align: 'end',
      cell: ({ current }) => (current.version === 0 ? <span className="meta">{t('rule.default')}</span> : current.version),
      text: ({ current }) => current.version,
    },
    {
      key: 'who',
      title: t('rule.who'),
      track: '110px',
      cell: ({ current }) => (current.version === 0 ? none : current.author),
      text: ({ current }) => (current.version === 0 ? null : current.author),
    },
    {
      key: 'why',
      title: t('rule.why'),
      track: 'minmax(140px, 1fr)',
      cell: ({ current }) => (current.version === 0 ? none : <span title={current.reason}>{current.reason}</span>),
      text: ({ current }) => (current.version === 0 ? null : current.reason),
    },
    {
      key: 'when',
      title: t('rule.when'),
      hint: zone,
      track: '150px',
      align: 'end',
      cell: ({ current }) => <Moment at={current.version === 0 ? null : current.savedAt} now={now} />,
      text: ({ current }) => (current.version === 0 ? null : sheetTime(current.savedAt)),
    },
  ];
}
