import type { DeviceDto } from '@cardwatch/contracts/api';
import { hourMs } from '@cardwatch/kernel';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { epochFromField, fieldFromEpoch } from '../../format/field-time.ts';
import { zone } from '../../format/time.ts';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';

const nameChars = 64;
const usualHours = 2;

/** 新增维护窗口 for this one device: its name, from and to, weekly or once, and the reason. */
export function AddWindowButton({ device }: { readonly device: DeviceDto }) {
  const t = useWords();
  const [key, setKey] = useState<string>();
  const { newId } = useConsole();
  return (
    <p>
      <Button size="small" onClick={() => setKey(newId())}>
        {t('windows.add')}
      </Button>
      {key !== undefined && <AddWindowDialog device={device} idempotencyKey={key} close={() => setKey(undefined)} />}
    </p>
  );
}

interface AddWindowDialogProps {
  readonly device: DeviceDto;
  readonly idempotencyKey: string;
  readonly close: () => void;
}

function AddWindowDialog({ device, idempotencyKey, close }: AddWindowDialogProps) {
  const t = useWords();
  const { client, now } = useConsole();
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [from, setFrom] = useState(() => fieldFromEpoch(now()));
  const [to, setTo] = useState(() => fieldFromEpoch(now() + usualHours * hourMs));
  const [weekly, setWeekly] = useState(false);
  const begins = epochFromField(from, now());
  const ends = epochFromField(to, now());
  const isTimed = begins !== undefined && ends !== undefined && ends > begins;
  const add = useMutation({
    mutationFn: (reason: string) =>
      client.fetch('addMaintenanceWindow', {
        body: {
          name: name.trim(),
          from: begins ?? 0,
          to: ends ?? 0,
          weekly,
          until: null,
          subjects: [device.deviceId],
          reason,
          idempotencyKey,
        },
      }),
    onSuccess: () => {
      close();
      return cache.invalidateQueries({ queryKey: ['deviceWindows'] });
    },
  });
  return (
    <ReasonDialog
      title={t('windows.addTitle', { name: device.name })}
      text={t('windows.addText')}
      action={t('windows.add')}
      pending={add.isPending}
      error={add.error}
      ready={name.trim() !== '' && isTimed}
      submit={(reason) => add.mutate(reason)}
      close={close}
    >
      <Form.Item label={t('windows.name')} htmlFor="window-name">
        <Input
          id="window-name"
          autoFocus
          maxLength={nameChars}
          value={name}
          placeholder={t('windows.nameForm')}
          onChange={(event) => setName(event.target.value)}
        />
      </Form.Item>
      <Form.Item
        label={`${t('windows.from')} – ${t('windows.to')} (${zone})`}
        validateStatus={isTimed ? '' : 'error'}
        help={isTimed ? undefined : t('windows.badTime')}
      >
        <input
          className="time-field"
          aria-label={t('windows.from')}
          title={t('filter.timeForm')}
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />{' '}
        <input
          className="time-field"
          aria-label={t('windows.to')}
          title={t('filter.timeForm')}
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />{' '}
        <Checkbox checked={weekly} onChange={(event) => setWeekly(event.target.checked)}>
          {t('windows.weekly')}
        </Checkbox>
      </Form.Item>
    </ReasonDialog>
  );
}
