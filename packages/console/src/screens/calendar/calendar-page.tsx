import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useConsole, useNow } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { BusinessCalendars } from './business-calendars.tsx';
import { calendarTabs } from './calendar.core.ts';
import { Month } from './month.tsx';
import { TeachingTab } from './teaching.tsx';
import { WindowList } from './window-list.tsx';
import '../duty/duty.css';
import './calendar.css';

const route = getRouteApi('/app/calendar');

/** 日历: what is to come and what is silent; the days by which clocks and baselines count. */
export function CalendarPage() {
  const t = useWords();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className="page">
      <h1>
        {t('rail.calendar')} <HoldsNow />
      </h1>
      <Tabs
        size="small"
        activeKey={tab ?? 'month'}
        items={[
          { key: 'month', label: t('calendar.tab.month') },
          ...calendarTabs.map((key) => ({ key, label: t(`calendar.tab.${key}`) })),
        ]}
        onChange={(key) => {
          const next = calendarTabs.find((one) => one === key);
          void navigate({ search: next === undefined ? {} : { tab: next } });
        }}
      />
      {tab === undefined && <Month />}
      {tab === 'windows' && <WindowList />}
      {tab === 'business' && <BusinessCalendars />}
      {tab === 'teaching' && <TeachingTab />}
    </div>
  );
}

function HoldsNow() {
  const t = useWords();
  const { queries } = useConsole();
  const now = useNow(30_000);
  const data = useQuery(queries.windows(false)).data;
  if (data === undefined) return null;
  const events = data.importantEvents.filter(({ from, to }) => from <= now && now < to);
  const freeze = events.some((one) => one.freeze);
  return (
    <span className="meta">
      {events.length === 0 ? t('calendar.noEvent') : t('calendar.event', { name: events.map(({ name }) => name).join('、') })}
      {freeze && <span className="tone-level2"> {t('calendar.freezeHolds')}</span>}
      {' · '}
      {t('calendar.counts', { windows: data.windows.length, silences: data.silences.length })}
    </span>
  );
}
