import type { GapDto } from '@cardwatch/contracts/api';
import type { EpochMs } from '@cardwatch/kernel';
import { Link } from '@tanstack/react-router';
import { count, money } from '../../format/money.ts';
import { duration, fullTime, type Language, shortTime, zone } from '../../format/time.ts';
import type { Column } from '../../grid/column.ts';
import { Glyph } from '../../marks/mark.tsx';
import type { Shape, Tone } from '../../marks/states.ts';
import { type Say, sayOr } from '../../words/say.ts';
import { RecollectButton } from './recollect-button.tsx';
import { sheetMoney, sheetTime } from '../../list/sheet.core.ts';

interface ColumnContext {
  readonly t: Say;
  readonly language: Language;
  readonly now: EpochMs;
  readonly mayCommand: boolean;
}

const marks: Readonly<Record<GapDto['state'], { readonly shape: Shape; readonly tone: Tone }>> = {
  open: { shape: 'hollow', tone: 'level2' },
  filled: { shape: 'dot', tone: 'normal' },
  lost: { shape: 'slashedRing', tone: 'level1' },
};

export function gapColumns({ t, language, now, mayCommand }: ColumnContext): readonly Column<GapDto>[] {
  return [
    {
      key: 'state',
      title: t('column.state'),
      track: '96px',
      cell: (gap) => (
        <span className="mark">
          <Glyph {...marks[gap.state]} />
          <span>{t(`gap.state.${gap.state}`)}</span>
        </span>
      ),
      text: (gap) => t(`gap.state.${gap.state}`),
    },
    {
      key: 'where',
      title: t('column.where'),
      track: 'minmax(170px, 1.2fr)',
      cell: (gap) => whereCell(gap, t),
      text: (gap) => whereText(gap, t),
    },
    {
      key: 'range',
      title: t('column.range'),
      track: 'minmax(120px, 0.6fr)',
      align: 'end',
      cell: rangeText,
      text: rangeText,
    },
    {
      key: 'count',
      title: t('column.missing'),
      track: '72px',
      align: 'end',
      cell: (gap) => count(missingOf(gap)),
      text: missingOf,
    },
    {
      key: 'estimate',
      title: t('column.estimate'),
      track: '104px',
      align: 'end',
      cell: (gap) => (gap.estimateFen === null ? <span className="meta">{t('gaps.unknownMoney')}</span> : money(gap.estimateFen)),
      text: ({ estimateFen }) => sheetMoney(estimateFen),
    },
    {
      key: 'cause',
      title: t('column.cause'),
      track: 'minmax(160px, 0.8fr)',
      cell: (gap) => sayOr(language, `gapCause.${gap.cause}`, gap.cause),
      text: (gap) => sayOr(language, `gapCause.${gap.cause}`, gap.cause),
    },
    {
      key: 'opened',
      title: t('column.foundAt'),
      hint: zone,
      track: '120px',
      align: 'end',
      cell: (gap) => <span title={fullTime(gap.openedAt, language)}>{shortTime(gap.openedAt, now)}</span>,
      text: (gap) => sheetTime(gap.openedAt),
    },
    {
      key: 'age',
      title: t('column.lasted'),
      track: '110px',
      align: 'end',
      cell: (gap) => duration((gap.closedAt ?? now) - gap.openedAt, language),
      text: (gap) => duration((gap.closedAt ?? now) - gap.openedAt, language),
    },
    ...(mayCommand
      ? [{ key: 'act', title: t('column.act'), track: '96px', cell: (gap: GapDto) => <RecollectButton gap={gap} /> }]
      : []),
  ];
}

const rangeText = ({ first, last }: GapDto): string => (first === last ? count(first) : `${count(first)}–${count(last)}`);
const missingOf = ({ first, last }: GapDto): number => last - first + 1;

const whereText = (gap: GapDto, t: Say): string =>
  gap.scope === 'stream'
    ? t('gaps.ofStream', {
        agent: gap.agentId,
        stream: gap.stream === null ? '' : t(`stream.${gap.stream}`),
        epoch: gap.epoch ?? '',
      })
    : (gap.deviceName ?? gap.deviceId ?? gap.agentId);

function whereCell(gap: GapDto, t: Say) {
  if (gap.scope === 'stream')
    return (
      <Link to="/agents" search={{ agentId: gap.agentId }}>
        {whereText(gap, t)}
      </Link>
    );
  if (gap.deviceId === null) return gap.agentId;
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: gap.deviceId }} search={{ tab: 'records' }} title={gap.deviceId}>
      {gap.deviceName ?? gap.deviceId}
    </Link>
  );
}
