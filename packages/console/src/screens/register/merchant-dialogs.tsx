import type { DeviceId } from '@cardwatch/contracts';
import { Form, Input } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { dayStart, epochFromField } from '../../format/field-time.ts';
import { day } from '../../format/time.ts';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useChange } from './use-change.ts';

interface BindDialogProps {
  readonly deviceId: string;
  readonly close: () => void;
}

/** Binds a terminal to a merchant from a day on; the one before ends there. */
export function BindDialog({ deviceId, close }: BindDialogProps) {
  const t = useWords();
  const { now } = useConsole();
  const [merchantId, setMerchantId] = useState('');
  const [merchantName, setMerchantName] = useState('');
  const [from, setFrom] = useState(() => day(dayStart(now(), 0)));
  const [until, setUntil] = useState('');
  const validFrom = epochFromField(from, now());
  const validTo = until.trim() === '' ? null : epochFromField(until, now());
  const isReady = merchantId.trim() !== '' && merchantName.trim() !== '' && validFrom !== undefined && validTo !== undefined;
  const change = useChange<'bindMerchant'>((client, acting) => {
    const body = { deviceId: deviceId as DeviceId, merchantId: merchantId.trim(), merchantName: merchantName.trim() };
    return client.fetch('bindMerchant', { body: { ...body, validFrom: validFrom ?? 0, validTo: validTo ?? null, ...acting } });
  }, close);
  return (
    <ReasonDialog
      title={t('register.bindTitle', { device: deviceId })}
      text={t('register.bindText')}
      action={t('register.bind')}
      ready={isReady}
      pending={change.isPending}
      error={change.error}
      submit={(reason) => change.mutate(reason)}
      close={close}
    >
      <div className="field-pairs">
        <Field id="merchant-id" label={t('register.merchantId')} value={merchantId} change={setMerchantId} />
        <Field id="merchant-name" label={t('register.merchantName')} value={merchantName} change={setMerchantName} />
        <Field id="valid-from" label={t('register.validFrom')} value={from} change={setFrom} isBad={validFrom === undefined} />
        <Field id="valid-to" label={t('register.validToOpen')} value={until} change={setUntil} isBad={validTo === undefined} />
      </div>
    </ReasonDialog>
  );
}

interface EndDialogProps extends BindDialogProps {
  readonly validFrom: number;
}

/** Ends a binding on a day. */
export function EndDialog({ deviceId, validFrom, close }: EndDialogProps) {
  const t = useWords();
  const { now } = useConsole();
  const [until, setUntil] = useState(() => day(dayStart(now(), -1)));
  const validTo = epochFromField(until, now());
  const change = useChange<'endMerchant'>(
    (client, acting) =>
      client.fetch('endMerchant', { body: { deviceId: deviceId as DeviceId, validFrom, validTo: validTo ?? 0, ...acting } }),
    close,
  );
  return (
    <ReasonDialog
      title={t('register.endTitle', { device: deviceId })}
      text={t('register.endText')}
      action={t('register.end')}
      ready={validTo !== undefined}
      pending={change.isPending}
      error={change.error}
      submit={(reason) => change.mutate(reason)}
      close={close}
    >
      <Field id="valid-to" label={t('register.validTo')} value={until} change={setUntil} isBad={validTo === undefined} />
    </ReasonDialog>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly isBad?: boolean;
}

const Field = ({ id, label, value, change, isBad = false }: FieldProps) => (
  <Form.Item label={label} htmlFor={id} {...(isBad ? { validateStatus: 'error' as const } : {})}>
    <Input id={id} value={value} maxLength={64} aria-invalid={isBad} onChange={(event) => change(event.target.value)} />
  </Form.Item>
);
