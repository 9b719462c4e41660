import type { IncidentDetailDto } from '@cardwatch/contracts/api';
import type { Alarm } from '@cardwatch/contracts/watch';
import { alarmWords, reasonWords } from '@cardwatch/contracts/words';
import { getRouteApi } from '@tanstack/react-router';
import { Link } from '@tanstack/react-router';
import { useNow } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { duration, fullTime } from '../../format/time.ts';
import { none } from '../../grid/cells.tsx';
import type { Column, GridRow } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { LevelMark } from './level-mark.tsx';

const route = getRouteApi('/app/incidents/$incidentId');

/** Its alarms: causes, with what each explains unfolded under it. Which one is open stands in the address. */
export function AlarmsTab({ detail: { alarms } }: { readonly detail: IncidentDetailDto }) {
  const { say: t } = useLanguage();
  const navigate = route.useNavigate();
  const { unfold } = route.useSearch();
  const ids = new Set<string>(alarms.map(({ alarmId }) => alarmId));
  const isRoot = ({ causeId }: Alarm): boolean => causeId === null || !ids.has(causeId);
  const under = (alarmId: string): readonly Alarm[] => alarms.filter((alarm) => alarm.causeId === alarmId && ids.has(alarmId));
  const toggle = (alarmId: string): void =>
    void navigate({ search: (old) => withSearch(old, { unfold: unfold === alarmId ? undefined : alarmId }), replace: true });
  const rows: readonly GridRow<Alarm>[] = alarms
    .filter(isRoot)
    .flatMap((alarm): GridRow<Alarm>[] => [
      { type: 'row', key: alarm.alarmId, value: alarm },
      ...(unfold === alarm.alarmId
        ? under(alarm.alarmId).map((one) => ({ type: 'row' as const, key: one.alarmId as string, value: one, under: true }))
        : []),
    ]);
  return (
    <Grid
      label={t('incident.tab.alarms')}
      columns={useColumns({ unfold, toggle, symptomsOf: (alarm) => under(alarm.alarmId).length })}
      rows={rows}
      empty={t('incident.noAlarms')}
    />
  );
}

interface Folding {
  readonly unfold: string | undefined;
  readonly toggle: (alarmId: string) => void;
  readonly symptomsOf: (alarm: Alarm) => number;
}

function useColumns({ unfold, toggle, symptomsOf }: Folding): readonly Column<Alarm>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  const words = alarmWords[language];
  return [
    { key: 'level', title: t('incident.levelTitle'), track: '76px', cell: (alarm) => <LevelMark level={alarm.level} /> },
    {
      key: 'what',
      title: t('incident.what'),
      track: 'minmax(260px, 3fr)',
      cell: (alarm) => {
        const { title, text } = reasonWords(alarm.reason, language);
        const n = symptomsOf(alarm);
        const isOpen = unfold === alarm.alarmId;
        return (
          <span title={text}>
            {n > 0 && (
              <button
                type="button"
                className="quiet fold"
                aria-expanded={isOpen}
                aria-label={t(isOpen ? 'list.fold' : 'list.unfold', { name: title })}
                onClick={() => toggle(alarm.alarmId)}
              >
                {isOpen ? '▾' : '▸'} {count(n)}
              </button>
            )}{' '}
            {alarm.subject.kind === 'device' ? (
              <Link to="/devices/$deviceId" params={{ deviceId: alarm.subject.id }}>
                {title}
              </Link>
            ) : (
              title
            )}
          </span>
        );
      },
    },
    {
      key: 'place',
      title: t('column.place'),
      track: 'minmax(130px, 1fr)',
      cell: ({ area, campus }) => <span title={area ?? ''}>{(area ?? campus ?? '').split('/').slice(1).join(' ') || none}</span>,
    },
    { key: 'condition', title: t('column.state'), track: '90px', cell: (alarm) => words.conditions[alarm.condition] },
    { key: 'handling', title: t('incident.handling'), track: '90px', cell: (alarm) => words.handlings[alarm.handling] },
    {
      key: 'since',
      title: t('column.lasted'),
      track: '120px',
      align: 'end',
      cell: (alarm) => (
        <span title={fullTime(alarm.foundAt, language)}>{duration((alarm.clearedAt ?? now) - alarm.foundAt, language)}</span>
      ),
    },
    {
      key: 'exposure',
      title: t('incident.exposure'),
      track: '170px',
      align: 'end',
      cell: ({ exposure: { records, fen, estimated } }) =>
        records === 0
          ? none
          : `${estimated ? t('incident.about') : ''}${t('incident.records', { n: count(records) })}${fen === null ? '' : ` ${money(fen)}`}`,
    },
    {
      key: 'quiet',
      title: t('incident.suppressed'),
      track: '110px',
      cell: ({ suppressedBy: [first] }) => (first === undefined ? none : words.suppressors[first.suppressor]),
    },
  ];
}
