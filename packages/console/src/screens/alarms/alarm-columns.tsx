import type { AlarmDto } from '@cardwatch/contracts/api';
import { alarmWords, reasonWords } from '@cardwatch/contracts/words';
import type { EpochMs } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { count, money } from '../../format/money.ts';
import { duration, fullTime, type Language, shortTime, zone } from '../../format/time.ts';
import { none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import { LevelMark } from '../../marks/level.tsx';
import type { Say } from '../../words/say.ts';
import { burnsMs, heatOf, isJustCleared, placeOf } from './alarm-rows.core.ts';
import { ToldCell } from './told-cell.tsx';
import { sheetMoney, sheetTime } from '../../list/sheet.core.ts';

interface ColumnContext {
  readonly t: Say;
  readonly language: Language;
  readonly now: EpochMs;
  readonly newestFirst: boolean;
  readonly sortBy: (newest: boolean) => void;
  readonly unfolded: readonly string[];
  readonly unfold: (alarmId: string) => void;
}

type AlarmColumn = Column<AlarmDto>;

/** Level, what, where, since, how long, at stake, who has it, who was told, what it explains. */
export function alarmColumns(context: ColumnContext): readonly AlarmColumn[] {
  const { t, language, now, newestFirst, sortBy } = context;
  const title = (alarm: AlarmDto): string => reasonWords(alarm.reason, language).title;
  return [
    {
      key: 'level',
      title: t('alarms.level'),
      track: '94px',
      fixed: true,
      sort: { active: newestFirst ? undefined : 'up', toggle: () => sortBy(false) },
      cell: (alarm) => <LevelMark level={alarm.level} hollow={alarm.suppressedBy.length > 0} />,
      text: (alarm) => alarmWords[language].levels[alarm.level],
    },
    {
      key: 'symptoms',
      title: t('alarms.symptoms'),
      track: '74px',
      fixed: true,
      cell: (alarm) => <Chevron alarm={alarm} {...context} />,
      text: ({ symptoms }) => symptoms,
    },
    {
      key: 'what',
      title: t('alarms.what'),
      track: 'minmax(200px, 2.2fr)',
      fixed: true,
      cell: (alarm) => <What alarm={alarm} {...context} />,
      text: title,
    },
    {
      key: 'place',
      title: t('column.place'),
      track: 'minmax(104px, 1fr)',
      cell: placeCell,
      text: ({ area, campus }) => area ?? campus,
    },
    {
      key: 'since',
      title: t('alarms.since'),
      hint: zone,
      track: '108px',
      align: 'end',
      sort: { active: newestFirst ? 'down' : undefined, toggle: () => sortBy(true) },
      cell: ({ foundAt }) => <span title={fullTime(foundAt, language)}>{shortTime(foundAt, now)}</span>,
      text: ({ foundAt }) => sheetTime(foundAt),
    },
    {
      key: 'lasted',
      title: t('column.lasted'),
      track: '96px',
      align: 'end',
      cell: (alarm) => {
        const ms = burnsMs(alarm, now);
        return <span className={`heat heat-${heatOf(ms)}`}>{duration(ms, language)}</span>;
      },
      text: (alarm) => duration(burnsMs(alarm, now), language),
    },
    ...figureColumns(context),
  ];
}

/** What a phone shows before it is scrolled sideways, and how wide. */
const phoneTracks: Readonly<Record<string, string>> = {
  level: '54px',
  what: 'minmax(136px, 1fr)',
  symptoms: '52px',
  lasted: '76px',
};

/** Level, what, how many it explains, how long: then the rest. */
export function forPhone(columns: readonly AlarmColumn[]): readonly AlarmColumn[] {
  const first = Object.entries(phoneTracks).flatMap(([key, track]) =>
    columns.filter((column) => column.key === key).map((column) => ({ ...column, track })),
  );
  return [...first, ...columns.filter(({ key }) => !Object.hasOwn(phoneTracks, key))];
}

function figureColumns({ t, language, now }: ColumnContext): readonly AlarmColumn[] {
  const words = alarmWords[language];
  return [
    {
      key: 'exposure',
      title: t('alarms.exposure'),
      track: '124px',
      align: 'end',
      cell: ({ exposure }) => <Exposed exposure={exposure} t={t} />,
      text: ({ exposure }) => exposure.records,
    },
    {
      key: 'handled',
      title: t('alarms.handledBy'),
      track: 'minmax(96px, 0.7fr)',
      cell: (alarm) =>
        alarm.handling === 'new' ? (
          <span className="meta">{words.handlings.new}</span>
        ) : (
          <span
            title={
              alarm.acknowledgedUntil === null ? undefined : t('alarms.until', { at: shortTime(alarm.acknowledgedUntil, now) })
            }
          >
            {alarm.owner ?? ''} <span className="meta">{words.handlings[alarm.handling]}</span>
          </span>
        ),
      text: ({ owner, handling }) => `${owner ?? ''} ${words.handlings[handling]}`.trim(),
    },
    { key: 'told', title: t('alarms.told'), track: '74px', align: 'end', cell: (alarm) => <ToldCell alarm={alarm} /> },
  ];
}

/** Yuan apart from the number of records, as a sheet wants it. */
export const moneyColumn = (t: Say): AlarmColumn => ({
  key: 'money',
  title: t('alarms.exposureMoney'),
  hint: t('alarms.yuan'),
  track: '0px',
  cell: () => null,
  text: ({ exposure }) => sheetMoney(exposure.fen),
});

function What({ alarm, t, language, now }: ColumnContext & { readonly alarm: AlarmDto }) {
  const words = alarmWords[language];
  const { title, text } = reasonWords(alarm.reason, language);
  const [suppression] = alarm.suppressedBy;
  return (
    <span title={text}>
      <Link to="/alarms/$alarmId" params={{ alarmId: alarm.alarmId }} className="alarm-title">
        {title}
      </Link>
      {isJustCleared(alarm, now) && <span className="tag cleared">✓ {words.cleared}</span>}
      {(alarm.condition === 'flapping' || alarm.condition === 'unknown' || alarm.condition === 'pending') && (
        <span className="tag">{words.conditions[alarm.condition]}</span>
      )}
      {suppression !== undefined && alarm.causeId === null && (
        <span className="tag">{words.suppressors[suppression.suppressor]}</span>
      )}
      {alarm.incidentId !== null && alarm.causeId === null && <span className="tag">{t('alarms.inIncident')}</span>}
    </span>
  );
}

function Chevron({ alarm, t, language, unfolded, unfold }: ColumnContext & { readonly alarm: AlarmDto }) {
  if (alarm.symptoms === 0) return null;
  const isOpen = unfolded.includes(alarm.alarmId);
  const { title } = reasonWords(alarm.reason, language);
  return (
    <button
      type="button"
      className="quiet chevron"
      aria-expanded={isOpen}
      aria-label={t('alarms.unfold', { n: alarm.symptoms, name: title })}
      onClick={() => unfold(alarm.alarmId)}
    >
      <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {count(alarm.symptoms)}
    </button>
  );
}

/** `约 120 · ¥1,234.00`; nothing where nothing is at stake. */
export function Exposed({
  exposure: { records, fen, estimated },
  t,
}: {
  readonly exposure: AlarmDto['exposure'];
  readonly t: Say;
}) {
  if (records === 0) return none;
  return (
    <span title={t(estimated ? 'alarms.estimated' : 'alarms.counted', { n: count(records) })}>
      {estimated && <span className="meta">{t('alarms.about')} </span>}
      {count(records)}
      {fen !== null && <> · {money(fen)}</>}
    </span>
  );
}

const placeCell = (alarm: AlarmDto) => {
  const { near, far } = placeOf(alarm);
  return near === '' ? (
    none
  ) : (
    <span title={alarm.area ?? alarm.campus ?? ''}>
      {near} <span className="meta">{far}</span>
    </span>
  );
};
