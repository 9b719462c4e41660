import type { BusinessCalendar } from '@cardwatch/contracts/watch';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { calendarKeys } from '../../api/calendar-queries.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';
import { BusinessDrawer } from './business-drawer.tsx';
import { intervalsText } from './calendar.core.ts';
import { HolidayNotices } from './holiday-notices.tsx';
import { SettingVersions } from './setting-versions.tsx';
import { Scroll } from '../../frame/scroll.tsx';

const emptyWeek = (): BusinessCalendar => ({ name: '', week: Array.from({ length: 7 }, () => []), days: {} });

/** 营业日历: hours of the week and what single days have instead; the clocks of contracts count by them. */
export function BusinessCalendars() {
  const t = useWords();
  const { queries } = useConsole();
  const may = useMay('duty:edit');
  const list = useQuery(queries.calendars());
  const [editing, setEditing] = useState<BusinessCalendar>();
  const [removing, setRemoving] = useState<BusinessCalendar>();
  const data = list.data;
  if (data === undefined)
    return list.error === null ? null : <FailureNote error={list.error} retry={() => void list.refetch()} />;
  const own = new Set(data.business.map(({ name }) => name));
  return (
    <>
      <HolidayNotices notices={data.notices.filter(({ calendar }) => calendar !== 'teaching')} />
      {may && (
        <div className="filters">
          <Button size="small" type="primary" onClick={() => setEditing(emptyWeek())}>
            {t('business.add')}
          </Button>
        </div>
      )}
      <Scroll label={t('calendar.tab.business')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('business.name')}</th>
              <th scope="col">{t('business.week')}</th>
              <th scope="col" className="end">
                {t('business.days')}
              </th>
              <th scope="col">{t('business.origin')}</th>
              <th scope="col">
                <span className="hidden">{t('people.act')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {[...data.business, ...data.builtIn.filter(({ name }) => !own.has(name))].map((calendar) => (
              <tr key={calendar.name}>
                <th scope="row">{calendar.name}</th>
                <td>
                  <WeekText week={calendar.week} />
                </td>
                <td className="end number">{Object.keys(calendar.days).length}</td>
                <td>{t(own.has(calendar.name) ? 'business.own' : 'business.builtIn')}</td>
                <td>
                  {may && (
                    <span className="person-acts">
                      <Button size="small" onClick={() => setEditing(calendar)}>
                        {t(own.has(calendar.name) ? 'policy.edit' : 'business.adapt')}
                      </Button>
                      {own.has(calendar.name) && (
                        <Button size="small" onClick={() => setRemoving(calendar)}>
                          {t('policy.remove')}
                        </Button>
                      )}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <SettingVersions setting="calendars" current={data.businessVersion} />
      {editing !== undefined && (
        <BusinessDrawer calendar={editing} basedOn={data.businessVersion} close={() => setEditing(undefined)} />
      )}
      {removing !== undefined && (
        <Removing calendar={removing} basedOn={data.businessVersion} close={() => setRemoving(undefined)} />
      )}
    </>
  );
}

/** Days of the same hours in one line. */
function WeekText({ week }: { readonly week: BusinessCalendar['week'] }) {
  const t = useWords();
  const groups = Map.groupBy(
    week.map((intervals, n) => ({ n, text: intervalsText(intervals) })),
    ({ text }) => text,
  );
  return (
    <ul>
      {[...groups].map(([text, days]) => (
        <li key={text}>
          {days.map(({ n }) => t(`weekday.${weekdays[n] ?? 1}`)).join(' ')}{' '}
          <span className="number">{text === '' ? t('business.closed') : text}</span>
        </li>
      ))}
    </ul>
  );
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

interface RemovingProps {
  readonly calendar: BusinessCalendar;
  readonly basedOn: number;
  readonly close: () => void;
}

function Removing({ calendar, basedOn, close }: RemovingProps) {
  const t = useWords();
  const { client } = useConsole();
  const remove = useAct({
    act: (reason: string, idempotencyKey) =>
      client.fetch('removeBusinessCalendar', { params: { name: calendar.name }, body: { basedOn, reason, idempotencyKey } }),
    changes: [calendarKeys.calendars],
    said: t('business.removed'),
    after: close,
  });
  return (
    <ReasonDialog
      title={t('business.removeTitle', { name: calendar.name })}
      text={t('business.removeText')}
      action={t('policy.remove')}
      pending={remove.isPending}
      error={remove.error}
      submit={(reason) => remove.mutate(reason)}
      close={close}
    />
  );
}
