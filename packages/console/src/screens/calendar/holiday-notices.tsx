import type { ResponseOf } from '@cardwatch/contracts/api';
import { useWords } from '../../words/words.tsx';

type Notice = ResponseOf<'calendars'>['notices'][number];

/** Years by which something counts whose public holidays were not announced yet. */
export function HolidayNotices({ notices }: { readonly notices: readonly Notice[] }) {
  const t = useWords();
  if (notices.length === 0) return null;
  return (
    <ul className="holiday-notices">
      {notices.map(({ calendar, year, basis, from }) => (
        <li key={`${calendar} ${year}`}>
          <span className="tone-level2">▲</span>{' '}
          {t(`holiday.${basis}`, { calendar: calendar === 'teaching' ? t('calendar.tab.teaching') : calendar, year, from })}
        </li>
      ))}
    </ul>
  );
}
