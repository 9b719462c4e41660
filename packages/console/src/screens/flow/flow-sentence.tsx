import type { BusinessDayDto } from '@cardwatch/contracts/api';
import { useNow } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { day as dayText, fullTime, minuteTime } from '../../format/time.ts';
import { useLanguage } from '../../words/words.tsx';
import { changeText, type FlowSlot, totalsOf } from './slots.core.ts';
import type { Span } from './span.core.ts';
import type { FlowSubject } from './subject.ts';

interface FlowSentenceProps {
  readonly subject: FlowSubject;
  readonly slots: readonly FlowSlot[];
  readonly span: Span;
  readonly isToday: boolean;
  readonly day: BusinessDayDto | undefined;
}

/** How much, against last week and against what is normal, in one line. */
export function FlowSentence({ subject, slots, span, isToday, day }: FlowSentenceProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  const totals = totalsOf(slots);
  const weekday = fullTime(span.from, language).slice(11, -9);
  const date = `${dayText(span.from)} ${weekday}`;
  const change = totals.before === null ? undefined : changeText(totals.records, totals.before.records);
  const parts = [
    ...(isToday && now < span.to && now > span.from ? [t('money.soFar', { at: minuteTime(now) })] : []),
    ...(change === undefined ? [] : [t('money.changed', { change })]),
    ...(totals.normalRecords === null ? [] : [t('money.normalSum', { n: count(totals.normalRecords) })]),
    ...(day === undefined ? [] : [t(`money.dayType.${day.type}`)]),
    ...(day === undefined || day.learnedFrom.length === 0 ? [] : [t('money.learnedFrom', { n: day.learnedFrom.length })]),
  ];
  const isUnlearned = slots.length > 0 && slots.every(({ normal }) => normal.records === null);
  return (
    <h1>
      {subject.id === undefined
        ? t('money.title')
        : t('money.sentence', {
            day: date,
            who: ` ${subject.name}`,
            n: count(totals.records),
            money: money(totals.amountFen),
          })}{' '}
      <span className="meta">
        {parts.join(' · ')}
        {isUnlearned && ` · ${t('money.notLearned')}`}
      </span>
    </h1>
  );
}
