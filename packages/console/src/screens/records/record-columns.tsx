import type { RecordDto } from '@cardwatch/contracts/api';
import { purseDirection } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { money, signedMoney } from '../../format/money.ts';
import { measured, signedSpan } from '../../format/size.ts';
import { duration, fullTime, type Language, shortTime, zone } from '../../format/time.ts';
import { countColumn, Moment, none } from '../../grid/cells.tsx';
import type { Column } from '../../grid/column.ts';
import type { Say } from '../../words/say.ts';
import { RevealButton } from './reveal-button.tsx';
import { sheetMoney, sheetTime } from '../../list/sheet.core.ts';

interface ColumnContext {
  readonly t: Say;
  readonly language: Language;
  readonly now: EpochMs;
  /** Left out on a device's own page. */
  readonly withDevice: boolean;
  /** Whoever may see a card number is offered it, row by row. */
  readonly mayReveal: boolean;
  readonly byCard?: (cardRef: string) => void;
}

/** Time (device) with its drift, number, place, kind, amount, card tail, balance before → after, card counter, how it was collected, received. */
export function recordColumns({ t, language, now, withDevice, mayReveal, byCard }: ColumnContext): readonly Column<RecordDto>[] {
  return [
    {
      key: 'observedAt',
      title: t('column.deviceTime'),
      hint: zone,
      track: '126px',
      cell: (record) => (
        <span title={timeTitle(record, t, language)}>
          {shortTime(record.observedAt, now)}
          {record.clockQuality !== 'ok' && <span className="tone-level2 clock-mark"> {t(`clock.${record.clockQuality}`)}</span>}
        </span>
      ),
      text: (record) => sheetTime(record.observedAt),
    },
    countColumn({ key: 'no', title: t('column.recordNo'), track: '90px', of: (record) => record.recordNo }),
    ...(withDevice ? [deviceColumn(t)] : []),
    {
      key: 'kind',
      title: t('column.kind'),
      track: '76px',
      cell: (record) => t(`kind.${record.kind}`),
      text: (record) => t(`kind.${record.kind}`),
    },
    {
      key: 'amount',
      title: t('column.amount'),
      track: '92px',
      align: 'end',
      cell: (record) => signedMoney(record.amountFen, purseDirection(record.kind)),
      text: ({ amountFen, kind }) => sheetMoney((purseDirection(kind) < 0 ? -1 : 1) * amountFen),
    },
    {
      key: 'card',
      title: t('column.card'),
      track: '84px',
      cell: (record) =>
        byCard === undefined ? (
          record.cardMasked
        ) : (
          <button type="button" className="link" title={t('records.byCard')} onClick={() => byCard(record.cardRef)}>
            {record.cardMasked}
          </button>
        ),
      text: (record) => record.cardMasked,
    },
    {
      key: 'balance',
      title: t('column.balance'),
      track: 'minmax(150px, 1fr)',
      align: 'end',
      cell: balanceCell,
      text: balanceText,
    },
    countColumn({ key: 'counter', title: t('column.cardCounter'), track: '78px', of: (record) => record.cardCounter }),
    {
      key: 'quantity',
      title: t('column.quantity'),
      track: '124px',
      align: 'end',
      cell: (record) => quantityText(record, language) ?? none,
      text: (record) => quantityText(record, language),
    },
    {
      key: 'collectMode',
      title: t('column.collectMode'),
      track: '66px',
      cell: (record) => t(`collect.${record.collectMode}`),
      text: (record) => t(`collect.${record.collectMode}`),
    },
    {
      key: 'ingestedAt',
      title: t('column.received'),
      track: '90px',
      align: 'end',
      cell: (record) => <Moment at={record.ingestedAt} now={now} />,
      text: (record) => sheetTime(record.ingestedAt),
    },
    ...(mayReveal
      ? [{ key: 'act', title: '', track: '58px', cell: (record: RecordDto) => <RevealButton record={record} /> }]
      : []),
  ];
}

const deviceColumn = (t: Say): Column<RecordDto> => ({
  key: 'device',
  title: t('column.device'),
  track: 'minmax(124px, 1.2fr)',
  cell: ({ deviceId, deviceName }) => (
    <Link to="/devices/$deviceId" params={{ deviceId }} title={`${deviceName} ${deviceId}`}>
      {deviceName}
    </Link>
  ),
  text: ({ deviceName }) => deviceName,
});

function timeTitle({ observedAt, observedText, driftMs }: RecordDto, t: Say, language: Language): string {
  const drift = driftMs === null ? [] : [`${t('column.drift')} ${signedSpan(driftMs)}`];
  return [`${fullTime(observedAt, language)} ${zone}`, t('records.asWritten', { text: observedText }), ...drift].join('\n');
}

function balanceCell({ balanceBeforeFen, balanceAfterFen, checks }: RecordDto) {
  if (balanceBeforeFen === null || balanceAfterFen === null) return balanceAfterFen === null ? none : money(balanceAfterFen);
  return (
    <span className={checks.balance === 'bad' ? 'tone-level1' : ''}>
      {money(balanceBeforeFen)} → {money(balanceAfterFen)}
    </span>
  );
}

const balanceText = ({ balanceBeforeFen, balanceAfterFen }: RecordDto): string | null =>
  balanceAfterFen === null
    ? null
    : `${balanceBeforeFen === null ? '' : `${money(balanceBeforeFen)} → `}${money(balanceAfterFen)}`;

function quantityText({ quantity, durationS }: RecordDto, language: Language): string | null {
  if (quantity === null && durationS === null) return null;
  const parts = [
    ...(quantity === null ? [] : [`${measured(quantity.value)} ${quantity.unit}`]),
    ...(durationS === null ? [] : [duration(durationS * 1000, language)]),
  ];
  return parts.join(' · ');
}
