import type { AlarmDto, RecipientDto } from '@cardwatch/contracts/api';
import { reasonWords } from '@cardwatch/contracts/words';
import { Link } from '@tanstack/react-router';
import { useNow } from '../../console.tsx';
import { count, money } from '../../format/money.ts';
import { duration } from '../../format/time.ts';
import { LevelMark } from '../../marks/level.tsx';
import { useLanguage } from '../../words/words.tsx';
import { since, takenBy } from './causes.core.ts';

const shown = 12;

interface CauseListProps {
  /** Worst first. */
  readonly causes: readonly AlarmDto[];
  readonly people: readonly RecipientDto[];
  readonly campus: string | undefined;
}

/** Open causes, each with what lies behind it and who has it. */
export function CauseList({ causes, people, campus }: CauseListProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(10_000);
  return (
    <section className="panel causes" aria-label={t('causes.title')}>
      <h2>
        {t('causes.title')} <span className="meta">{t('causes.count', { n: count(causes.length) })}</span>
      </h2>
      {causes.length === 0 && <p className="meta">{t('causes.none')}</p>}
      <ul>
        {causes.slice(0, shown).map((alarm) => {
          const who = takenBy(alarm, people);
          return (
            <li key={alarm.alarmId}>
              <LevelMark level={alarm.level} />
              <Link to="/alarms/$alarmId" params={{ alarmId: alarm.alarmId }} className="cause-title">
                {reasonWords(alarm.reason, language).title}
              </Link>
              <span className="number">{exposureText(alarm.exposure)}</span>
              <span className="meta cause-facts">
                {duration(now - since(alarm), language)}
                {' · '}
                {who === undefined ? t('sentence.notTaken') : t('sentence.takenBy', { who })}
                {alarm.symptoms > 0 && ` · ${t('causes.symptoms', { n: count(alarm.symptoms) })}`}
              </span>
            </li>
          );
        })}
      </ul>
      {causes.length > shown && (
        <Link to="/alarms" search={campus === undefined ? {} : { campus }}>
          {t('causes.more', { n: count(causes.length - shown) })}
        </Link>
      )}
    </section>
  );
}

function exposureText({ records, fen, estimated }: AlarmDto['exposure']): string {
  if (records === 0) return '';
  if (fen === null) return count(records);
  return `${estimated ? '≈ ' : ''}${money(fen)}`;
}
