import type { AlarmDto } from '@cardwatch/contracts/api';
import { reasonWords } from '@cardwatch/contracts/words';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type AlarmFilter, alarmLimits } from '../../api/alarms-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useScopes, useSession } from '../../frame/use-session.ts';
import { Grid } from '../../grid/grid.tsx';
import { nothingSelected, type Selection } from '../../grid/selection.core.ts';
import { useKeys } from '../../grid/use-keys.ts';
import { allPages } from '../../list/all-pages.ts';
import { ColumnsButton, shownColumns } from '../../list/columns-button.tsx';
import { ExportButton } from '../../list/export-button.tsx';
import { ViewsButton } from '../../list/views-button.tsx';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { ActBar } from './act-bar.tsx';
import { ActDialog } from './act-dialog.tsx';
import { actScopes, type ActTarget, type AlarmAct } from './alarm-acts.core.ts';
import { alarmColumns, forPhone, moneyColumn } from './alarm-columns.tsx';
import { AlarmFacets } from './alarm-facets.tsx';
import { type AlarmSearch, filterOf, isNarrowed, orderOf, unfoldedIn, withUnfolded } from './alarm-filter.core.ts';
import { rowsOf } from './alarm-rows.core.ts';
import './alarms.css';
import { useAlarms, useSymptoms } from './use-alarms.ts';
import { useNarrow } from './use-narrow.ts';
import { emptyOf } from '../../list/empty.ts';

const route = getRouteApi('/app/alarms');

/** 告警: causes first, the gravest on top, what they explain folded under them. */
export function AlarmsPage() {
  const { say: t, language } = useLanguage();
  const { client } = useConsole();
  const now = useNow(10_000);
  const navigate = route.useNavigate();
  const search: AlarmSearch = route.useSearch();
  const order = orderOf(search);
  const filter = filterOf(search, useSession()?.name ?? '');
  const alarms = useAlarms(filter, order);
  const { steady } = alarms;
  const unfolded = unfoldedIn(search.unfold);
  const symptoms = useSymptoms(unfolded, search.over === 'yes');
  const acting = useActing(filter, steady.rows);
  const set = (change: Partial<{ [K in keyof AlarmSearch]: AlarmSearch[K] | undefined }>): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  const columns = alarmColumns({
    t,
    language,
    now,
    newestFirst: order === 'found',
    sortBy: (newest) => set({ sort: newest ? 'newest' : undefined }),
    unfolded,
    unfold: (alarmId) => set({ unfold: withUnfolded(search.unfold, alarmId) }),
  });
  const chosen = shownColumns(columns, search.hide);
  const shown = useNarrow() ? forPhone(chosen) : chosen;
  const rows = rowsOf(
    steady.rows,
    (alarmId) => symptoms.get(alarmId),
    ({ alarmId }) => ({ type: 'note', key: `${alarmId}/more`, note: t('alarms.symptomsCut', { n: alarmLimits.symptoms }) }),
    now,
  );
  const name = (alarm: AlarmDto): string => reasonWords(alarm.reason, language).title;
  return (
    <div className="page list-page alarms-page">
      <div className="title-line">
        <h1>
          {t('rail.alarms')} <span className="meta">{alarms.isWhole && t('alarms.shown', { n: count(steady.rows.length) })}</span>
        </h1>
        <span className="push" />
        <ViewsButton />
        <ExportButton
          name={t('rail.alarms')}
          columns={[...chosen, moneyColumn(t)]}
          all={(signal) =>
            allPages((cursor) =>
              client.fetch('alarms', { query: { ...filter, ...cursor, order, limit: alarmLimits.page } }, signal),
            )
          }
        />
        <ColumnsButton columns={columns} hide={search.hide} change={(hide) => set({ hide })} />
      </div>
      <AlarmFacets filter={filter} />
      {alarms.error !== null && <FailureNote error={alarms.error} retry={alarms.again} />}
      {acting.bar}
      {steady.waiting > 0 && (
        <button type="button" className="pill" onClick={steady.release}>
          {t('alarms.waiting', { n: count(steady.waiting) })}
        </button>
      )}
      <Grid
        label={t('rail.alarms')}
        columns={shown}
        rows={rows}
        empty={emptyOf({ isPending: alarms.isPending, isError: alarms.error !== null }, t, t(emptyWord(search)))}
        open={(alarm) => void navigate({ to: '/alarms/$alarmId', params: { alarmId: alarm.alarmId } })}
        nearEnd={alarms.more}
        hold={steady.hold}
        stoodOn={acting.stoodOn}
        box={acting.box}
        {...(acting.may ? { marking: { selection: acting.selection, change: acting.mark, nameOf: name } } : {})}
        {...(alarms.isWhole || alarms.isPending ? {} : { foot: t('alarms.partly', { n: count(alarms.loaded) }) })}
      />
      {acting.dialog}
    </div>
  );
}

