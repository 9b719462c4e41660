import type { IncidentClockDto, IncidentDto } from '@cardwatch/contracts/api';
import type { SlaClock } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { count, money } from '../../format/money.ts';
import { duration, fullTime, type Language } from '../../format/time.ts';
import { countColumn, none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import type { Say } from '../../words/say.ts';
import { ClockBar } from './clock-bar.tsx';
import type { Exposed } from './exposure.core.ts';
import { LevelMark } from './level-mark.tsx';
import { placeOf } from './place.core.ts';
import { StateMark } from './state-mark.tsx';
import { levelOf } from './workflow.core.ts';
import { sheetMoney, sheetTime } from '../../list/sheet.core.ts';

interface ColumnContext {
  readonly t: Say;
  readonly language: Language;
  readonly now: EpochMs;
  readonly clocks: ReadonlyMap<string, readonly IncidentClockDto[]>;
  readonly exposed: ReadonlyMap<string, Exposed>;
  readonly nameOf: (account: string) => string;
}

/** Level, number, what, where, state, since, who has it, two clocks, alarms, what lies in the terminals. */
export function incidentColumns(context: ColumnContext): readonly Column<IncidentDto>[] {
  const { t, language, now, exposed, nameOf } = context;
  const lasted = (one: IncidentDto): string => duration((one.restoredAt ?? one.closedAt ?? now) - one.occurredAt, language);
  return [
    {
      key: 'level',
      title: t('incident.levelTitle'),
      track: '76px',
      cell: (one) => <LevelMark level={levelOf(one)} />,
      text: levelOf,
    },
    {
      key: 'title',
      title: t('incident.what'),
      track: 'minmax(188px, 3fr)',
      fixed: true,
      cell: (one) => (
        <Link to="/incidents/$incidentId" params={{ incidentId: one.incidentId }} title={`${one.number} ${one.title}`}>
          {one.title}
        </Link>
      ),
      text: (one) => one.title,
    },
    {
      key: 'place',
      title: t('column.place'),
      track: 'minmax(90px, 1fr)',
      cell: (one) => <span title={(one.scope?.areas ?? []).join('\n')}>{placeOf(one) ?? none}</span>,
      text: (one) => (one.scope?.areas ?? []).join('; '),
    },
    {
      key: 'state',
      title: t('column.state'),
      track: '84px',
      cell: (one) => <StateMark state={one.state} />,
      text: (one) => t(`incident.state.${one.state}`),
    },
    {
      key: 'since',
      title: t('column.lasted'),
      track: '100px',
      align: 'end',
      cell: (one) => <span title={fullTime(one.occurredAt, language)}>{lasted(one)}</span>,
      text: (one) => sheetTime(one.occurredAt),
    },
    {
      key: 'owner',
      title: t('incident.owner'),
      track: '102px',
      cell: (one) => (one.owner === null ? <span className="meta">{t('incident.nobody')}</span> : nameOf(one.owner)),
      text: (one) => one.owner,
    },
    ...(['respond', 'restore'] as const).map((clock) => clockColumn(clock, context)),
    countColumn({ key: 'alarms', title: t('incident.alarms'), track: '50px', of: (one) => one.alarmIds.length }),
    {
      key: 'exposure',
      title: t('incident.exposure'),
      track: '92px',
      align: 'end',
      cell: (one) => exposureCell(exposed.get(one.incidentId), t),
      text: (one) => sheetMoney(exposed.get(one.incidentId)?.fen ?? null),
    },
    {
      key: 'number',
      title: t('incident.number'),
      track: '138px',
      cell: (one) => <span className="number meta">{one.number}</span>,
      text: (one) => one.number,
    },
  ];
}

const clockColumn = (clock: SlaClock, { t, now, clocks }: ColumnContext): Column<IncidentDto> => {
  const of = (one: IncidentDto): IncidentClockDto | undefined =>
    clocks.get(one.incidentId)?.find((reading) => reading.clock === clock);
  return {
    key: clock,
    title: t(`incident.clock.of.${clock}`),
    track: '104px',
    cell: (one) => <ClockBar clock={of(one)} now={now} />,
    text: (one) => sheetTime(of(one)?.dueAt ?? null),
  };
};

function exposureCell(exposed: Exposed | undefined, t: Say) {
  if (exposed === undefined || exposed.records === 0) return none;
  const about = exposed.estimated ? t('incident.about') : '';
  const records = t('incident.records', { n: count(exposed.records) });
  return (
    <span title={`${about}${records}`}>
      {about}
      {exposed.fen === null ? records : money(exposed.fen)}
    </span>
  );
}
