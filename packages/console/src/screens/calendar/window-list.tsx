import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { calendarKeys } from '../../api/calendar-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { fieldFromEpoch } from '../../format/field-time.ts';
import { type Language, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { ExportButton } from '../../list/export-button.tsx';
import { withSearch } from '../../search.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';
import { AddButtons } from './add-buttons.tsx';
import { rowsOf, type WindowRow } from './window-rows.core.ts';
import { Scroll } from '../../frame/scroll.tsx';

const route = getRouteApi('/app/calendar');
const comma = (language: Language): string => (language === 'zh' ? '、' : ', ');

/** Events, windows and silences as a list: those that hold or are to come, and on demand what is over. */
export function WindowList() {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const now = useNow(30_000);
  const may = useMay('windows:edit');
  const { ended } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(queries.windows(ended === '1'));
  const [ending, setEnding] = useState<WindowRow>();
  const rows = list.data === undefined ? [] : rowsOf(list.data, now);
  const aboutOf = (row: WindowRow): string =>
    [row.rule === null ? '' : sayOr(language, `rule.name.${row.rule}`, row.rule), ...row.about]
      .filter((one) => one !== '')
      .join(comma(language));
  const columns: readonly Column<WindowRow>[] = [
    {
      key: 'kind',
      title: t('calendar.kind'),
      track: '',
      cell: ({ kind }) => t(`calendar.kind.${kind}`),
      text: ({ kind }) => t(`calendar.kind.${kind}`),
    },
    {
      key: 'state',
      title: t('column.state'),
      track: '',
      cell: ({ state }) => <span className={state === 'holds' ? 'tone-level2' : 'meta'}>{t(`calendar.state.${state}`)}</span>,
      text: ({ state }) => t(`calendar.state.${state}`),
    },
    { key: 'name', title: t('calendar.name'), track: '', cell: ({ name }) => name ?? none, text: ({ name }) => name },
    {
      key: 'about',
      title: t('calendar.about'),
      track: '',
      cell: (row) => aboutOf(row) || t('calendar.everywhere'),
      text: (row) => aboutOf(row),
    },
    {
      key: 'from',
      title: t('shift.from'),
      hint: zone,
      track: '',
      cell: ({ from }) => <span className="number">{fieldFromEpoch(from)}</span>,
      text: ({ from }) => fieldFromEpoch(from),
    },
    {
      key: 'to',
      title: t('shift.to'),
      hint: zone,
      track: '',
      cell: ({ to }) => <span className="number">{fieldFromEpoch(to)}</span>,
      text: ({ to }) => fieldFromEpoch(to),
    },
    {
      key: 'marks',
      title: t('calendar.marks'),
      track: '',
      cell: ({ marks }) => marks.map((mark) => t(`calendar.${mark}`)).join(comma(language)) || none,
      text: ({ marks }) => marks.map((mark) => t(`calendar.${mark}`)).join(comma(language)),
    },
    { key: 'who', title: t('calendar.who'), track: '', cell: ({ by }) => by ?? none, text: ({ by }) => by },
    { key: 'why', title: t('rule.why'), track: '', cell: ({ reason }) => reason ?? none, text: ({ reason }) => reason },
  ];
  return (
    <>
      <div className="filters">
        <button
          type="button"
          className="chip"
          aria-pressed={ended === '1'}
          onClick={() =>
            void navigate({ search: (old) => withSearch(old, { ended: ended === '1' ? undefined : ('1' as const) }) })
          }
        >
          {t('calendar.withEnded')}
        </button>
        <span className="push" />
        <AddButtons />
        <ExportButton name={t('calendar.tab.windows')} columns={columns} all={async () => rows} />
      </div>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {list.data !== undefined && rows.length === 0 && <p className="empty">{t('calendar.none')}</p>}
      {rows.length > 0 && (
        <Scroll label={t('calendar.tab.windows')}>
          <table className="plain">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.key} scope="col">
                    {column.title} {column.hint !== undefined && <span className="meta">{column.hint}</span>}
                  </th>
                ))}
                <th scope="col">
                  <span className="hidden">{t('people.act')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  {columns.map((column) => (
                    <td key={column.key}>{column.cell(row)}</td>
                  ))}
                  <td>
                    {may && row.state !== 'over' && (
                      <Button size="small" onClick={() => setEnding(row)}>
                        {t('calendar.end')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {ending !== undefined && <Ending row={ending} name={ending.name ?? aboutOf(ending)} close={() => setEnding(undefined)} />}
    </>
  );
}

function Ending({ row, name, close }: { readonly row: WindowRow; readonly name: string; readonly close: () => void }) {
  const { say: t } = useLanguage();
  const { client } = useConsole();
  const end = useAct({
    act: (reason: string, idempotencyKey) => {
      const body = { reason, idempotencyKey };
      if (row.kind === 'event') return client.fetch('endImportantEvent', { params: { eventId: row.id }, body });
      if (row.kind === 'window') return client.fetch('endMaintenanceWindow', { params: { windowId: row.id }, body });
      return client.fetch('endSilence', { params: { silenceId: row.id }, body });
    },
    changes: [calendarKeys.windows],
    said: t('calendar.endedNow'),
    after: close,
  });
  return (
    <ReasonDialog
      title={t('calendar.endTitle', { kind: t(`calendar.kind.${row.kind}`), name })}
      text={t(`calendar.endText.${row.kind}`)}
      action={t('calendar.end')}
      pending={end.isPending}
      error={end.error}
      submit={(reason) => end.mutate(reason)}
      close={close}
    />
  );
}
