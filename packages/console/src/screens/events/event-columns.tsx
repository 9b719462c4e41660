import type { EventDto } from '@cardwatch/contracts/api';
import type { EpochMs } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { fullTime, type Language, shortTime, zone } from '../../format/time.ts';
import { countColumn, Moment, none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import type { Say } from '../../words/say.ts';
import { sayIn, sayOr } from '../../words/say.ts';
import { sheetTime } from '../../list/sheet.core.ts';

interface ColumnContext {
  readonly t: Say;
  readonly language: Language;
  readonly now: EpochMs;
  /** Left out on a device's own page. */
  readonly withDevice: boolean;
}

/** Time (device), number, device, type, what happened, way and result of a pass, who (masked), source, received. */
export function eventColumns({ t, language, now, withDevice }: ColumnContext): readonly Column<EventDto>[] {
  const time = (event: EventDto) => (
    <span title={`${fullTime(event.observedAt, language)} ${zone}`}>
      {shortTime(event.observedAt, now)}
      {event.clockQuality !== null && event.clockQuality !== 'ok' && (
        <span className="tone-level2 clock-mark"> {t(`clock.${event.clockQuality}`)}</span>
      )}
    </span>
  );
  return [
    {
      key: 'observedAt',
      title: t('column.deviceTime'),
      hint: zone,
      track: '134px',
      cell: time,
      text: (event) => sheetTime(event.observedAt),
    },
    countColumn({ key: 'no', title: t('column.eventNo'), track: '84px', of: (event) => event.eventNo }),
    ...(withDevice ? [deviceColumn(t)] : []),
    {
      key: 'type',
      title: t('column.kind'),
      track: '92px',
      cell: (event) => t(`event.type.${event.type}`),
      text: (event) => t(`event.type.${event.type}`),
    },
    {
      key: 'result',
      title: t('column.result'),
      track: '88px',
      cell: (event) => resultCell(event, t),
      text: (event) => resultText(event, t),
    },
    {
      key: 'what',
      title: t('column.event'),
      track: 'minmax(180px, 2fr)',
      cell: (event) => whatCell(event, t, language),
      text: (event) => whatText(event, t, language),
    },
    {
      key: 'person',
      title: t('column.person'),
      track: '104px',
      cell: (event) => event.personMasked ?? event.cardMasked ?? none,
      text: (event) => event.personMasked ?? event.cardMasked,
    },
    {
      key: 'source',
      title: t('column.collectMode'),
      track: '76px',
      cell: (event) => sourceText(event, language) ?? none,
      text: (event) => sourceText(event, language),
    },
    {
      key: 'ingestedAt',
      title: t('column.receivedEvent'),
      track: '100px',
      align: 'end',
      cell: (event) => <Moment at={event.ingestedAt} now={now} />,
      text: (event) => sheetTime(event.ingestedAt),
    },
  ];
}

const deviceColumn = (t: Say): Column<EventDto> => ({
  key: 'device',
  title: t('column.device'),
  track: 'minmax(150px, 1.4fr)',
  cell: deviceCell,
  text: ({ deviceName, deviceId, agentId }) => deviceName ?? deviceId ?? agentId,
});

/** A notice is of an agent alone. */
function deviceCell({ deviceId, deviceName, agentId }: EventDto) {
  if (deviceId === null)
    return (
      <Link to="/agents" search={{ agentId }}>
        {agentId}
      </Link>
    );
  return (
    <Link to="/devices/$deviceId" params={{ deviceId }} title={`${deviceName ?? ''} ${deviceId}`}>
      {deviceName ?? deviceId}
    </Link>
  );
}

const resultText = ({ result, active }: EventDto, t: Say): string | null =>
  result === null ? (active === null ? null : t(active ? 'event.active' : 'event.over')) : t(`pass.result.${result}`);

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
  const text = whatText(event, t, language);
  return <span title={event.type === 'pass' && event.code !== null ? `${text}\n${event.code}` : text}>{text}</span>;
}

function whatText({ type, direction, method, reason, what, state, actor, detail }: EventDto, t: Say, language: Language): string {
  if (type === 'pass' && direction !== null && method !== null) {
    const why = reason === null ? [] : [eventWord(reason, language)];
    return [t(`pass.direction.${direction}`), t(`pass.method.${method}`), ...why].join(' · ');
  }
  const words = [what, state].map((word) => (word === null ? '' : eventWord(word, language)));
  return [...words, actor ?? '', detail ?? ''].filter((part) => part !== '').join(' · ');
}

/** An alarm of one port of a switch: `port05Down`. */
const portAlarm = /^port(\d{2,3})(Down|PoeFault)$/;

export function eventWord(word: string, language: Language): string {
  const [, no, alarm] = portAlarm.exec(word) ?? [];
  if (no === undefined) return sayOr(language, `event.${word}`, word);
  return sayIn(language)(alarm === 'Down' ? 'event.portDown' : 'event.portPoeFault', { no: Number(no) });
}

const sourceText = ({ source }: EventDto, language: Language): string | null =>
  source === null ? null : sayOr(language, `pass.source.${source}`, source);
