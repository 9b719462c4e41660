import type { DeviceDto } from '@cardwatch/contracts/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';

/** Puts a device into maintenance or takes it out; the reason goes into the audit trail. */
export function MaintenanceButton({ device }: { readonly device: DeviceDto }) {
  const t = useWords();
  const { client } = useConsole();
  const cache = useQueryClient();
  const [asking, setAsking] = useState(false);
  const change = useMutation({
    mutationFn: (reason: string) =>
      client.fetch('deviceMaintenance', {
        params: { deviceId: device.deviceId },
        body: { maintenance: !device.maintenance, reason },
      }),
    onSuccess: (changed) => {
      cache.setQueryData(keys.device(device.deviceId), changed);
      setAsking(false);
    },
  });
  const verb = t(device.maintenance ? 'maintenance.end' : 'maintenance.start');
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        {verb}
      </Button>
      {asking && (
        <ReasonDialog
          title={t(device.maintenance ? 'maintenance.endTitle' : 'maintenance.startTitle', { name: device.name })}
          text={t(device.maintenance ? 'maintenance.endText' : 'maintenance.startText')}
          action={verb}
          pending={change.isPending}
          error={change.error}
          submit={(reason) => change.mutate(reason)}
          close={() => setAsking(false)}
        />
      )}
    </>
  );
}
