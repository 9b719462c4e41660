import type { TeachingCalendar } from '@cardwatch/contracts/watch';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { HolidayNotices } from './holiday-notices.tsx';
import { SettingVersions } from './setting-versions.tsx';
import { TeachingDrawer } from './teaching-drawer.tsx';
import { Scroll } from '../../frame/scroll.tsx';

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

/** 校历: terms, holidays, exam weeks, 调休. What is normal is learned by it. */
export function TeachingTab() {
  const t = useWords();
  const { queries } = useConsole();
  const may = useMay('duty:edit');
  const list = useQuery(queries.calendars());
  const [editing, setEditing] = useState<TeachingCalendar>();
  const data = list.data;
  if (data === undefined)
    return list.error === null ? null : <FailureNote error={list.error} retry={() => void list.refetch()} />;
  const { periods, makeUpDays } = data.teaching;
  const isEmpty = periods.length === 0 && makeUpDays.length === 0;
  return (
    <>
      <HolidayNotices notices={data.notices.filter(({ calendar }) => calendar === 'teaching')} />
      {may && (
        <div className="filters">
          <Button size="small" type="primary" onClick={() => setEditing(data.teaching)}>
            {t('teaching.edit')}
          </Button>
          {isEmpty && (
            <Button size="small" onClick={() => setEditing(data.stateTeaching)}>
              {t('teaching.fromState')}
            </Button>
          )}
        </div>
      )}
      {isEmpty && <p className="empty">{t('teaching.none', { n: data.stateTeaching.periods.length })}</p>}
      {!isEmpty && (
        <Scroll label={t('calendar.tab.teaching')}>
          <table className="plain">
            <thead>
              <tr>
                {(['teaching.type', 'teaching.name', 'shift.from', 'shift.to'] as const).map((word) => (
                  <th key={word} scope="col">
                    {t(word)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {periods
                .toSorted((a, b) => (a.from < b.from ? -1 : 1))
                .map(({ type, name, from, to }) => (
                  <tr key={`${type} ${from} ${name}`}>
                    <td>{t(`dayType.${type}`)}</td>
                    <th scope="row">{name}</th>
                    <td className="number">{from}</td>
                    <td className="number">{to}</td>
                  </tr>
                ))}
              {makeUpDays
                .toSorted((a, b) => (a.day < b.day ? -1 : 1))
                .map(({ day, asWeekday }) => (
                  <tr key={day}>
                    <td>{t('dayType.makeUp')}</td>
                    <th scope="row">
                      {t('calendar.makeUpAs', { weekday: t(`weekday.${weekdays.find((one) => one === asWeekday) ?? 1}`) })}
                    </th>
                    <td className="number">{day}</td>
                    <td className="number">{day}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <SettingVersions setting="teaching" current={data.teachingVersion} />
      {editing !== undefined && (
        <TeachingDrawer calendar={editing} basedOn={data.teachingVersion} close={() => setEditing(undefined)} />
      )}
    </>
  );
}
