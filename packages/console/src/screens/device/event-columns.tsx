import type { EventDto } from '@cardwatch/contracts/api';
import type { EpochMs } from '@cardwatch/kernel';
import { fullTime, type Language, shortTime, zone } from '../../format/time.ts';
import { countColumn, Moment, none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import type { Say } from '../../words/say.ts';
import { sayOr } from '../../words/say.ts';

interface ColumnContext {
  readonly t: Say;
  readonly language: Language;
  readonly now: EpochMs;
}

/** Time (device), number, type, what happened, way and result of a pass, who (masked), source, received. */
export function eventColumns({ t, language, now }: ColumnContext): readonly Column<EventDto>[] {
  const time = (event: EventDto) => (
    <span title={`${fullTime(event.observedAt, language)} ${zone}`}>
      {shortTime(event.observedAt, now)}
      {event.clockQuality !== null && event.clockQuality !== 'ok' && (
        <span className="tone-level2 clock-mark"> {t(`clock.${event.clockQuality}`)}</span>
      )}
    </span>
  );
  return [
    { key: 'observedAt', title: t('column.deviceTime'), hint: zone, track: '134px', cell: time },
    countColumn({ key: 'no', title: t('column.eventNo'), track: '84px', of: (event) => event.eventNo }),
    { key: 'type', title: t('column.kind'), track: '84px', cell: (event) => t(`event.type.${event.type}`) },
    { key: 'result', title: t('column.result'), track: '88px', cell: (event) => resultCell(event, t) },
    { key: 'what', title: t('column.event'), track: 'minmax(180px, 2fr)', cell: (event) => whatCell(event, t, language) },
    { key: 'person', title: t('column.person'), track: '104px', cell: (event) => event.personMasked ?? event.cardMasked ?? none },
    { key: 'source', title: t('column.collectMode'), track: '76px', cell: (event) => sourceCell(event, language) },
    {
      key: 'ingestedAt',
      title: t('column.receivedEvent'),
      track: '100px',
      align: 'end',
      cell: (event) => <Moment at={event.ingestedAt} now={now} />,
    },
  ];
}

/** What is not known to be granted is never shown like it. */
function resultCell({ result, active }: EventDto, t: Say) {
  if (result !== null) {
    const tone = result === 'denied' ? 'tone-level2' : result === 'unknown' ? 'tone-unknown' : '';
    return <span className={tone}>{t(`pass.result.${result}`)}</span>;
  }
  if (active === null) return none;
  return <span className={active ? 'tone-level1' : ''}>{t(active ? 'event.active' : 'event.over')}</span>;
}

function whatCell(event: EventDto, t: Say, language: Language) {
  const { type, direction, method, reason, code, what, state, actor, detail } = event;
  if (type === 'pass' && direction !== null && method !== null) {
    const parts = [
      t(`pass.direction.${direction}`),
      t(`pass.method.${method}`),
      ...(reason === null ? [] : [eventWord(reason, language)]),
    ];
    return <span title={code ?? ''}>{parts.join(' · ')}</span>;
  }
  const parts = [
    what === null ? '' : eventWord(what, language),
    state === null ? '' : eventWord(state, language),
    actor ?? '',
    detail ?? '',
  ].filter((part) => part !== '');
  const text = parts.join(' · ');
  return <span title={text}>{text}</span>;
}

const eventWord = (word: string, language: Language): string => sayOr(language, `event.${word}`, word);

const sourceCell = ({ source }: EventDto, language: Language) =>
  source === null ? none : sayOr(language, `pass.source.${source}`, source);
