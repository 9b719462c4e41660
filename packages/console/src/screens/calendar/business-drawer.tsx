import type { BusinessCalendar } from '@cardwatch/contracts/watch';
import { ok } from '@cardwatch/kernel';
import { Button, Drawer, Form, Input } from 'antd';
import { useState } from 'react';
import { calendarKeys } from '../../api/calendar-queries.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { useAct } from '../use-act.ts';
import { daysIn, daysText, intervalsIn, intervalsText } from './calendar.core.ts';
import { YearsField } from './years-field.tsx';

interface BusinessDrawerProps {
  readonly calendar: BusinessCalendar;
  readonly basedOn: number;
  readonly close: () => void;
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const;

/** Hours as text, the way people write them: `08:30-12:00 14:00-17:30`. */
export function BusinessDrawer({ calendar, basedOn, close }: BusinessDrawerProps) {
  const t = useWords();
  const { client } = useConsole();
  const [name, setName] = useState(calendar.name);
  const [week, setWeek] = useState(calendar.week.map(intervalsText));
  const [days, setDays] = useState(daysText(calendar.days, t('business.closed')));
  const [years, setYears] = useState<readonly number[]>(calendar.holidayYears ?? []);
  const [reason, setReason] = useState('');
  const parsedWeek = week.map(intervalsIn);
  const parsedDays = daysIn(days);
  const weekValue = parsedWeek.every((one) => one.ok) ? ok(parsedWeek.map((one) => one.value)) : undefined;
  const isRight = name.trim() !== '' && weekValue !== undefined && parsedDays.ok && reason.trim() !== '';
  const save = useAct({
    act: (saved: BusinessCalendar, idempotencyKey) =>
      client.fetch('saveBusinessCalendar', { body: { calendar: saved, basedOn, reason: reason.trim(), idempotencyKey } }),
    changes: [calendarKeys.calendars],
    said: t('business.saved'),
    after: close,
  });
  const submit = (): void => {
    if (!isRight) return;
    const saved = { name: name.trim(), week: weekValue.value, days: parsedDays.value };
    save.mutate(years.length === 0 ? saved : { ...saved, holidayYears: [...years] });
  };
  return (
    <Drawer
      open
      size={560}
      title={calendar.name === '' ? t('business.add') : t('business.editTitle', { name: calendar.name })}
      onClose={close}
    >
      <Form layout="vertical">
        <Form.Item label={t('business.name')} htmlFor="business-name">
          <Input
            id="business-name"
            maxLength={64}
            value={name}
            disabled={calendar.name !== ''}
            onChange={(event) => setName(event.target.value)}
          />
        </Form.Item>
        <p className="meta">{t('business.form')}</p>
        <div className="week-fields">
          {weekdays.map((weekday, n) => (
            <span key={weekday} className="week-field">
              <label htmlFor={`week-${weekday}`}>{t(`weekday.${weekday}`)}</label>
              <Input
                id={`week-${weekday}`}
                maxLength={120}
                value={week[n] ?? ''}
                placeholder={t('business.closed')}
                {...(parsedWeek[n]?.ok === false ? { status: 'error' as const } : {})}
                onChange={(event) => setWeek(week.with(n, event.target.value))}
              />
            </span>
          ))}
        </div>
        <Form.Item
          label={t('business.daysForm')}
          htmlFor="business-days"
          validateStatus={parsedDays.ok ? '' : 'error'}
          help={parsedDays.ok ? undefined : t('business.wrongLine', { line: parsedDays.error })}
        >
          <Input.TextArea
            id="business-days"
            className="number"
            rows={8}
            value={days}
            onChange={(event) => setDays(event.target.value)}
          />
        </Form.Item>
        <YearsField years={years} change={setYears} />
        <Form.Item label={t('form.reason')} htmlFor="business-reason">
          <Input id="business-reason" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Form.Item>
      </Form>
      <p className="drawer-acts">
        <Button type="primary" disabled={!isRight} loading={save.isPending} onClick={submit}>
          {t('rule.save')}
        </Button>
        <Button onClick={close}>{t('action.cancel')}</Button>
      </p>
      {save.error !== null && <FailureNote error={save.error} />}
    </Drawer>
  );
}
