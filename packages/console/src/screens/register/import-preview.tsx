import type { RegisterPreviewDto } from '@cardwatch/contracts/api';
import { count } from '../../format/money.ts';
import { none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { useLanguage } from '../../words/words.tsx';
import { useEditWords } from './change-drawer.tsx';
import { shownText } from './edit-text.core.ts';

type RowError = RegisterPreviewDto['errors'][number];
type Change = RegisterPreviewDto['changes'][number];

/** What is wrong, cell by cell, or else what would change. */
export function ImportPreview({ preview }: { readonly preview: RegisterPreviewDto }) {
  const { say: t } = useLanguage();
  const { rows, unchangedRows, counts, backdated, errorCount, changeCount } = preview;
  const figures = { rows: count(rows), unchanged: count(unchangedRows), ...counts };
  if (errorCount > 0)
    return (
      <>
        <p className="note">{t('import.errors', { rows: count(rows), n: count(errorCount) })}</p>
        <Errors preview={preview} />
      </>
    );
  return (
    <>
      <p>
        {changeCount === 0 ? t('import.nothing', { rows: count(rows) }) : t('import.summary', figures)}
        {backdated > 0 && <span className="tone-level2"> {t('import.backdatedText', { n: count(backdated) })}</span>}
      </p>
      <ChangeList preview={preview} />
    </>
  );
}

function Errors({ preview: { errors, errorCount } }: { readonly preview: RegisterPreviewDto }) {
  const { say: t, language } = useLanguage();
  const hasSheet = errors.some(({ sheet }) => sheet !== '');
  const columns: readonly Column<RowError>[] = [
    { key: 'sheet', title: t('import.sheet'), track: '90px', cell: ({ sheet }) => (sheet === '' ? none : sheet) },
    { key: 'row', title: t('import.row'), track: '56px', align: 'end', cell: ({ row }) => count(row) },
    {
      key: 'column',
      title: t('import.column'),
      track: '100px',
      cell: ({ columnName, column }) => (column === '' ? none : columnName[language]),
    },
    {
      key: 'value',
      title: t('import.value'),
      track: 'minmax(120px, 0.6fr)',
      cell: ({ value }) => (value === '' ? none : <span title={value}>{value}</span>),
    },
    {
      key: 'words',
      title: t('import.wrong'),
      track: 'minmax(260px, 1.6fr)',
      cell: ({ words }) => <span title={words[language]}>{words[language]}</span>,
    },
    {
      key: 'right',
      title: t('import.right'),
      track: 'minmax(140px, 0.8fr)',
      cell: ({ right }) => (right === '' ? none : <span title={right}>{right}</span>),
    },
  ];
  return (
    <Grid
      label={t('import.wrong')}
      columns={hasSheet ? columns : columns.slice(1)}
      rows={errors.map((value, n) => ({ type: 'row', key: String(n), value }))}
      empty=""
      foot={errorCount > errors.length ? t('import.moreErrors', { n: count(errorCount - errors.length) }) : undefined}
    />
  );
}

function ChangeList({ preview: { changes, changeCount } }: { readonly preview: RegisterPreviewDto }) {
  const { say: t } = useLanguage();
  const words = useEditWords();
  const columns: readonly Column<Change>[] = [
    { key: 'row', title: t('import.row'), track: '56px', align: 'end', cell: ({ row }) => count(row) },
    { key: 'kind', title: t('import.change'), track: '72px', cell: ({ kind }) => t(`change.${kind}`) },
    { key: 'table', title: t('column.kind'), track: '80px', cell: ({ table }) => t(`change.table.${table}`) },
    { key: 'device', title: t('register.deviceId'), track: '150px', cell: ({ deviceId }) => deviceId },
    {
      key: 'before',
      title: t('change.before'),
      track: 'minmax(150px, 1fr)',
      cell: ({ table, before }) => shown(shownText(table, before, words)),
    },
    {
      key: 'after',
      title: t('change.after'),
      track: 'minmax(150px, 1fr)',
      cell: ({ table, after }) => shown(shownText(table, after, words)),
    },
    {
      key: 'backdated',
      title: t('import.backdated'),
      track: '90px',
      cell: ({ backdated }) => (backdated ? <span className="tone-level2">{t('import.yes')}</span> : none),
    },
  ];
  return (
    <Grid
      label={t('change.rows')}
      columns={columns}
      rows={changes.map((value, n) => ({ type: 'row', key: String(n), value }))}
      empty={t('import.nothingListed')}
      foot={changeCount > changes.length ? t('change.more', { n: count(changeCount - changes.length) }) : undefined}
    />
  );
}

const shown = (text: string) => <span title={text}>{text}</span>;
