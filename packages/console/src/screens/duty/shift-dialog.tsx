import type { ResponseOf } from '@cardwatch/contracts/api';
import type { Shift } from '@cardwatch/contracts/watch';
import { dayMs, hourMs } from '@cardwatch/kernel';
import { AutoComplete, Checkbox, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { dutyKeys } from '../../api/duty-queries.ts';
import { useConsole } from '../../console.tsx';
import { epochFromField, fieldFromEpoch } from '../../format/field-time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { useAct } from '../use-act.ts';
import { dutiesOf, laidBeside, repeated } from './duty.core.ts';

interface ShiftDialogProps {
  readonly start: Partial<Shift>;
  readonly shifts: ResponseOf<'shifts'>;
  readonly people: ResponseOf<'recipients'>['items'];
  readonly close: () => void;
}

const every = { once: null, daily: dayMs, weekly: 7 * dayMs } as const;
const shiftMsMax = 7 * dayMs;

/** One shift, or the same one again to the end of the fortnight that is known. */
export function ShiftDialog({ start, shifts, people, close }: ShiftDialogProps) {
  const t = useWords();
  const { client, now } = useConsole();
  const [duty, setDuty] = useState(start.duty ?? dutiesOf(shifts.shifts)[0] ?? '');
  const [recipientId, setRecipient] = useState<string>();
  const begin = start.from ?? Math.ceil(now() / hourMs) * hourMs;
  const [from, setFrom] = useState(fieldFromEpoch(begin));
  const [to, setTo] = useState(fieldFromEpoch(Math.min(start.to ?? begin + 12 * hourMs, begin + shiftMsMax)));
  const [onSite, setOnSite] = useState(start.onSite ?? true);
  const [override, setOverride] = useState(start.override ?? false);
  const [repeat, setRepeat] = useState<keyof typeof every>('once');
  const [reason, setReason] = useState('');
  const [at, end] = [epochFromField(from, now()), epochFromField(to, now())];
  const isRight = at !== undefined && end !== undefined && end > at && end - at <= shiftMsMax;
  const save = useAct({
    act: (shift: Shift, idempotencyKey) => {
      const laid = laidBeside(shifts.shifts, repeated(shift, every[repeat], shifts.to));
      return client.fetch('saveShifts', {
        body: {
          duties: [...laid.duties],
          from: laid.from,
          to: laid.to,
          shifts: [...laid.shifts],
          reason: reason.trim(),
          idempotencyKey,
        },
      });
    },
    changes: [dutyKeys.duty],
    said: t('shift.saved'),
    after: close,
  });
  const submit = (): void => {
    if (!isRight || recipientId === undefined) return;
    save.mutate({ duty: duty.trim(), recipientId, from: at, to: end, onSite, override });
  };
  const timeField = (id: string, value: string, set: (text: string) => void) => (
    <Input
      id={id}
      value={value}
      maxLength={16}
      title={t('filter.timeForm')}
      {...(isRight ? {} : { status: 'error' as const })}
      onChange={(event) => set(event.target.value)}
    />
  );
  return (
    <Modal
      open
      title={t(override ? 'shift.addOverride' : 'shift.add')}
      okText={t('rule.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{
        disabled: !isRight || recipientId === undefined || duty.trim() === '' || reason.trim() === '',
        loading: save.isPending,
      }}
      onOk={submit}
      onCancel={close}
    >
      <Form layout="vertical" className="two-columns">
        <Form.Item label={t('shift.duty')} htmlFor="shift-duty">
          <AutoComplete
            id="shift-duty"
            value={duty}
            maxLength={32}
            options={dutiesOf(shifts.shifts).map((value) => ({ value }))}
            onChange={setDuty}
          />
        </Form.Item>
        <Form.Item label={t('shift.person')} htmlFor="shift-person">
          <Select
            id="shift-person"
            showSearch={{ optionFilterProp: 'label' }}
            {...(recipientId === undefined ? {} : { value: recipientId })}
            options={people
              .filter(({ kind }) => kind === 'person')
              .map((one) => ({ value: one.recipientId, label: `${one.displayName} ${one.recipientId}` }))}
            onChange={setRecipient}
          />
        </Form.Item>
        <Form.Item label={t('shift.from')} htmlFor="shift-from">
          {timeField('shift-from', from, setFrom)}
        </Form.Item>
        <Form.Item label={t('shift.to')} htmlFor="shift-to" help={isRight ? undefined : t('shift.wrongTime')}>
          {timeField('shift-to', to, setTo)}
        </Form.Item>
        <Form.Item label={t('shift.repeat')} htmlFor="shift-repeat">
          <Select
            id="shift-repeat"
            value={repeat}
            options={(['once', 'daily', 'weekly'] as const).map((value) => ({ value, label: t(`shift.repeat.${value}`) }))}
            onChange={setRepeat}
          />
        </Form.Item>
        <div className="choices">
          <Checkbox checked={onSite} onChange={(event) => setOnSite(event.target.checked)}>
            {t('shift.onSite')}
          </Checkbox>
          <Checkbox checked={override} onChange={(event) => setOverride(event.target.checked)}>
            {t('shift.override')}
          </Checkbox>
        </div>
      </Form>
      <label htmlFor="shift-reason">{t('form.reason')}</label>
      <Input id="shift-reason" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
      {save.error !== null && <FailureNote error={save.error} />}
    </Modal>
  );
}
