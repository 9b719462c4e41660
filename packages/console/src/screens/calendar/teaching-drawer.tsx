import type { TeachingCalendar } from '@cardwatch/contracts/watch';
import { Button, Drawer, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { calendarKeys } from '../../api/calendar-queries.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { useAct } from '../use-act.ts';
import { isDay } from './calendar.core.ts';
import { YearsField } from './years-field.tsx';

interface TeachingDrawerProps {
  readonly calendar: TeachingCalendar;
  readonly basedOn: number;
  readonly close: () => void;
}

type Period = TeachingCalendar['periods'][number];
const types = ['teaching', 'exam', 'holiday', 'vacation', 'training', 'weekend'] as const;
const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

/** The whole calendar at once, row by row; of periods that overlap the later row holds. */
export function TeachingDrawer({ calendar, basedOn, close }: TeachingDrawerProps) {
  const t = useWords();
  const { client } = useConsole();
  const [draft, setDraft] = useState(calendar);
  const [years, setYears] = useState<readonly number[]>(calendar.holidayYears ?? []);
  const [reason, setReason] = useState('');
  const { periods, makeUpDays } = draft;
  const setPeriod = (n: number, change: Partial<Period>): void =>
    setDraft({ ...draft, periods: periods.map((one, at) => (at === n ? { ...one, ...change } : one)) });
  const setMakeUp = (n: number, change: Partial<TeachingCalendar['makeUpDays'][number]>): void =>
    setDraft({ ...draft, makeUpDays: makeUpDays.map((one, at) => (at === n ? { ...one, ...change } : one)) });
  const isRight =
    reason.trim() !== '' &&
    periods.every(({ from, to }) => isDay(from) && isDay(to) && from <= to) &&
    makeUpDays.every(({ day }) => isDay(day));
  const save = useAct({
    act: (_: undefined, idempotencyKey) => {
      const saved = { periods, makeUpDays, ...(years.length === 0 ? {} : { holidayYears: [...years] }) };
      return client.fetch('saveTeachingCalendar', { body: { calendar: saved, basedOn, reason: reason.trim(), idempotencyKey } });
    },
    changes: [calendarKeys.calendars],
    said: t('teaching.saved'),
    after: close,
  });
  const dayField = (label: string, value: string, set: (text: string) => void) => (
    <Input
      size="small"
      className="day-field number"
      aria-label={label}
      maxLength={10}
      placeholder="2026-09-01"
      value={value}
      {...(isDay(value) ? {} : { status: 'error' as const })}
      onChange={(event) => set(event.target.value)}
    />
  );
  return (
    <Drawer open size={720} title={t('teaching.edit')} onClose={close}>
      <h3>{t('teaching.periods')}</h3>
      <ul className="calendar-rows">
        {periods.map((period, n) => (
          <li key={n}>
            <Select
              size="small"
              aria-label={t('teaching.type')}
              className="day-type"
              value={period.type}
              options={types.map((value) => ({ value, label: t(`dayType.${value}`) }))}
              onChange={(type) => setPeriod(n, { type })}
            />
            <Input
              size="small"
              aria-label={t('teaching.name')}
              maxLength={64}
              value={period.name}
              onChange={(event) => setPeriod(n, { name: event.target.value })}
            />
            {dayField(t('shift.from'), period.from, (from) => setPeriod(n, { from }))}
            {dayField(t('shift.to'), period.to, (to) => setPeriod(n, { to }))}
            <Button
              size="small"
              aria-label={t('teaching.removeRow', { n: n + 1 })}
              onClick={() => setDraft({ ...draft, periods: periods.filter((_, at) => at !== n) })}
            >
              ×
            </Button>
          </li>
        ))}
      </ul>
      <Button
        size="small"
        onClick={() => setDraft({ ...draft, periods: [...periods, { type: 'teaching', name: '', from: '', to: '' }] })}
      >
        {t('teaching.addPeriod')}
      </Button>
      <h3>{t('teaching.makeUpDays')}</h3>
      <ul className="calendar-rows">
        {makeUpDays.map((made, n) => (
          <li key={n}>
            {dayField(t('teaching.day'), made.day, (day) => setMakeUp(n, { day }))}
            <Select
              size="small"
              aria-label={t('teaching.asWeekday')}
              className="day-type"
              value={made.asWeekday}
              options={weekdays.map((value) => ({ value, label: t('calendar.makeUpAs', { weekday: t(`weekday.${value}`) }) }))}
              onChange={(asWeekday: number) => setMakeUp(n, { asWeekday })}
            />
            <Button
              size="small"
              aria-label={t('teaching.removeMakeUp', { n: n + 1 })}
              onClick={() => setDraft({ ...draft, makeUpDays: makeUpDays.filter((_, at) => at !== n) })}
            >
              ×
            </Button>
          </li>
        ))}
      </ul>
      <Button size="small" onClick={() => setDraft({ ...draft, makeUpDays: [...makeUpDays, { day: '', asWeekday: 1 }] })}>
        {t('teaching.addMakeUp')}
      </Button>
      <Form layout="vertical" className="drawer-form">
        <YearsField years={years} change={setYears} />
        <Form.Item label={t('form.reason')} htmlFor="teaching-reason">
          <Input id="teaching-reason" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Form.Item>
      </Form>
      <p className="drawer-acts">
        <Button type="primary" disabled={!isRight} loading={save.isPending} onClick={() => save.mutate(undefined)}>
          {t('rule.save')}
        </Button>
        <Button onClick={close}>{t('action.cancel')}</Button>
      </p>
      {save.error !== null && <FailureNote error={save.error} />}
    </Drawer>
  );
}