const emptyWord = (search: AlarmSearch): 'alarms.noneFit' | 'alarms.noneOver' | 'alarms.none' =>
  isNarrowed(search) ? 'alarms.noneFit' : search.over === 'yes' ? 'alarms.noneOver' : 'alarms.none';

/** Marks, keys and the dialog: acts go to what is marked, else to the row that the keyboard stands on. */
function useActing(filter: AlarmFilter, rows: readonly AlarmDto[]) {
  const { queries } = useConsole();
  const scopes = useScopes();
  const may = scopes.includes('alarms:handle');
  const [stood, setStood] = useState<AlarmDto>();
  const [selection, mark] = useState<Selection>(nothingSelected);
  const [everything, setEverything] = useState(false);
  const [doing, setDoing] = useState<{ readonly act: AlarmAct; readonly target: ActTarget }>();
  const box = useRef<HTMLDivElement>(null);
  const wasDoing = useRef(false);
  // what opened the dialog may be gone with the marks: the keyboard goes back to its row
  useEffect(() => {
    if (doing === undefined && wasDoing.current) box.current?.focus({ preventScroll: true });
    wasDoing.current = doing !== undefined;
  }, [doing]);
  const marked = rows.filter(({ alarmId }) => selection.keys.has(alarmId));
  const allShown = rows.length > 0 && marked.length === rows.length;
  const all = useQuery({ ...queries.alarmCount(filter), enabled: allShown }).data?.count;
  const isAll = everything && allShown && all !== undefined;
  const target = (): ActTarget | undefined => {
    if (isAll) return { type: 'filter', filter, count: all };
    if (marked.length > 0) return { type: 'some', alarms: marked };
    return stood === undefined ? undefined : { type: 'some', alarms: [stood] };
  };
  const begin = (act: AlarmAct): void => {
    const on = target();
    if (on !== undefined && scopes.includes(actScopes[act])) setDoing({ act, target: on });
  };
  useKeys({
    a: { word: 'keys.acknowledge', act: () => begin('acknowledge') },
    e: { word: 'keys.assign', act: () => begin('assign') },
    s: { word: 'keys.silence', act: () => begin('silence') },
    i: { word: 'keys.incident', act: () => begin('incident') },
  });
  const stoodOn = useCallback((alarm: AlarmDto | undefined) => setStood(alarm), []);
  const clear = (): void => {
    mark(nothingSelected);
    setEverything(false);
  };
  const close = (done: boolean): void => {
    setDoing(undefined);
    if (done) clear();
  };
  const bar =
    marked.length === 0 ? null : (
      <ActBar
        marked={isAll ? all : marked.length}
        all={allShown && all !== undefined && all > marked.length && !isAll ? all : undefined}
        takeAll={() => setEverything(true)}
        begin={begin}
        clear={clear}
      />
    );
  const dialog = doing === undefined ? null : <ActDialog {...doing} close={close} />;
  return { may, selection, mark, stoodOn, box, bar, dialog };
}
