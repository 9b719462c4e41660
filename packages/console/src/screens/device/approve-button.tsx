import type { DeviceDto } from '@cardwatch/contracts/api';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { minuteTime } from '../../format/time.ts';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';

/** 封网: one of the two approvals that an operation needs while changes are frozen. */
export function ApproveButton({ device }: { readonly device: DeviceDto }) {
  const t = useWords();
  const { client, newId } = useConsole();
  const { message } = App.useApp();
  const [key, setKey] = useState<string>();
  const approve = useMutation({
    mutationFn: (reason: string) =>
      client.fetch('approveChange', {
        params: { deviceId: device.deviceId },
        body: { reason, idempotencyKey: key ?? '' },
      }),
    onSuccess: ({ approvals, needed, until }) => {
      setKey(undefined);
      void message.success(t('approve.done', { n: approvals, needed, until: minuteTime(until) }));
    },
  });
  return (
    <p>
      <Button size="small" onClick={() => setKey(newId())}>
        {t('approve.action')}
      </Button>
      {key !== undefined && (
        <ReasonDialog
          title={t('approve.title', { name: device.name })}
          text={t('approve.text')}
          action={t('approve.action')}
          pending={approve.isPending}
          error={approve.error}
          submit={(reason) => approve.mutate(reason)}
          close={() => setKey(undefined)}
        />
      )}
    </p>
  );
}
