import { Link } from '@tanstack/react-router';
import { count, money } from '../../format/money.ts';
import { minuteTime, zone } from '../../format/time.ts';
import type { Column } from '../../grid/column.ts';
import { none } from '../../grid/cells.tsx';
import { Grid } from '../../grid/grid.tsx';
import type { Say } from '../../words/say.ts';
import { useWords } from '../../words/words.tsx';
import { changeText, type FlowSlot, standingOf, toldSlots, totalsOf } from './slots.core.ts';
import type { FlowSubject } from './subject.ts';
import { sheetMoney } from '../../list/sheet.core.ts';

interface FlowTableProps {
  readonly slots: readonly FlowSlot[];
  readonly columns: readonly Column<FlowSlot>[];
  readonly subject: FlowSubject;
  readonly open: ((slot: FlowSlot) => void) | undefined;
  readonly pending: boolean;
}

/** Slot by slot, newest first, 合计 below; each number leads to the records that it counts. */
export function FlowTable({ slots, columns, subject, open, pending }: FlowTableProps) {
  const t = useWords();
  const told = toldSlots(slots).toReversed();
  const totals = totalsOf(slots);
  const values = {
    n: count(totals.records),
    money: money(totals.amountFen),
    late: count(totals.late),
    offline: count(totals.offline),
    failures: count(totals.failures),
  };
  return (
    <Grid
      label={t('money.title')}
      columns={columns}
      rows={told.map((slot) => ({ type: 'row', key: String(slot.at), value: slot }))}
      empty={t(pending ? 'list.loading' : subject.id === undefined ? 'money.noPlace' : 'money.none')}
      {...(open === undefined ? {} : { open })}
      foot={told.length > 0 && <span className="number flow-total">{t('money.total', values)}</span>}
    />
  );
}

interface ColumnContext {
  readonly t: Say;
  readonly now: number;
  readonly subject: FlowSubject;
  /** Whoever may not read records sees the numbers alone. */
  readonly mayRead: boolean;
  readonly hasBefore: boolean;
}

type SlotColumn = Column<FlowSlot>;

/** Slot, records with their standing, what is normal, turnover, late, offline, failures, cards; last week when asked for. */
export function flowColumns({ t, now, subject, mayRead, hasBefore }: ColumnContext): readonly SlotColumn[] {
  const records = (slot: FlowSlot, text: string) =>
    mayRead ? (
      <Link to="/records" search={{ ...subject.records, from: slot.at, to: slot.to }}>
        {text}
      </Link>
    ) : (
      text
    );
  const slotText = ({ at, to }: FlowSlot): string => `${minuteTime(at)}–${minuteTime(to)}`;
  const counted = (key: 'late' | 'offline' | 'failures', tone: string): SlotColumn => ({
    key,
    title: t(`money.column.${key}`),
    track: 'minmax(64px, 0.7fr)',
    align: 'end',
    cell: (slot) =>
      slot[key] === 0 ? <span className="meta">0</span> : <span className={tone}>{records(slot, count(slot[key]))}</span>,
    text: (slot) => slot[key],
  });
  return [
    { key: 'slot', title: t('money.column.slot'), hint: zone, track: '132px', fixed: true, cell: slotText, text: slotText },
    {
      key: 'records',
      title: t('money.column.records'),
      track: 'minmax(96px, 1fr)',
      align: 'end',
      fixed: true,
      cell: (slot) => (
        <>
          <SlotStanding slot={slot} now={now} />{' '}
          {slot.records === 0 ? <span className="meta">0</span> : records(slot, count(slot.records))}
        </>
      ),
      text: (slot) => slot.records,
    },
    {
      key: 'normal',
      title: t('money.column.normal'),
      track: 'minmax(110px, 1fr)',
      align: 'end',
      cell: ({ normal }) => (normal.records === null ? none : <span className="meta">{bandText(normal.records)}</span>),
      text: ({ normal }) => (normal.records === null ? null : bandText(normal.records)),
    },
    {
      key: 'turnover',
      title: t('money.column.turnover'),
      track: 'minmax(112px, 1fr)',
      align: 'end',
      cell: (slot) =>
        slot.records === 0 ? <span className="meta">{money(slot.amountFen)}</span> : records(slot, money(slot.amountFen)),
      text: ({ amountFen }) => sheetMoney(amountFen),
    },
    counted('late', 'tone-level2'),
    counted('offline', 'tone-level2'),
    counted('failures', 'tone-level1'),
    {
      key: 'cards',
      title: t('money.column.cards'),
      track: 'minmax(64px, 0.7fr)',
      align: 'end',
      cell: ({ cards }) => count(cards),
      text: ({ cards }) => cards,
    },
    ...(hasBefore ? beforeColumns(t) : []),
  ];
}

const beforeColumns = (t: Say): readonly SlotColumn[] => [
  {
    key: 'before',
    title: t('money.column.before'),
    track: 'minmax(80px, 0.8fr)',
    align: 'end',
    cell: ({ before }) => (before === null ? none : count(before.records)),
    text: ({ before }) => before?.records ?? null,
  },
  {
    key: 'change',
    title: t('money.column.change'),
    track: 'minmax(80px, 0.8fr)',
    align: 'end',
    cell: ({ records, before }) => (before === null ? none : (changeText(records, before.records) ?? none)),
    text: ({ records, before }) => (before === null ? null : (changeText(records, before.records) ?? null)),
  },
];

const bandText = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  `${count(Math.round(low))} – ${count(Math.round(high))}`;

/** Says it in a word when a slot lies outside of what is normal. */
function SlotStanding({ slot, now }: { readonly slot: FlowSlot; readonly now: number }) {
  const t = useWords();
  const standing = standingOf(slot, now);
  if (standing !== 'above' && standing !== 'below') return null;
  return <span className="tone-level2 slot-standing">{t(`money.standing.${standing}`)}</span>;
}
